"""Arrays from .npz files."""

import tokenize
import zipfile
import zlib
from pathlib import Path

import numpy as np

# What NumPy and zipfile raise for archives that are damaged or made by others.
_UNREADABLE = (
    ValueError, OSError, EOFError, OverflowError, RuntimeError, SyntaxError, tokenize.TokenError, zipfile.BadZipFile,
    zlib.error,
)  # fmt: skip


def arrays(file: Path, *names: str) -> list[np.ndarray]:
    """The arrays of these names.

    Raises:
        ValueError: if one is not there or is none, or the file is damaged.
    """
    remedy = "Write it with numpy.savez(path, x=x, y=y)."
    if not zipfile.is_zipfile(file):
        raise ValueError(f"A .npz file is an archive of NumPy arrays. Got {file}, which is none. {remedy}")
    try:
        with np.load(file, allow_pickle=False) as held:
            if not set(names) <= set(held.files):
                there = ", ".join(held.files) or "none"
                raise ValueError(f"A .npz file of samples holds arrays {' and '.join(names)}. Got {there}")
            found = [held[name] for name in names]
            if not all(isinstance(array, np.ndarray) for array in found):  # np.load gives the bytes of other members
                raise ValueError(f"The members {' and '.join(names)} must be arrays. Got other files")
            return found
    except MemoryError as error:
        raise ValueError(f"The arrays of a file must fit into memory. Got {error}, in {file}. {remedy}") from error
    except _UNREADABLE as error:
        raise ValueError(f"{' '.join(str(error).split()).rstrip('.')}, in {file}. {remedy}") from error
