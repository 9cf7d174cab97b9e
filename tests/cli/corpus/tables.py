"""Malformed tables: .csv and .parquet files, and choices of their columns."""

import gzip
import itertools
import json
import random
import struct
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
import pyarrow
import pyarrow.parquet

from .case import NAMES, READERS, ROWS, Case, to_folder, train

CSV, PARQUET = "mine.csv", "mine.parquet"
LINES = [",".join(NAMES), *(",".join(map(repr, row)) for row in ROWS.tolist())]


def tables() -> list[Case]:
    """Every malformed table, given to one of the commands that read it, in turn, and every wrong choice of columns."""
    turn = itertools.cycle(READERS.items())
    cases = []
    for file, kinds in ((CSV, (_cells(), _texts())), (PARQUET, (_parquet_bytes(), _parquet_columns()))):
        for name, damage, shows in itertools.chain(*kinds):
            command, words = next(turn)
            cases.append(
                Case(
                    f"{file}, {name} ({command})",
                    words(file),
                    shows,
                    lambda folder, file=file, damage=damage: damage(folder / file),
                )
            )
    return [*cases, *_choices()]


Damage = tuple[str, Callable[[Path], object], str]


def _cells() -> Iterator[Damage]:
    """One cell of a good table replaced, dropped or doubled, at a random place."""
    draw = random.Random(2)
    for text in ("seven", "1,5", "1..5", "--1", "0x1G", "1e", "1 2", "", " ", "?", "N/A", "NULL", "1+2j", "True", "½",
                 "$3",
                 "1.000.000", "=A1", "2020-01-01", "\x00", "1_0_"):  # fmt: skip
        row, column = draw.randrange(1, 21), draw.randrange(6)  # of the inputs, which all three commands read
        yield f"a cell {text!r}", partial(_written, lines=_changed(row, column, text)), CSV
    for text in ("nan", "NaN", "inf", "-inf", "Infinity", "1e999"):
        row, column = draw.randrange(1, 21), draw.randrange(6)
        yield f"a cell {text!r}", partial(_written, lines=_changed(row, column, text)), "sample"
    for number in range(4):
        row = draw.randrange(2, 21)
        cells = LINES[row].split(",")
        fewer, more = cells[: draw.randrange(1, 7)], [*cells, "1"]
        yield f"a row cut short, {number}", partial(_written, lines=[*LINES[:row], ",".join(fewer)]), CSV
        yield f"a row too long, {number}", partial(_written, lines=[*LINES[:row], ",".join(more)]), CSV
    for mark in (";", "\t", "|", " "):
        row = draw.randrange(2, 21)
        yield f"a row with {mark!r}", partial(_written, lines=[*LINES[:row], LINES[row].replace(",", mark)]), CSV


def _texts() -> Iterator[Damage]:
    """The whole file as something else."""
    text, draw = "\n".join(LINES), random.Random(3)
    for mark in ("~", ":", "·", "_"):
        yield f"separated by {mark!r}", partial(Path.write_text, data=text.replace(",", mark)), "a1"
    for name, content in {
        "empty": b"",
        "blank lines": b"\n\r\n  \n",
        "a mark of UTF-8 alone": b"\xef\xbb\xbf",
        "names alone": LINES[0].encode(),
        "comments alone": b"# a\n# b\n",
        "UTF-16": text.encode("utf-16"),
        "UTF-32": text.encode("utf-32"),
        "a row of Latin-1": (text + "\ncafé,1,1,1,1,1,1").encode("latin-1"),
        "compressed": gzip.compress(text.encode(), mtime=0),
        "a page": b"<!DOCTYPE html>\n<html><body>404, not found</body></html>\n",
        "JSON": json.dumps(ROWS.tolist(), indent=1).encode(),
        "zeros": bytes(500),
        "noise": b"\xff" + draw.randbytes(500),
        "an archive": b"PK\x03\x04" + draw.randbytes(100),
        "one very long word": b"x" * 100_000,
        "names in every row": "\n".join([LINES[0]] * 5).encode(),
        "fewer names than columns": "\n".join(["a,b", *LINES[1:]]).encode(),
        "a name twice": "\n".join([LINES[0].replace("a2", "a1"), *LINES[1:]]).encode(),
        "names in the middle": "\n".join([*LINES[1:5], LINES[0], *LINES[5:]]).encode(),
        "a quote left open": "\n".join([*LINES[:3], '"' + LINES[3], *LINES[4:]]).encode(),
        "too few columns": "\n".join(",".join(line.split(",")[:3]) for line in LINES).encode(),
        "decimal commas between commas": text.replace(".", ",").encode(),
        "decimal commas and points": text.replace(",", ";").replace(".", ",", 30).encode(),
        "numbers for names": "\n".join(["0,1,2,3,4,5,6", *LINES[1:]]).encode(),
        "numbers from 1 for names": "\n".join(["1,2,3,4,5,6,7", *LINES[1:]]).encode(),
        "missing values for names": "\n".join(["nan,nan,nan,nan,nan,nan,nan", *LINES[1:]]).encode(),
    }.items():
        yield name, partial(Path.write_bytes, data=content), CSV if name != "zeros" else ""
    yield "a folder", to_folder, CSV
    yield "missing", Path.unlink, CSV


def _parquet_bytes() -> Iterator[Damage]:
    """The mark at the end cut off or overwritten, the length of the footer wrong, the footer noise."""
    draw = random.Random(4)
    for part in sorted(draw.sample(range(1, 100), 6)):
        yield f"cut off after {part} %", partial(_tail, cut=part / 100), PARQUET
    for name, tail in {
        "another mark": b"PAR2",
        "an encrypted mark": b"PARE",
        "a footer of no length": struct.pack("<I", 0) + b"PAR1",
        "a footer longer than the file": struct.pack("<I", 10**9) + b"PAR1",
        "a footer of noise": draw.randbytes(60) + struct.pack("<I", 60) + b"PAR1",
        "a footer of zeros": bytes(60) + struct.pack("<I", 60) + b"PAR1",
    }.items():
        yield name, partial(_tail, tail=tail), PARQUET
    for name, content in {
        "empty": b"",
        "a mark alone": b"PAR1",
        "two marks": b"PAR1PAR1",
        "a table": b"1,2\n3,4\n",
    }.items():
        yield name, partial(Path.write_bytes, data=content), PARQUET
    yield "a folder", to_folder, PARQUET
    yield "missing", Path.unlink, PARQUET


def _parquet_columns() -> Iterator[Damage]:
    """Whole files whose first column is no column of numbers."""
    n = len(ROWS)
    for name, column, shows in (
        ("text", ["one"] * n, PARQUET),
        ("numbers as text among text", ["1.5"] * (n - 1) + ["x"], PARQUET),
        ("lists", [[1.0, 2.0]] * n, PARQUET),
        ("records", [{"a": 1.0}] * n, PARQUET),
        ("bytes", [b"\x00"] * n, PARQUET),
        ("dates", np.array(["2020-01-01"] * n, "M8[s]"), PARQUET),
        ("durations", np.array([5] * n, "m8[s]"), PARQUET),
        ("nothing at all", pyarrow.nulls(n), "sample"),
        ("a gap", [1.0] * (n - 1) + [None], "sample"),
        ("NaN", [float("nan")] * n, "sample"),
        ("infinity", [float("inf")] * n, "sample"),
    ):
        yield f"a column of {name}", partial(_parquet, columns={"a1": column}), shows
    yield "no rows", partial(_parquet, columns={name: np.zeros(0) for name in NAMES}), PARQUET
    yield "no columns", lambda file: pyarrow.parquet.write_table(pyarrow.table({}), file), PARQUET
    yield (
        "too few columns",
        lambda file: pyarrow.parquet.write_table(pyarrow.table({"a": [1.0], "b": [2.0]}), file),
        PARQUET,
    )


def _choices() -> Iterator[Case]:
    """Columns that are not there, come twice, overlap or are too few, and what is no choice of columns."""
    for option, text, shows in (
        ("x", "0-5", "0-5"), ("x", "0", "0"), ("x", "8", "8"), ("x", "2-9", "2-9"), ("x", "6-1", "6-1"),
        ("x", "1-", "1-"), ("x", "-3", "-3"), ("x", "1,,2", "''"), ("x", "a1;a2", "a1;a2"), ("x", "A1", "A1"),
        ("x", "a1-b3", "a1-b3"), ("x", "1-6,6", "1-6,6"), ("x", "a1,1,a2,a3,b1,b2", "a1,1"), ("x", "1-5", "5 and 2"),
        ("x", "1-7", "7 and 0"), ("x", "1.5", "1.5"), ("x", "*", "'*'"), ("x", "½", "½"), ("x", "²", "²"),
        ("x", "9" * 30, "9" * 30), ("x", "9" * 5000, "999"), ("x", ",", "''"), ("x", " ", "''"),
        ("x", "1-2-3", "1-2-3"), ("y", "z", "'z'"), ("y", "8", "8"), ("y", "6-7", "5 and 2"), ("y", "y,y", "y,y"),
    ):  # fmt: skip
        yield Case(
            f"{option} columns {text[:20]!r} of {len(text)} characters", train(CSV, f"--{option}-columns={text}"), shows
        )
    yield Case("an input that is an output", train(CSV, "--x-columns", "1-6", "--y-columns", "a2"), "a2")
    yield Case("columns of an archive", train("mine.npz", "--y-columns", "y"), "mine.npz")
    yield Case("an unknown column", ("predict", "run", CSV, "--x-columns", "z", "--out", "out.npz"), "'z'")
    yield Case("too few columns", ("predict", "run", CSV, "--x-columns", "1-5", "--out", "out.npz"), "Got 5")
    yield Case("an unknown column", ("evaluate", "run", "--data", CSV, "--y-columns", "z"), "'z'")


def _changed(row: int, column: int, text: str) -> list[str]:
    cells = LINES[row].split(",")
    cells[column] = text
    return [*LINES[:row], ",".join(cells), *LINES[row + 1 :]]


def _written(file: Path, lines: list[str]) -> None:
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def _tail(file: Path, tail: bytes = b"", cut: float = 0.0) -> None:
    """The file with its last bytes overwritten, or cut."""
    data = file.read_bytes()
    file.write_bytes(data[: int(cut * len(data))] if cut else data[: -len(tail)] + tail)


def _parquet(file: Path, columns: dict[str, object]) -> None:
    good = dict(zip(NAMES, ROWS.T, strict=True))
    pyarrow.parquet.write_table(pyarrow.table({**good, **columns}), file)
