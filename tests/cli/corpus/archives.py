"""Malformed .npz files, most of them mutations of a good one."""

import io
import itertools
import random
import struct
import zipfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from .case import READERS, Case, X, Y, to_folder

FILE = "mine.npz"


def archives() -> list[Case]:
    """Every malformed archive, given to one of the commands that read it, in turn."""
    turn = itertools.cycle(READERS.items())
    cases = []
    for name, damage, shows, needs_y in (*_bytes(), *_arrays(), *_headers()):
        command, words = next(turn)
        if needs_y and command == "predict":
            command, words = next(turn)
        cases.append(
            Case(f"{name} ({command})", words(FILE), shows, lambda folder, damage=damage: damage(folder / FILE))
        )
    return cases


Damage = tuple[str, Callable[[Path], object], str, bool]


def _bytes() -> Iterator[Damage]:
    """Of the file as a whole: bytes cut off, flipped where a checksum covers them, put in where offsets count them."""
    draw = random.Random(1)
    for part in sorted(draw.sample(range(1, 100), 12)):
        yield f"cut off after {part} %", partial(_cut, part=part / 100), FILE, False
    for compressed in (False, True):
        for number in range(8):
            name = f"byte {number} of the {'compressed' if compressed else 'plain'} data flipped"
            yield name, partial(_flipped, seed=draw.random(), compressed=compressed), FILE, False
    for number in range(4):
        yield f"bytes put in, {number}", partial(_lengthened, seed=draw.random()), FILE, False
    for name, content in {
        "empty": b"",
        "a text": b"x,y\n1,2\n",
        "an array without its archive": _npy(X),
        "a pickle": b"\x80\x04\x95\x0b\x00\x00\x00\x00\x00\x00\x00]\x94(K\x01K\x02e.",
        "the head of an archive": b"PK\x03\x04",
        "the tail of an archive": b"PK\x05\x06" + bytes(18),
        "noise": draw.randbytes(2000),
    }.items():
        yield name, partial(Path.write_bytes, data=content), FILE, False
    yield "an encrypted archive", partial(_members_marked, offset=8, value=1), FILE, False
    yield "an unknown compression", partial(_members_marked, offset=10, value=99), FILE, False
    yield "a folder", to_folder, FILE, False
    yield "missing", Path.unlink, FILE, False


def _arrays() -> Iterator[Damage]:
    """Archives that are whole, of arrays that are not asked for."""
    wrong_x = {
        "no dimension": (np.float64(3.0), "()"),
        "one dimension": (X.ravel(), "(120,)"),
        "three dimensions": (X.reshape(20, 2, 3), "(20, 2, 3)"),
        "transposed": (X.T, "(6, 20)"),
        "too narrow": (X[:, 1:], "(20, 5)"),
        "too wide": (np.hstack([X, X]), "(20, 12)"),
        "no columns": (X[:, :0], "(20, 0)"),
        "no rows": (X[:0], "(0, 6)"),
        "strings": (X.astype("U8"), "<U8"),
        "byte strings": (X.astype("S8"), "|S8"),
        "objects": (X.astype(object), "allow_pickle"),
        "complex": (X + 1j, "complex128"),
        "dates": (X.astype("M8[s]"), "datetime64"),
        "durations": (X.astype("m8[s]"), "timedelta64"),
        "records": (np.zeros((20, 6), [("a", "f8")]), "'a'"),
        "raw bytes": (np.zeros((20, 6), "V8"), "V8"),
        "NaN": (_with(X, 3, 2, np.nan), "nan in sample 3, column 2"),
        "infinity": (_with(X, 19, 5, np.inf), "inf in sample 19, column 5"),
        "minus infinity": (_with(X, 0, 0, -np.inf), "-inf in sample 0, column 0"),
    }
    for name, (x, shows) in wrong_x.items():
        yield f"x: {name}", partial(_saved, x=x, y=Y), shows, False
    wrong_y = {
        "one dimension": (Y.ravel(), "(20,)"),
        "too wide": (X, "(20, 6)"),
        "fewer rows": (Y[1:], "20 and 19"),
        "more rows": (np.vstack([Y, Y]), "20 and 40"),
        "NaN": (Y * np.nan, "nan in sample 0"),
        "complex": (Y * 1j, "complex128"),
        "objects": (Y.astype(object), "allow_pickle"),
        "no rows": (Y[:0], "(0, 1)"),
    }
    yield "x: squares beyond float64", partial(_saved, x=X * 1e200, y=Y), "Choose other units", True
    for name, (y, shows) in wrong_y.items():
        yield f"y: {name}", partial(_saved, x=X, y=y), shows, True
    yield "no array", _saved, "Got none", False
    yield "x missing", partial(_saved, a=X, y=Y), "Got a, y", False
    yield "y missing", partial(_saved, x=X), "Got x", True
    yield "capitals", partial(_saved, X=X, Y=Y), "Got X, Y", False
    yield "x is no array", partial(_zipped, members={"x": b"hello", "y": b"world"}), FILE, False
    yield "x is a text beside y", partial(_zipped, members={"x.npy": b"1,2,3", "y.npy": _npy(Y)}), FILE, False


def _headers() -> Iterator[Damage]:
    """The header of one array rewritten, with the checksums of the archive as they should be."""
    good = "{'descr': '<f8', 'fortran_order': False, 'shape': (20, 6), }"
    for name, header in {
        "more rows than there are": good.replace("20", "21"),
        "a negative size": good.replace("20", "-20"),
        "a fractional size": good.replace("20", "20.5"),
        "a size as text": good.replace("20", "'20'"),
        "a shape that is a list": good.replace("(20, 6)", "[20, 6]"),
        "a size beyond all memory": good.replace("20", str(10**13)),
        "a size beyond all integers": good.replace("20", str(10**30)),
        "an unknown dtype": good.replace("<f8", "<f9"),
        "a dtype that is a number": good.replace("'<f8'", "8"),
        "a pickled dtype": good.replace("<f8", "|O"),
        "no shape": good.replace("'shape': (20, 6), ", ""),
        "an unknown key": good.replace("}", "'more': 1}"),
        "no dictionary": "[1, 2, 3]",
        "a call": "__import__('os').getcwd()",
        "a bracket left open": good.replace("}", ""),
        "nothing": "",
        "brackets without end": "(" * 300,
        "noise": "\x00\x01\x02\x03",
    }.items():
        yield (
            f"header of x: {name}",
            partial(_zipped, members={"x.npy": _npy(X, header), "y.npy": _npy(Y)}),
            FILE,
            False,
        )
    for version in ((0, 0), (4, 0), (255, 255)):
        data = b"\x93NUMPY" + bytes(version) + _npy(X)[8:]
        yield f"header of x: format {version}", partial(_zipped, members={"x.npy": data, "y.npy": _npy(Y)}), FILE, False


def _npy(array: np.ndarray, header: str | None = None) -> bytes:
    """An array as .npy, with another header if one is given."""
    packed = io.BytesIO()
    np.save(packed, array)
    if header is None:
        return packed.getvalue()
    text = header.encode("latin1") + b"\n"
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(text)) + text + array.tobytes()


def _saved(file: Path, **arrays: Any) -> None:
    np.savez(file, **arrays)


def _zipped(file: Path, members: dict[str, bytes]) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)


def _cut(file: Path, part: float) -> None:
    data = file.read_bytes()
    file.write_bytes(data[: int(part * len(data))])


def _flipped(file: Path, seed: float, compressed: bool) -> None:
    (np.savez_compressed if compressed else np.savez)(file, x=X, y=Y)
    data, draw = bytearray(file.read_bytes()), random.Random(seed)
    start, length = _content(file)
    data[start + draw.randrange(length)] ^= draw.randrange(1, 256)
    file.write_bytes(data)


def _lengthened(file: Path, seed: float) -> None:
    data, draw = file.read_bytes(), random.Random(seed)
    start, length = _content(file)
    at = start + draw.randrange(1, length)
    file.write_bytes(data[:at] + draw.randbytes(draw.randrange(1, 50)) + data[at:])


def _content(file: Path) -> tuple[int, int]:
    """Where the content of the first member begins, and how long it is: every byte of it is under a checksum."""
    with zipfile.ZipFile(file) as archive:
        first = archive.infolist()[0]
    data = file.read_bytes()
    name, extra = struct.unpack("<HH", data[first.header_offset + 26 : first.header_offset + 30])
    return first.header_offset + 30 + name + extra, first.compress_size


def _members_marked(file: Path, offset: int, value: int) -> None:
    """A field of every entry of the central directory set to a value; `offset` counts from its signature."""
    data = bytearray(file.read_bytes())
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        struct.pack_into("<H", data, at + offset, value)
        at = data.find(b"PK\x01\x02", at + 1)
    file.write_bytes(data)


def _with(array: np.ndarray, row: int, column: int, value: float) -> np.ndarray:
    changed = array.copy()
    changed[row, column] = value
    return changed
