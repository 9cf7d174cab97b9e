"""Which rows of a text table name its columns and their units, and which may be samples."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from ._dialect import Dialect
from ._lines import Head, Unreadable

# What stands for a value that is missing, and what Python takes for a number: no names for sure, no numbers either.
_MAY_BE_VALUES = re.compile(
    r"#?n/?a|[+-]?nan|null|none|nil|missing|-+|\?|\.+|[+-]?inf(?:inity)?|[+-]?(?-i:[ij])", re.ASCII | re.IGNORECASE
)
_NAME = re.compile(r"[^\w+.,=−-]*[^\W\d]")
_WHOLE = re.compile(r"[+-]?\d+")
_UNNAMED = re.compile(r"|Unnamed: 0(?:\.\d+)?")  # pandas' index, and what it becomes when it is read and written again
_OF_UNITS = re.compile(
    r"\[.*\]|\(.*\)|[-1]|[kcmdMGTnµupf]?(?:m|s|g|A|K|mol|N|J|W|V|C|T|Pa|Hz|eV|rad)(?:/s|/s\^2|\^?[23])?|deg|au|Å"
)

_SETTLE = "Say header=True or header=False (--header or --no-header)."


class Layout(NamedTuple):
    """What the first rows are."""

    names: tuple[str, ...] | None
    width: int  # the number of columns
    trailing: bool  # whether every row ends in a separator with nothing after it
    skipped: int  # rows before the first sample
    units: tuple[str, ...] | None = None  # in the second of these


def layout_of(head: Head, dialect: Dialect, header: bool | None) -> Layout:
    """Which rows are names and units.

    Args:
        head: how the file begins; with one row at least.
        dialect: how it is written.
        header: whether the first row is names, where that is known.

    Raises:
        ValueError: if the first row may be names or a sample, or names and columns differ in number.
    """
    cells = [dialect.cells(row.text) for row in head.rows]
    body = cells[2:] if len(cells) > 3 else cells[1:] or cells
    counts = Counter(map(len, body if len(cells) > 3 else cells))
    width = max(counts, key=lambda count: (counts[count], count))
    first, width, trailing = _without_end(cells[0], body, width)
    if dialect.separator is None and len(first) == width - 1 and _is_indented(head):
        first = ["", *first]
    rest = [row for row in cells[1:] if len(row) >= width]  # the others are refused when they are read
    if not (_is_names(first, rest, dialect) if header is None else header):
        return Layout(_remarked(head.remarks, dialect, width), width, trailing, 0)
    _check_names(first, width)
    if rest and _is_units(rest, width, dialect):
        return Layout(tuple(first), width, trailing, 2, tuple(rest[0][:width]))
    return Layout(tuple(first), width, trailing, 1)


def _is_indented(head: Head) -> bool:
    """Whether the first row alone begins with space, as names beside an unnamed index that pandas has written."""
    return head.rows[0].text[0].isspace() and not any(row.text[0].isspace() for row in head.rows[1:])


def is_index(name: str) -> bool:
    """Whether a first column of this name is an index that pandas has written."""
    return bool(_UNNAMED.fullmatch(name))


def _without_end(first: list[str], body: Sequence[list[str]], width: int) -> tuple[list[str], int, bool]:
    """The first row, the number of columns, and whether a separator ends the rows."""
    last = {row[-1] for row in body if len(row) == width > 1}
    named = len(first) == width and first[-1] != ""  # then the values of that column are missing
    if last == {""} and not named:
        return (first[:-1] if len(first) == width else first), width - 1, True
    return (first[:-1] if len(first) == width + 1 and first[-1] == "" else first), width, False


def _is_names(first: list[str], rest: Sequence[list[str]], dialect: Dialect) -> bool:
    """Whether the first row names the columns. No row is taken for names that may be a sample."""
    numbers = [cell for cell in first if dialect.is_number(cell)]
    words = [column for column, cell in enumerate(first) if _is_word(cell, dialect)]
    above_numbers = any(dialect.is_number(row[column]) for row in rest for column in words)
    of_index = first[0] == "" and len(numbers) == len(first) - 1 > 0
    counted = _counted(numbers)
    if words and (above_numbers or not rest or len(words) == len(first)) and (counted or not numbers):
        return True
    if of_index and counted:
        return True
    counted = counted or _above_fractions(first, rest)
    if numbers and not of_index and not (above_numbers or counted) and (rest or not words):
        return False
    if numbers and not words and len(numbers) < len(first) and not of_index:  # what is missing will be told
        return False
    value = f"{', '.join(first)[:80]!r}, which may be either"
    raise Unreadable("A first row must be names or a sample", value, _SETTLE)


def _counted(numbers: Sequence[str]) -> bool:
    """Whether numbers count the columns, from 0 or from 1."""
    return [*map(_whole, numbers)] in ([*range(len(numbers))], [*range(1, len(numbers) + 1)])


def _above_fractions(first: Sequence[str], rest: Sequence[list[str]]) -> bool:
    """Whether the first row has different whole numbers, as years or bins have, and all below are written otherwise."""
    whole = len(first) > 1 and len(set(first)) == len(first) and all(_WHOLE.fullmatch(cell) for cell in first)
    return whole and len(rest) > 1 and not any(_WHOLE.fullmatch(cell) for row in rest for cell in row)


def _whole(cell: str) -> int | None:
    try:
        value = float(cell.replace(",", "."))
    except ValueError:
        return None
    return int(value) if value.is_integer() else None


def _is_word(cell: str, dialect: Dialect) -> bool:
    """Whether a cell is a name: it has a letter, and does not begin as a number does that is written in another way."""
    return bool(_NAME.match(cell)) and not dialect.is_number(cell) and not _MAY_BE_VALUES.fullmatch(cell)


def _is_units(rest: Sequence[list[str]], width: int, dialect: Dialect) -> bool:
    """Whether the row below the names holds units: words alone, at least one above numbers."""
    row, below = rest[0][:width], rest[1:]
    columns = [column for column, cell in enumerate(row) if _is_word(cell, dialect)]
    others = [cell for column, cell in enumerate(row) if column not in columns]
    known = all(_OF_UNITS.fullmatch(row[column]) for column in columns)  # then 1 is one as well
    if any(cell not in (("", "-", "1") if known else ("", "-")) for cell in others):
        return False
    return any(dialect.is_number(each[column]) for column in columns for each in below)


def _check_names(names: Sequence[str], width: int) -> None:
    if len(names) != width or len(set(names)) < len(names):
        raise Unreadable(
            "Every column must have a name of its own",
            f"{len(set(names))} names of {width} columns",
            "Correct the first line, or mark it with # if it is a remark.",
        )


def _remarked(remarks: Sequence[str], dialect: Dialect, width: int) -> tuple[str, ...] | None:
    """The names in the remark just above the first row, as `numpy.savetxt` writes them, or above their units there.

    A first line of names above other remarks counts as well.
    """
    lines = [_words(remark, dialect, width) for remark in remarks]
    of_units = bool(lines) and bool(lines[-1]) and all(_OF_UNITS.fullmatch(cell) for cell in lines[-1])
    for cells in (*lines[-2:-1], *lines[-1:]) if of_units else (*lines[-1:], *lines[:1]):
        if len(set(cells)) == width:
            return tuple(cells)
    return None


def _words(remark: str, dialect: Dialect, width: int) -> list[str]:
    """The cells of a remark, if they are words and may name the columns."""
    for each in dict.fromkeys((dialect, Dialect(","), Dialect(";"), Dialect("\t"))):
        if each.separator is None and re.search(r"[,.:;!]\s", remark):  # a sentence
            continue
        try:
            cells = each.cells(remark)
        except ValueError:
            continue
        cells = cells[:-1] if len(cells) == width + 1 and not cells[-1] else cells
        if len(cells) == width and all(_is_word(cell, Dialect(None)) for cell in cells):
            return cells
    return []
