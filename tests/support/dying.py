"""A process that dies, or a disk that refuses, from a chosen change of the disk on: within this process."""

import builtins
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from errno import ENOSPC
from pathlib import Path

import pytest

_CHANGES = ("replace", "rename", "fsync", "unlink", "remove", "rmdir", "mkdir", "symlink")
_NEEDS_ROOM = ("create", "open w", "open x", "write", "mkdir", "symlink")


class Killed(BaseException):
    """No code may go on after this."""


class Disk:
    """Counts the changes of what lies in a folder, and ends them at one.

    A write that is not made any more has been made by half.

    Args:
        folder: changes elsewhere are not counted.
        dies_at: which change is not made any more, from 0; none if it is `None`.
        error: what the disk says to that and the later changes: ENOSPC, of those that need room, or another number of
            `errno`; if it is `None` the process dies.

    Attributes:
        changes: what was changed, in order.
    """

    def __init__(self, folder: Path, dies_at: int | None = None, error: int | None = None) -> None:
        self.folder, self.dies_at, self.error, self.changes = str(folder), dies_at, error, []

    def change(self, what: str, where: object) -> None:
        """Note a change that is about to be made, or end."""
        if self.dies_at is not None and len(self.changes) >= self.dies_at:
            if self.error is None:
                raise Killed(f"{what} {where}")
            if self.error != ENOSPC or what.startswith(_NEEDS_ROOM):
                raise OSError(self.error, os.strerror(self.error), str(where))
        self.changes.append(f"{what} {where}")

    def _inside(self, where: object) -> bool:
        return isinstance(where, int) or os.path.abspath(os.fsdecode(where)).startswith(self.folder)

    @contextmanager
    def watched(self) -> Iterator["Disk"]:
        """While this lasts the changes go through `change`."""
        with pytest.MonkeyPatch.context() as patch:
            for name in _CHANGES:
                patch.setattr(os, name, self._counted(name, getattr(os, name)))
            patch.setattr(os, "open", self._creating(os.open))
            opened = io.open
            patch.setattr(builtins, "open", self._opening(opened))
            patch.setattr(io, "open", self._opening(opened))
            yield self

    def _counted(self, name, real):
        def counted(where, *more, **options):
            if self._inside(where):
                self.change(name, where)
            return real(where, *more, **options)

        return counted

    def _creating(self, real):
        def creating(where, flags, *more, **options):
            if flags & os.O_CREAT and self._inside(where) and not os.path.lexists(where):
                self.change("create", where)
            return real(where, flags, *more, **options)

        return creating

    def _opening(self, real):
        def opening(where, mode="r", *more, **options):
            if not set(mode) & set("wax+") or isinstance(where, int) or not self._inside(where):
                return real(where, mode, *more, **options)
            self.change(f"open {mode}", where)
            file = real(where, mode, *more, **options)
            write = file.write

            def written(data):
                try:
                    self.change("write", where)
                except BaseException:
                    write(data[: len(data) // 2])
                    raise
                return write(data)

            file.write = written
            return file

        return opening
