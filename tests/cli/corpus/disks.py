"""A full and a read-only disk, and places where nothing can be written."""

import resource
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .case import Case, to_file, train

_ROOM = 64  # bytes of a file on the full disk

_PREDICT = ("predict", "run", "mine.npz", "--out")


@contextmanager
def full_disk() -> Iterator[None]:
    """No file can grow beyond a few bytes, which holds for the superuser as well."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (_ROOM, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@contextmanager
def full_output() -> Iterator[None]:
    """Standard output goes to a full disk."""
    shown = sys.stdout
    with open("/dev/full", "w") as sys.stdout:
        try:
            yield
        finally:
            sys.stdout = shown


def disks() -> list[Case]:
    """Every command that writes, where it cannot."""
    cases = [
        Case("a full disk", train("mine.npz"), "new", during=full_disk),
        Case("a full disk, --fresh", (*train("mine.npz")[:-1], "run", "--fresh"), "run", during=full_disk),
        Case("a full disk, --resume", ("train", "--resume", "stopped"), "stopped", during=full_disk),
        Case("a full disk", (*_PREDICT, "out.npz"), "out.npz", during=full_disk),
        Case("a full disk, .csv", (*_PREDICT, "out.csv"), "out.csv", during=full_disk),
        Case("a full disk, in a new folder", (*_PREDICT, "new/out.csv"), "new/out.csv", during=full_disk),
        Case("a full disk", ("evaluate", "run"), "run", during=full_disk),
        Case("a full disk, --data", ("evaluate", "run", "--data", "mine.csv"), "run", during=full_disk),
        Case(
            "a full disk",
            ("reproduce", "--tasks", "o5", "--sizes", "4", "--ntest", "4", "--out", "study"),
            "study",
            during=full_disk,
        ),
        Case("a file where the pictures go", ("evaluate", "run"), "figures", _pictures_in_the_way),
        Case("a full output", ("info",), "output", during=full_output),
        Case("a full output", ("check", "run"), "output", during=full_output),
    ]
    read_only = Path("/proc/fdinfo-none")  # a file system where nobody makes files
    if Path("/proc").is_dir():
        cases += [
            Case("a read-only place", (*train("mine.npz")[:-1], str(read_only)), str(read_only)),
            Case("a read-only place", (*_PREDICT, "/proc/out.npz"), "/proc/out.npz"),
            Case("a read-only place", ("reproduce", "--out", str(read_only)), str(read_only)),
        ]
    return cases


def _pictures_in_the_way(folder: Path) -> None:
    to_file(folder / "run" / "figures")
