"""A process that dies at a chosen moment, within this one: at its n-th change of the disk, and at every later one."""

import builtins
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

_CHANGES = ("replace", "rename", "fsync", "unlink", "remove", "rmdir", "mkdir", "symlink")


class Killed(BaseException):
    """No code may go on after this."""


class Disk:
    """Counts the changes of what lies in a folder, and dies at one of them.

    Args:
        folder: changes elsewhere are not counted.
        dies_at: which change is not made any more, from 0; none if it is `None`.

    Attributes:
        changes: what was changed, in order.
    """

    def __init__(self, folder: Path, dies_at: int | None = None) -> None:
        self.folder, self.dies_at, self.changes = str(folder), dies_at, []

    def change(self, what: str, where: object) -> None:
        """Note a change that is about to be made, or die."""
        if self.dies_at is not None and len(self.changes) >= self.dies_at:
            raise Killed(f"{what} {where}")
        self.changes.append(f"{what} {where}")

    def _inside(self, where: object) -> bool:
        return isinstance(where, int) or os.path.abspath(os.fsdecode(where)).startswith(self.folder)

    @contextmanager
    def watched(self) -> Iterator["Disk"]:
        """While this lasts the changes go through `change`."""
        with pytest.MonkeyPatch.context() as patch:
            for name in _CHANGES:
                patch.setattr(os, name, self._counted(name, getattr(os, name)))
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

    def _opening(self, real):
        def opening(where, mode="r", *more, **options):
            if set(mode) & set("wax+") and not isinstance(where, int) and self._inside(where):
                self.change(f"open {mode}", where)
            return real(where, mode, *more, **options)

        return opening
