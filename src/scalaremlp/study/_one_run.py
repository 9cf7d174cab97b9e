"""One run of a study, in its folder."""

import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .._files import finite, read_json, write_json
from .._lock import locked
from .._run_files import drop_halves, only_leftovers, remove_tree
from ._grid import Run
from ._summary import Row

Measure = Callable[[Run, Path], Mapping[str, Any]]

_OURS = ("begun.json", "finished.json")
_MARKS = (*_OURS, "run.json")  # the last where a run failed in an earlier version


def make(run: Run, measure: Measure, folder: Path, settings: Any, fresh: bool) -> tuple[str, Row]:
    """Make one run, unless it is on disk, and say what was done; go on with it if the same was begun there.

    Where others are at the same run, as those of a study that was killed a moment ago, it waits for them.
    """
    path, asked = folder / "runs" / run.name, {"run": asdict(run), "settings": settings}
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with locked(_lock(path), wait=True):
            _tidy(path)
            row = None if fresh else finished(run, folder, settings)
            return ("reused", row) if row is not None else _made(run, measure, path, asked, fresh)
    except OSError:
        with suppress(OSError):  # not empty
            path.parent.rmdir()
        raise


def at_rest(run: Run, folder: Path) -> bool:
    """Whether nobody is at a run, and nobody has been killed at it: there is nothing to wait for or to take away."""
    path = folder / "runs" / run.name
    return not (_lock(path).exists() or (path / "begun.json").exists())


def finished(run: Run, folder: Path, settings: Any) -> Row | None:
    """The numbers of a run that is on disk, made under the same settings."""
    asked = {"run": asdict(run), "settings": settings}
    saved = _read(folder / "runs" / run.name / "finished.json")
    same = isinstance(saved, dict) and asked.items() <= saved.items() and isinstance(saved.get("row"), dict)
    return saved["row"] if same else None


def _made(run: Run, measure: Measure, path: Path, asked: Mapping[str, Any], fresh: bool) -> tuple[str, Row]:
    begun = path / "begun.json"
    if fresh or _read(begun) != asked:
        _begin(path, asked)
    try:
        row = finite({**asdict(run), **measure(run, path)})
    except OSError:  # no room: the other runs would have none either
        raise
    except Exception as error:
        write_json(begun, {**asked, "failed": True})  # what failed is no good to go on from
        return "failed", {**asdict(run), "error": f"{type(error).__name__}: {error}"}
    write_json(path / "finished.json", {**asked, "row": row, "files": _files(path)})
    begun.unlink()
    return "done", row


def _lock(path: Path) -> Path:
    return path.with_name(f".{path.name}.lock")


def _tidy(path: Path) -> None:
    """Take away what a process that was killed has left beside a run, and in it if it is finished."""
    for word in ("new", "old"):  # of an earlier version
        remove_tree(path.with_name(f".{path.name}.{word}"))
    drop_halves(path, *_OURS)
    if (path / "finished.json").exists():
        (path / "begun.json").unlink(missing_ok=True)


def _begin(path: Path, asked: Mapping[str, Any]) -> None:
    """Begin a run in its folder. An earlier one is whole until its finished.json goes; then its files are cleared.

    Of a finished run these are the files that it had then, and what others have put there since stays; of one that was
    not finished they are all.
    """
    if (path.is_symlink() or path.exists()) and not (_is_ours(path) or only_leftovers(path, *_OURS)):
        raise FileExistsError(f"{path} holds other files than a run of a study")
    begun = path / "begun.json"
    earlier = _read(path / "finished.json") or _read(begun) or {}
    known = earlier.get("files")
    write_json(begun, {**asked, "clears": True, "files": known})
    (path / "finished.json").unlink(missing_ok=True)
    for name in _files(path):
        if name != begun.name and (known is None or name in known):
            (path / name).unlink(missing_ok=True)
    for folder, _, _ in os.walk(path, topdown=False):
        with suppress(OSError):  # not empty
            os.rmdir(folder)
    write_json(begun, asked)


def _files(path: Path) -> list[str]:
    """All files and links in a folder and those within it, by their paths from there; no link is followed."""
    found = []
    for folder, folders, files in os.walk(path):
        links = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        found += [Path(folder, name).relative_to(path).as_posix() for name in (*files, *links)]
    return sorted(found)


def _is_ours(path: Path) -> bool:
    """Whether the folder is that of a run of a study; its file may be damaged."""
    marks = [_read(path / name) for name in _MARKS if (path / name).is_file()]
    return not path.is_symlink() and any(mark is None or "settings" in mark for mark in marks)


def _read(file: Path) -> Any:
    """The value in a JSON file, `None` if it is missing or damaged."""
    try:
        return read_json(file)
    except (OSError, ValueError):
        return None
