"""Small files that would become enormous, and large ones: refused before they do."""

import gzip
import io
import json
import os
import zipfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import numpy as np
import pyarrow
import pyarrow.parquet

from .case import NAMES, Case, X, Y, train
from .edits import arrays_file, edit, model_swapped

_MB = 2**20
_ROWS = 300 * _MB // 8  # of a column of 300 MB

_PREDICT = ("predict", "run", "mine.npz", "--out", "out.npz")
_INFO, _EVALUATE, _RESUME = ("info", "run"), ("evaluate", "run"), ("train", "--resume", "stopped")
_PLOT = ("plot", "efficiency", "study")

Damage = Callable[[Path], object]


def enormous() -> list[Case]:
    """Every enormous file, given to a command that reads it."""
    return [*_archives(), *_texts(), *_models(), *_records(), *_tables(), *_studies()]


def _archives() -> Iterator[Case]:
    """Archives of a few hundred kilobytes; and one array whose header alone is wrong."""
    for name, x, y in (
        ("x inflates to 300 MB", (_ROWS // 6, 6), Y.shape),
        ("y inflates to 300 MB", X.shape, (_ROWS, 1)),
        ("x and y inflate to 300 MB, of one length", (_ROWS // 6, 6), (_ROWS // 6, 1)),
        ("x is wide", (20, _ROWS // 20), Y.shape),
    ):
        yield Case(name, train("mine.npz"), "mine.npz", lambda here, x=x, y=y: _put(here, _packed(x, y)))
    yield Case("x inflates to 300 MB", _PREDICT, "mine.npz", lambda here: _put(here, _packed((_ROWS // 6, 6), Y.shape)))
    yield Case("x is packed by bzip2", _PREDICT, "method", lambda here: _put(here, _small(zipfile.ZIP_BZIP2)))
    yield Case("a hundred thousand members", _PREDICT, "list", lambda here: _put(here, _many_members()))
    yield Case("a name twice", _PREDICT, "one name", lambda here: _put(here, _small(names=("x", "x.npy"))))
    for shape in ("(10**12, 6)", f"({10**12}, 6)", "(True, 6)", f"({'9' * 5000}, 6)", "(1,)*64", str((1,) * 64)):
        header = f"{{'descr': '<f8', 'fortran_order': False, 'shape': {shape}, }}"
        yield Case(f"a shape {shape[:20]}", _PREDICT, "mine.npz", lambda here, head=header: _put(here, _headed(head)))
    for size in (10_001, 2**31, 2**32 - 1):
        yield Case(f"a header of {size} bytes", _PREDICT, "header", lambda here, n=size: _put(here, _headed("", n)))


def _texts() -> Iterator[Case]:
    """JSON that is long, wide or deep, and files that are none."""
    for words, file in ((_INFO, "run/config.json"), (_RESUME, "stopped/run.json"),
                        (_RESUME, "stopped/checkpoint/config.json")):  # fmt: skip
        shows = file.split("/")[-2]
        for name, text in {
            "lists in lists": lambda: '{"format": 1, "a": [' + ",".join(["[" * 50 + "]" * 50] * 4000) + "]}",
            "objects": lambda: '{"format": 1, "a": [' + ",".join(["{}"] * 200_000) + "]}",
            "ten thousand brackets deep": lambda: "[" * 10**4 + "]" * 10**4,
            "a number of a hundred thousand digits": lambda: '{"format": ' + "9" * 10**5 + "}",
            "a long text": lambda: '{"format": "' + "x" * 5 * _MB + '"}',
        }.items():
            yield Case(f"{file}: {name}", words, shows, lambda here, f=file, t=text: (here / f).write_text(t()))
        yield Case(f"{file}: a pipe", words, shows, lambda here, f=file: _pipe(here / f))
        yield Case(f"{file}: a device", words, shows, lambda here, f=file: _link(here / f, "/dev/zero"))


def _models() -> Iterator[Case]:
    """Settings and arrays of models that no memory holds."""
    for key, value in (("width", 10**5), ("width", 10**9), ("width", 10**30), ("depth", 10**6), ("depth", 10**12),
                       ("rep_in", "T(100000)"), ("rep_in", "V**100000"), ("rep_out", "100000*T(2)"),
                       ("group", "S(30000)"), ("group", "DkeR3(1000000000)")):  # fmt: skip
        yield Case(f"{key} {value}", _INFO, "run", lambda here, k=key, v=value: _configured(here, k, v))
    for name in ("ScalarMLP", "EMLP"):
        for rep_in, rep_out in (("2*T(1)", "T(12)"), ("600*T(1)", "T(4)")):
            types, what = {"rep_in": rep_in, "rep_out": rep_out, "group": "O(3)"}, f"{name} of {rep_in} -> {rep_out}"
            yield Case(what, _INFO, "run", lambda here, n=name, t=types: _class(here, n, t))
    yield Case("seven indices to choose contractions for", _types("2*T(1)", "T(7)"), "1000 contractions where limit=")
    yield Case("600 vectors in a T(4)", _types("600*T(1)", "T(4)"), "limit=100000")
    yield Case("T(12)", _types("2*T(1)", "T(12)"), "at most 10 indices")
    yield Case("T(12) of O(3)", ("basis", "T(12)", "O(3)"), "2 GB")
    for name in ("MLP", "EMLP", "BareScalarMLP"):
        for key in ("width", "depth"):
            yield Case(f"{name} of {key} 10^9", _INFO, "run", lambda here, n=name, k=key: _of(here, n, k, 10**9))
    yield Case("arrays of 3 GB", _INFO, "run", lambda here: os.truncate(arrays_file(here / "run"), 3 * 2**30))
    yield Case("arrays that inflate to 300 MB", _INFO, "run", lambda here: _inflating(here / "run"))
    leaf = ["arrays", "leaves", ".body.scalars.mean"]
    for shape in ("1000000000000", "x".join(["9"] * 100), "9" * 4000):
        value = f"jax float64 {shape}"
        yield Case(f"an array of shape {shape[:15]}", _INFO, "run", lambda here, v=value: _config(here, leaf, v))


def _records() -> Iterator[Case]:
    """Histories that are long, or whose numbers are."""
    line = {"step": 1, "steps": 1, "loss": 0.5}
    for words, folder in ((_EVALUATE, "run"), (_RESUME, "stopped/checkpoint")):
        for name, text in {
            "a hundred thousand lines": lambda: (json.dumps(line) + " " * 60 + "\n") * 100_000,
            "one long line": lambda: '{"a": "' + "x" * 9 * _MB + '"}',
            "ten thousand brackets deep": lambda: "[" * 10**4,
            "a loss of four thousand digits": lambda: json.dumps(line).replace("0.5", "9" * 4000) + "\n",
            "a step beyond all": lambda: json.dumps(line).replace(": 1,", ": Infinity,", 1) + "\n",
            "thousands of numbers": lambda: json.dumps({**line, **{f"a{i}": i for i in range(5000)}}) + "\n",
        }.items():
            file = f"{folder}/metrics.jsonl"
            yield Case(f"{file}: {name}", words, folder, lambda here, f=file, t=text: (here / f).write_text(t()))


def _tables() -> Iterator[Case]:
    """Tables of long lines, of many columns, of remarks alone; compressed ones."""
    for name, text in {
        "one line of 9 MB": lambda: b"1" * 9 * _MB,
        "4 MB of remarks": lambda: b"#\n" * 2 * _MB,
        "4 MB of nothing": lambda: b"\n" * 4 * _MB,
        "a million columns": lambda: b"1," * 10**6 + b"1\n",
        "a hundred thousand columns in many rows": lambda: (b"1," * 10**5 + b"1\n") * 50,
    }.items():
        yield Case(name, train("mine.csv"), "mine.csv", lambda here, t=text: (here / "mine.csv").write_bytes(t()))
        yield Case(
            f"{name}, compressed", train("mine.csv.gz"), "mine.csv.gz",
            lambda here, t=text: (here / "mine.csv.gz").write_bytes(gzip.compress(t(), 1)),
        )  # fmt: skip
    rows = b"0.5,1.5,2.5,3.5,4.5,5.5,6.5\n"
    yield Case(
        "100 MB of rows, compressed", train("mine.csv.gz"), "inflate",
        lambda here: (here / "mine.csv.gz").write_bytes(gzip.compress(rows * (100 * _MB // len(rows)), 1)),
    )  # fmt: skip
    yield Case("300 MB of zeros", train("mine.parquet"), "inflate", lambda here: _zeros(here / "mine.parquet"))
    yield Case("a text of 10 MB in every row", train("mine.parquet"), "a1", lambda here: _long(here / "mine.parquet"))


def _studies() -> Iterator[Case]:
    """Results of studies that are no results, or too many."""
    row = {"task": "o5", "model": "m", "ntrain": 10, "seed": 0, "test_mse": 1e-3}
    for name, text in {
        "a list of numbers": lambda: "[1]",
        "an object": lambda: "{}",
        "a row without a task": lambda: json.dumps([{**row, "task": None}]),
        "an error that is text": lambda: json.dumps([{**row, "test_mse": "x"}]),
        "an error that is NaN": lambda: json.dumps([{**row, "test_mse": float("nan")}]),
        "samples below none": lambda: json.dumps([{**row, "ntrain": -1}]),
        "samples beyond all": lambda: json.dumps([{**row, "ntrain": 10**400}]),
        "brackets": lambda: "[" * 10**4,
        "9 MB": lambda: json.dumps([{**row, "a": "x" * 9 * _MB}]),
        "a thousand tasks": lambda: json.dumps([{**row, "task": f"t{i}"} for i in range(1000)]),
    }.items():
        table = Path("study/results.json")
        yield Case(f"results.json: {name}", _PLOT, "study", lambda here, t=text, f=table: (here / f).write_text(t()))


def _put(here: Path, data: bytes) -> None:
    (here / "mine.npz").write_bytes(data)


@cache
def _packed(*shapes: tuple[int, int]) -> bytes:
    """Zeros of these shapes, for x and y, as `numpy.savez_compressed` writes them."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, shape in zip("xy", shapes, strict=True):
            with archive.open(f"{name}.npy", "w", force_zip64=True) as member:
                np.lib.format.write_array(member, np.zeros(shape))
    return file.getvalue()


def _small(method: int = zipfile.ZIP_STORED, names: tuple[str, ...] = ("x.npy",)) -> bytes:
    file, array = io.BytesIO(), io.BytesIO()
    np.save(array, X)
    with zipfile.ZipFile(file, "w", method) as archive:
        for name in names:
            archive.writestr(name, array.getvalue())
    return file.getvalue()


def _many_members() -> bytes:
    return _small(names=tuple(f"a{i}" for i in range(10**5)))


def _headed(header: str, length: int | None = None) -> bytes:
    """An archive of one array with that header, which says to be of another length."""
    text = header.encode() + b"\n"
    data = b"\x93NUMPY\x02\x00" + (len(text) if length is None else length).to_bytes(4, "little") + text + X.tobytes()
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("x.npy", data)
    return file.getvalue()


def _pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def _link(file: Path, to: str) -> None:
    file.unlink()
    file.symlink_to(to)


def _config(here: Path, keys: list[str], value: object) -> None:
    edit(here / "run/config.json", keys, value)


def _configured(here: Path, key: str, value: object) -> None:
    _config(here, ["config", key], value)


def _of(here: Path, name: str, key: str, value: object) -> None:
    _class(here, name, {"rep_in": "2*T(1)", "rep_out": "T(0)", "group": "O(3)", key: value})


def _class(here: Path, name: str, config: dict[str, object]) -> None:
    _config(here, ["class"], name)
    _config(here, ["config"], config)


def _types(rep_in: str, rep_out: str) -> tuple[str, ...]:
    return ("info", "--rep-in", rep_in, "--rep-out", rep_out, "--group", "O(3)")


def _inflating(run: Path) -> None:
    """The arrays with one of 300 MB in the place of the last, and a checksum that fits."""
    with np.load(arrays_file(run)) as held:
        names = [*held.files]
    file = io.BytesIO()
    with (
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(f"{names[-1]}.npy", "w", force_zip64=True) as member,
    ):
        np.lib.format.write_array(member, np.zeros(_ROWS))
    model_swapped(run, file.getvalue())


def _zeros(file: Path) -> None:
    column = pyarrow.array(np.zeros(_ROWS // 7))
    pyarrow.parquet.write_table(pyarrow.table(dict.fromkeys(NAMES, column)), file)


def _long(file: Path) -> None:
    """The text stands once in the file, and once in memory too: pyarrow would keep the 1 GB of a hundred."""
    long = pyarrow.DictionaryArray.from_arrays(np.zeros(100, "int32"), ["a" * 10 * _MB])
    columns = {name: np.zeros(100) for name in NAMES}
    pyarrow.parquet.write_table(pyarrow.table({**columns, "a1": long}), file, store_schema=False)
