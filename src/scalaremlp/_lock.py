"""One process at a time in a folder."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from ._run_files import LOCK


class InUseError(RuntimeError):
    """Another process is at work in a folder."""


@contextmanager
def locked(file: Path, *, wait: bool) -> Iterator[None]:
    """While this process, and no other, has a lock; the file of it is gone afterwards.

    The lock is one of the system, which goes with the process however that ends. `TimeoutError` if another has it and
    this one does not wait.
    """
    from filelock import FileLock, Timeout

    lock = FileLock(file, timeout=-1 if wait else 0)
    try:
        lock.acquire()
    except Timeout as error:
        raise TimeoutError(str(error)) from None
    try:
        yield
    finally:
        try:
            with suppress(OSError):  # in a folder that has become read-only
                # While it is held: who waits for it looks whether it is there still. filelock does so from 3.20.4 on,
                # and from 3.29.5 on its own `release` takes away no file that another process has made since then.
                file.unlink(missing_ok=True)
        finally:
            lock.release()


@contextmanager
def alone_in(folder: Path) -> Iterator[None]:
    """While this process, and no other, writes to a folder, which is made; if it is empty then, it is not left behind.

    Raises:
        InUseError: if another process is at work there.
        OSError: if the folder cannot be written.
    """
    made = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with locked(folder / LOCK, wait=False):
            yield
    except TimeoutError:
        raise InUseError(
            f"one process at a time writes to a folder. Got {folder}, where another is at work. Let it end, or choose "
            "another --out"
        ) from None
    finally:
        for each in made:
            with suppress(OSError):  # not empty
                each.rmdir()
