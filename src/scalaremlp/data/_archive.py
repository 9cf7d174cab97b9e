"""Arrays of samples from .npz files."""

import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from .._npz import UNREADABLE, Archive, Header, opened


def headers(file: Path, *names: str) -> dict[str, Header]:
    """What the arrays of these names say of themselves; nothing of them is read. Errors as of `arrays`."""
    with _holding(file, *names) as held:
        return {name: held.header(name) for name in names}


def arrays(file: Path, *names: str) -> list[np.ndarray]:
    """The arrays of these names.

    Raises:
        ValueError: if one is not there or is none, or the file is damaged, or inflates to more than numbers do.
    """
    with _holding(file, *names) as held:
        return [held.read(name) for name in names]


def names_in(file: Path) -> list[str]:
    """What the arrays are called. Errors as of `arrays`."""
    with _holding(file) as held:
        return list(held.names)


@contextmanager
def _holding(file: Path, *names: str) -> Iterator[Archive]:
    remedy = "Write it with numpy.savez(path, x=x, y=y)."
    if not zipfile.is_zipfile(file):
        raise ValueError(f"A .npz file is an archive of NumPy arrays. Got {file}, which is none. {remedy}")
    try:
        with opened(file) as held:
            if not set(names) <= set(held.names):
                there = ", ".join(held.names[:20]) or "none"
                raise ValueError(f"A .npz file of samples holds arrays {' and '.join(names)}. Got {there}")
            yield held
    except MemoryError as error:
        raise ValueError(f"The arrays of a file must fit into memory. Got {error}, in {file}. {remedy}") from error
    except UNREADABLE as error:
        raise ValueError(f"{' '.join(str(error).split()).rstrip('.')}, in {file}. {remedy}") from error
