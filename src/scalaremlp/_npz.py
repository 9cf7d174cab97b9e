"""Arrays of a .npz file, whose sizes are known, and may be refused, before anything is inflated."""

import io
import math
import os
import tokenize
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import numpy as np

#: What NumPy and zipfile raise for archives that are damaged or made by others.
UNREADABLE = (
    ValueError, OSError, EOFError, OverflowError, RuntimeError, SyntaxError, tokenize.TokenError, zipfile.BadZipFile,
    zlib.error,
)  # fmt: skip

_MOST_LISTED = 2**20  # bytes of the list of members, some ten thousand
_MOST_HEADER = 10_000  # bytes, as NumPy has it
_SMALL, _MOST_INFLATED = 2**26, 100  # bytes, and times their packed size: numbers that were measured are far below
_AS_NUMPY = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_READERS = {1: np.lib.format.read_array_header_1_0, 2: np.lib.format.read_array_header_2_0}


class Header(NamedTuple):
    """What an array says of itself before its numbers."""

    shape: tuple[int, ...]
    fortran_order: bool
    dtype: np.dtype
    start: int  # of its numbers, in bytes

    @property
    def size(self) -> int:
        """The bytes of the numbers."""
        return math.prod(self.shape) * self.dtype.itemsize


class Archive:
    """A .npz file that is open for reading; nothing in it is unpickled, and no file is made.

    Attributes:
        names: of its arrays, in order.
    """

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self._members = {each.filename.removesuffix(".npy"): each for each in archive.infolist()}
        self.names = [*self._members]
        if len(self.names) < len(archive.infolist()):
            raise ValueError("two arrays have one name")

    def header(self, name: str) -> Header:
        """What the array of that name says of itself; `KeyError` if there is none.

        Raises:
            ValueError: if the member is no array of plain numbers or text, is not as long as it says, or inflates to
                far more than numbers do.
        """
        member = self._members[name]
        if member.compress_type not in _AS_NUMPY:
            raise ValueError(f"{name} is packed by another method than NumPy's")
        with self._archive.open(member) as file:
            found = _header(file, name)
        if found.start + found.size != member.file_size:
            raise ValueError(
                f"{name} of shape {_shown(found.shape)} has {found.size} bytes, and its member "
                f"{member.file_size - found.start} beside its header"
            )
        if member.file_size > max(_SMALL, _MOST_INFLATED * member.compress_size):
            raise ValueError(
                f"{name} is of {member.file_size} bytes out of {member.compress_size}, more than numbers inflate to"
            )
        return found

    def read(self, name: str) -> np.ndarray:
        """The array of that name; errors as of `header`, which is to be looked at before."""
        found = self.header(name)
        with self._archive.open(self._members[name]) as file:
            file.read(found.start)
            data = _exactly(file, found.size, name)
            if file.read(1):  # at the end, where the checksum is looked at
                raise ValueError(f"{name} goes on after its numbers")
        return np.ndarray(found.shape, found.dtype, data, order="F" if found.fortran_order else "C")


@contextmanager
def opened(file: str | os.PathLike[str] | bytes) -> Iterator[Archive]:
    """An archive, given by its path or its content; raises one of `UNREADABLE` if it is none."""
    data = io.BytesIO(file) if isinstance(file, bytes) else _Listed(file)
    with data, zipfile.ZipFile(data) as archive:
        if isinstance(data, _Listed):
            data.listed = True
        yield Archive(archive)


class _Listed(io.FileIO):
    """A file of which zipfile reads no longer list of members than some archive of arrays has; then all it wants."""

    listed = False

    def read(self, size: int | None = -1, /) -> bytes:
        wanted = -1 if size is None else size
        if self.listed:
            return super().read(wanted) or b""
        if wanted > _MOST_LISTED:
            raise zipfile.BadZipFile(f"a list of {wanted} bytes, where at most {_MOST_LISTED} are read")
        return super().read(_MOST_LISTED if wanted < 0 else wanted) or b""


def _header(file: Any, name: str) -> Header:
    version = np.lib.format.read_magic(file)
    if version not in ((1, 0), (2, 0), (3, 0)):
        raise ValueError(f"{name} is of an array format {version} that is not known")
    width = 2 if version[0] == 1 else 4
    length = _exactly(file, width, name)
    if (size := int.from_bytes(length, "little")) > _MOST_HEADER:
        raise ValueError(f"{name} has a header of {size} bytes, where at most {_MOST_HEADER} are read")
    head = length + _exactly(file, size, name)
    read: Callable[..., tuple[tuple[int, ...], bool, np.dtype]] = _READERS[min(version[0], 2)]
    shape, fortran_order, dtype = read(io.BytesIO(head), max_header_size=_MOST_HEADER)
    if dtype.hasobject:
        raise ValueError(f"{name} holds objects, which are not unpickled (allow_pickle=False)")
    if not all(type(length) is int and length >= 0 for length in shape):
        raise ValueError(f"{name} has the shape {_shown(shape)}")
    return Header(shape, fortran_order, dtype, np.lib.format.MAGIC_LEN + len(head))


def _exactly(file: Any, size: int, name: str) -> bytes:
    data: bytes = file.read(size)
    if len(data) < size:
        raise ValueError(f"{name} ends after {len(data)} bytes of {size}")
    return data


def _shown(shape: tuple[int, ...]) -> str:
    text = str(shape)
    return text if len(text) <= 60 else f"{text[:60]}…"
