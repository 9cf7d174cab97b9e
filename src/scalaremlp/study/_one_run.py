"""One run of a study, in its folder."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from .._files import finite, read_json, write_json
from ._grid import Run
from ._summary import Row

Measure = Callable[[Run, Path], Mapping[str, Any]]


def make(run: Run, measure: Measure, folder: Path, settings: Any, fresh: bool) -> tuple[str, Row]:
    """Make one run, unless it is on disk, and say what was done; go on with it if the same was begun there."""
    path, asked = folder / "runs" / run.name, {"run": asdict(run), "settings": settings}
    row = None if fresh else finished(run, folder, settings)
    return ("reused", row) if row is not None else _made(run, measure, path, asked, fresh)


def make_once(run: Run, measure: Measure, folder: Path, settings: Any, fresh: bool) -> tuple[str, Row]:
    """The same where others may be at the same run, as those of a study killed a moment ago: it waits for them."""
    from filelock import FileLock

    lock = folder / "runs" / f".{run.name}.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(lock):
        return make(run, measure, folder, settings, fresh)


def finished(run: Run, folder: Path, settings: Any) -> Row | None:
    """The numbers of a run that is on disk, made under the same settings."""
    asked = {"run": asdict(run), "settings": settings}
    saved = _read(folder / "runs" / run.name / "finished.json")
    same = isinstance(saved, dict) and saved == {**asked, "row": saved.get("row")}
    return saved["row"] if same else None


def _made(run: Run, measure: Measure, path: Path, asked: Mapping[str, Any], fresh: bool) -> tuple[str, Row]:
    begun = path / "begun.json"
    if fresh or _read(begun) != asked:
        shutil.rmtree(path, ignore_errors=True)
        write_json(begun, asked)
    try:
        row = finite({**asdict(run), **measure(run, path)})
    except OSError:  # no room: the other runs would have none either
        raise
    except Exception as error:
        begun.unlink()  # what failed is no good to go on from
        return "failed", {**asdict(run), "error": f"{type(error).__name__}: {error}"}
    write_json(path / "finished.json", {**asked, "row": row})
    begun.unlink()
    return "done", row


def _read(file: Path) -> Any:
    """The value in a JSON file, `None` if it is missing or damaged."""
    try:
        return read_json(file)
    except (OSError, ValueError):
        return None
