"""How a text table separates its cells and writes its numbers."""

import csv
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ._lines import Unreadable

_REAL = r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eEdD][+-]?\d+)?"
_NUMBER = re.compile(rf"{_REAL}|\(?(?:{_REAL}(?=[+-]))?{_REAL}[ij]\)?", re.ASCII)
_WITH_COMMA = re.compile(r"[+-]?\d+(?:,\d+)?(?:[eEdD][+-]?\d+)?", re.ASCII)
_THOUSANDS = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+", re.ASCII)
_WORDS = re.compile(r'"([^"]*)"|(\S+)')
_FORTRAN = str.maketrans("dDi−", "eEj-")  # exponents, Matlab's i, the sign of word processors
_NO_NUMBER_YET = re.compile(r"[+-]?(?:nan|inf|infinity)", re.ASCII | re.IGNORECASE)


class Dialect(NamedTuple):
    """What stands between cells (`None`: any white space), and whether decimals follow a point or a comma."""

    separator: str | None
    decimal: str = "."

    def cells(self, line: str) -> list[str]:
        """The cells of a row, without quotation marks and the space around them."""
        if self.separator is None:
            return [quoted or plain for quoted, plain in _WORDS.findall(line)] if '"' in line else line.split()
        if '"' not in line:
            return [cell.strip() for cell in line.split(self.separator)]
        try:
            (cells,) = csv.reader([line], delimiter=self.separator, skipinitialspace=True)
        except (csv.Error, ValueError) as error:
            raise Unreadable("A quotation mark must have its other half", repr(line[:60]), "Close it.") from error
        return [cell.strip() for cell in cells]

    def is_number(self, cell: str) -> bool:
        """Whether a cell is a number by its digits; `nan`, `inf` and `j`, which Python reads as well, may be names."""
        cell = cell.replace("−", "-")
        return bool((_WITH_COMMA if self.decimal == "," else _NUMBER).fullmatch(cell))

    def number(self, cell: str, dtype: type) -> complex:
        """The number in a cell.

        Raises:
            ValueError: if it is none.
        """
        if not self.is_number(cell):
            cell = cell.partition("#")[0].strip()  # a remark at the end of a row
            if not self.is_number(cell) and not _NO_NUMBER_YET.fullmatch(cell):
                raise ValueError(cell)
        plain = cell.replace(",", ".") if self.decimal == "," else cell
        value: complex = dtype(plain if _NO_NUMBER_YET.fullmatch(plain) else plain.translate(_FORTRAN))
        return value


# Where two read a table equally well, the first is meant. Space around other separators is no separator.
_DIALECTS = (
    Dialect(";"), Dialect(";", ","), Dialect("\t"), Dialect("\t", ","), Dialect("|"), Dialect(","), Dialect(None),
    Dialect(None, ","),
)  # fmt: skip


def dialect_of(lines: Sequence[str], separator: str = "") -> Dialect:
    """The dialect that makes the largest share of the cells numbers.

    Args:
        lines: the first rows; the first two of them may be names and units.
        separator: what stands between cells, if the file says so.

    Raises:
        ValueError: if its decimal commas may separate thousands.
    """
    body = lines[2:] if len(lines) > 3 else lines
    known = [each for each in _DIALECTS if not separator or each.separator == separator]
    shares = [(_share(each, body), -rank, each) for rank, each in enumerate(known or [Dialect(separator)])]
    best, _, dialect = max(shares)
    if not best and not separator:  # nothing is a number: by what the first row has
        return next((each for each in _DIALECTS if each.separator and each.separator in lines[0]), Dialect(","))
    if dialect.decimal == "," and (cell := _thousands(dialect, body)):
        value = f"{cell}, and all numbers with a comma are like it"
        raise Unreadable("Decimals must be told from thousands", value, "Write decimal points.")
    return dialect


def _share(dialect: Dialect, lines: Iterable[str]) -> float:
    """The share of the cells that are numbers, 0 where the dialect cannot be meant."""
    rows = [line for line in lines if line]
    if dialect.separator is None and any(re.search(r"\t *\t|\t *$|^ *\t", line) for line in rows):
        return 0.0  # two tabs have an empty cell between them, which white space would skip
    try:
        cells = [dialect.cells(row) for row in rows]
    except ValueError:
        return 0.0
    width = Counter(map(len, cells)).most_common(1)[0][0]
    if dialect not in (Dialect(","), Dialect(None)) and width == 1:
        return 0.0  # a single column needs no separator
    numbers = sum(dialect.is_number(cell) for row in cells for cell in row if len(row) == width)
    return numbers / sum(map(len, cells))


def _thousands(dialect: Dialect, lines: Iterable[str]) -> str:
    """A number whose comma may separate thousands, if all numbers with a comma are such."""
    cells = [cell for line in lines for cell in dialect.cells(line) if "," in cell and dialect.is_number(cell)]
    return cells[0] if cells and all(_THOUSANDS.fullmatch(cell) for cell in cells) else ""


def remedy_for(cell: str) -> str:
    """What to do about a cell that is no number."""
    if not cell:
        return "Fill that cell, or leave the row out."
    if cell.strip("*") == "":
        return "Fortran writes stars where a format is too narrow: choose a wider one."
    if re.fullmatch(r"[+-]?\d*\.\d+[+-]\d{3}", cell):
        return "Fortran leaves out the E of exponents of three digits: write by a format such as ES25.16E3."
    if re.fullmatch(r"[+-]?\d{1,3}(?:[,.' ]\d{3})+(?:[.,]\d+)?", cell):
        return "Write no sign between thousands."
    if re.fullmatch(r"[+-]?\d+,\d+", cell):
        return "Write all decimals with a point, or all with a comma and semicolons or tabs between the cells."
    return "Correct that row, or leave the column out by x_columns and y_columns."
