"""Which files a run writes, so that those and no others are taken away."""

import os
import re
import shutil
from collections.abc import Collection, Iterator
from contextlib import suppress
from pathlib import Path

#: What each folder of a run may hold. The run's own folder is the last: while its run.json is there, all is known.
_FILES: dict[str, str] = {
    "figures": r"(?:learning|phase_space|errors|conserved|(?:predicted|reliability)(?:-.*)?)\.png"
    r"|pendulum\.(?:gif|mp4)",
    "checkpoint": r"config\.json|metrics\.jsonl|model-[0-9a-f]{12}\.npz",
    "tensorboard": r"events\.out\.tfevents\..*",
    "": r"config\.json|errors\.csv|metrics\.jsonl|(?:model|posterior)-[0-9a-f]{12}\.npz|result\.json|run\.json",
}
#: What the folder of a study holds beside its runs.
_OF_STUDY = {"": r"results\.(?:csv|json|md)|report\.(?:html|md)", "figures": r".*\.png"}
_HALF = r"\.(?:{})\.(\d+)\.part"  # as `write_bytes` calls what is not whole yet
_OF_OLD = "run.json.new"  # what earlier versions left when they were killed
LOCK = ".lock"


def written(folder: Path) -> Iterator[Path]:
    """The files that a run has written, by their names; a link to a folder is not followed.

    In the order in which they may go: a reader finds a whole model or none, and `run.json` is the last.
    """
    for name, pattern in _FILES.items():
        if not (folder / name).is_symlink() or not name:
            found = _files(folder / name)
            yield from (path for path in found if _is_half(path, pattern) and not _at_work(path))
            yield from (path for path in found if re.fullmatch(pattern, path.name, re.DOTALL))
    yield from (path for path in _files(folder) if path.name == _OF_OLD)


def only_leftovers(folder: Path, *others: str) -> bool:
    """Whether a folder is not there, empty, or holds nothing but what the first step of a run left when it was killed.

    What is there may also be the lock of another process. `others` are names of files that are written beside a run's.
    """
    leftover = {path for path in _files(folder) if path.name in (LOCK, _OF_OLD) or _is_half(path, _FILES[""])}
    return {*leftover, *_halves(folder, others)} == set(_entries(folder))


def clear(folder: Path, keep: Collection[str] = ()) -> None:
    """Take away what a run has written, except its own files of these names, and its folders that are empty then."""
    for path in written(folder):
        if path.parent != folder or path.name not in keep:
            path.unlink(missing_ok=True)
    for name in filter(None, _FILES):
        _drop_empty(folder / name)


def drop(folder: Path) -> None:
    """Take away one of a run's folders, such as its checkpoint, with what the run has written to it."""
    for path in written(folder.parent):
        if path.parent == folder:
            path.unlink(missing_ok=True)
    _drop_empty(folder)


def drop_halves(folder: Path, *others: str) -> None:
    """Take away what a process had not written to its end when it was killed; `others` as of `only_leftovers`."""
    halves = [path for path in written(folder) if path.suffix == ".part"]
    for path in (*halves, *(path for path in _halves(folder, others) if not _at_work(path))):
        path.unlink(missing_ok=True)


def drop_halves_of_study(folder: Path) -> None:
    """The same for the folder of a study, without those of its runs."""
    for name, pattern in _OF_STUDY.items():
        found = [] if name and (folder / name).is_symlink() else _files(folder / name)
        for path in found:
            if _is_half(path, pattern) and not _at_work(path):
                path.unlink(missing_ok=True)


def remove_tree(path: Path) -> None:
    """Take away all that is at a path; of a link the link alone."""
    if path.is_symlink() or path.is_file():
        path.unlink(missing_ok=True)
    elif path.is_dir():
        shutil.rmtree(path)


def _drop_empty(folder: Path) -> None:
    """Take away a folder, unless somebody else has put something there, or a link to another."""
    if not folder.is_symlink():
        with suppress(OSError):
            folder.rmdir()


def _is_half(path: Path, pattern: str) -> bool:
    return re.fullmatch(_HALF.format(pattern), path.name, re.DOTALL) is not None


def _halves(folder: Path, names: Collection[str]) -> list[Path]:
    return [path for path in _files(folder) if any(_is_half(path, re.escape(name)) for name in names)]


def _at_work(half: Path) -> bool:
    """Whether the process that writes this is another one, and alive."""
    process = int(half.name.split(".")[-2])
    if process == os.getpid() or os.name != "posix":
        return False
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _files(folder: Path) -> list[Path]:
    return [path for path in _entries(folder) if path.is_symlink() or path.is_file()]


def _entries(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except (FileNotFoundError, NotADirectoryError):
        return []
