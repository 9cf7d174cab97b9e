"""Arrays that take long to make, kept on disk between runs."""

import hashlib
import io
import json
import math
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np

from .._files import write_bytes
from .._npz import opened

_FOR_WORDS = 2**20  # bytes of the settings and of the headers

Arrays = dict[str, np.ndarray]


def cached(
    name: str,
    settings: Mapping[str, Any],
    shapes: Mapping[str, tuple[int, ...]],
    make: Callable[[], Arrays],
    folder: Path | None,
) -> Arrays:
    """The arrays that `make` returns, from a file if there is one for these settings; it is written if there is none.

    Args:
        name: the first part of the name of the file.
        settings: all that the arrays depend on, as JSON; also the version of the format. The name of the file is made
            from a checksum of them, and they are in the file.
        shapes: the names of the arrays and their shapes.
        make: makes them.
        folder: where the files are; None to keep none.

    Warns:
        UserWarning: if a file is damaged, or cannot be written; the arrays are made anew.
    """
    if folder is None:
        return make()
    text = json.dumps(settings, sort_keys=True)
    file = folder / f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:20]}.npz"
    try:
        return _read(file, text, shapes)
    except (FileNotFoundError, NotADirectoryError):
        pass
    except Exception as error:  # whatever NumPy and zipfile say of bytes that are not theirs
        _warn("A file of the cache must be whole", f"{_line(error)}, in {file}", "It is made anew.")
    arrays = make()
    buffer = io.BytesIO()
    np.savez(buffer, allow_pickle=False, settings=np.array(text), **arrays)
    try:
        write_bytes(file, buffer.getvalue())
    except OSError as error:
        _warn("The cache needs a folder to write to", _line(error), "Set SCALAREMLP_CACHE, or pass cache=False.")
    return arrays


def _read(file: Path, text: str, shapes: Mapping[str, tuple[int, ...]]) -> Arrays:
    least = sum(8 * math.prod(shape) for shape in shapes.values())
    with opened(file) as stored:
        if sum(stored.header(name).size for name in stored.names) > 2 * least + _FOR_WORDS:
            raise ValueError("it is larger than its arrays")
        if str(stored.read("settings")) != text:
            raise ValueError("it was made with other settings")
        arrays = {name: stored.read(name) for name in shapes}
    for name, shape in shapes.items():
        if arrays[name].shape != shape or arrays[name].dtype != np.float64 or not np.isfinite(arrays[name]).all():
            raise ValueError(f"`{name}` is not of finite float64 numbers of shape {shape}")
    return arrays


def _line(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".") or type(error).__name__


def _warn(rule: str, found: str, remedy: str) -> None:
    warnings.warn(f"{rule}. Got: {found}. {remedy}", stacklevel=4)
