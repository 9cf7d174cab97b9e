"""Tables of numbers in files, and which of their columns are meant."""

import csv
import difflib
import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Inexact

Columns = str | Sequence[str | int]  # "1-10", "E1, px1", [1, 2, 3]

_RANGE = re.compile(r"([0-9]{1,9})(?:\s*-\s*([0-9]{1,9}))?")


class Table(NamedTuple):
    """The numbers of a file, and the names of the columns: 1, 2, … if the file has none."""

    values: Inexact[np.ndarray, "rows columns"]
    names: tuple[str, ...]


def read_csv(file: Path, dtype: type) -> Table:
    """Numbers separated by commas; a first line that holds no numbers, or begins with #, names the columns."""
    first = _first_line(file)
    cells = [cell.strip() for cell in next(csv.reader([first.lstrip("# ")]), [])]
    if not cells:
        raise ValueError(f"A table needs at least one row of numbers. Got the empty file {file}. Add samples.")
    named = first.startswith("#") or not any(_is_number(cell) for cell in cells)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of no rows: they are missed below
        try:
            skipped = int(named and not first.startswith("#"))  # lines with # are left out anyway
            values: np.ndarray = np.loadtxt(
                file, dtype, delimiter=",", skiprows=skipped, ndmin=2, quotechar='"', encoding="utf-8-sig"
            )
        except ValueError as error:
            raise ValueError(
                f"A table must hold numbers, in rows of one length. Got: {str(error).rstrip('.')}, in {file}. "
                "Correct that row."
            ) from error
    if not values.size:
        raise ValueError(f"A table needs at least one row of numbers. Got names alone in {file}. Add samples.")
    names = cells if named else [str(number + 1) for number in range(values.shape[1])]
    if len(names) != values.shape[1] or len(set(names)) < len(names):
        raise ValueError(
            f"Every column must have a name of its own. Got {len(set(names))} names of {values.shape[1]} columns in "
            f"{file}. Correct its first line."
        )
    return Table(values, tuple(names))


def _first_line(file: Path) -> str:
    """The first line that is not blank."""
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return next((line for line in lines if line.strip()), "")
    except ValueError as error:
        raise ValueError(
            f"A table must be text in UTF-8. Got: {str(error).rstrip('.')}, in {file}. Save it in UTF-8."
        ) from error


def read_parquet(file: Path, dtype: type) -> Table:
    """A table of numbers in the Parquet format."""
    try:
        from pyarrow import ArrowException
        from pyarrow.parquet import read_table
    except ImportError as error:
        raise ValueError(
            f"Parquet files need the package pyarrow. Got {file} without it. Run: pip install 'scalaremlp[parquet]'."
        ) from error
    try:
        table = read_table(file)
        names = tuple(table.column_names)
        columns = [_numbers(column.to_numpy(), name, dtype) for name, column in zip(names, table.columns, strict=True)]
    except (ArrowException, OSError, TypeError, ValueError) as error:
        text = " ".join(str(error).split()).rstrip(".")
        raise ValueError(
            f"A .parquet file must be a table of numbers. Got: {text}, in {file}. Write it anew."
        ) from error
    if not columns or not len(columns[0]):
        raise ValueError(f"A table needs at least one row of numbers. Got none in {file}. Add samples.")
    return Table(np.column_stack(columns), names)


def _numbers(column: np.ndarray, name: str, dtype: type) -> np.ndarray:
    if column.dtype.kind in "mM":  # NumPy would count the time units
        raise ValueError(f"column {name} holds times, {column.dtype}")
    return column.astype(dtype)


def chosen(table: Table, columns: Columns, what: str) -> list[int]:
    """The positions of columns given by name, by number from 1, or by ranges of numbers such as 1-6."""
    parts = [part.strip() for part in columns.split(",")] if isinstance(columns, str) else list(columns)
    positions = [position for part in parts for position in _positions(table, part, what)]
    if len(set(positions)) < len(positions):
        raise ValueError(f"`{what}` must name every column once. Got {columns!r}. Remove what comes twice.")
    return positions


def _positions(table: Table, part: str | int, what: str) -> list[int]:
    count = len(table.names)
    if part in table.names:
        return [table.names.index(str(part))]
    text = str(part)
    match = _RANGE.fullmatch(text)
    if match is None:
        near = difflib.get_close_matches(text, table.names, 1)
        remedy = f"Did you mean {near[0]}?" if near else f"There are {', '.join(table.names[:20])}."
        raise ValueError(f"`{what}` must be names or numbers of columns. Got {text!r}. {remedy}")
    low, high = int(match[1]), int(match[2] or match[1])
    if not 1 <= low <= high <= count:
        raise ValueError(f"`{what}` must be columns from 1 to {count}. Got {text}. Count the first column as 1.")
    return list(range(low - 1, high))


def _is_number(cell: str) -> bool:
    try:
        complex(cell.replace(" ", ""))
    except ValueError:
        return False
    return True


#: How to read a table: ending of the file -> function of (file, dtype). A new format is one function and a line here.
TABLES: dict[str, Any] = {".csv": read_csv, ".parquet": read_parquet}
