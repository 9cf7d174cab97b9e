"""Tables as text: separated by commas, semicolons, tabs or white space."""

import re
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice, takewhile
from pathlib import Path

import numpy as np

from ._dialect import Dialect, dialect_of, remedy_for
from ._header import is_index, layout_of
from ._lines import Head, Row, Unreadable, head_of, opened, rows
from ._table import Table

_SEPARATOR = re.compile(r"sep=(.)", re.IGNORECASE)  # a first line for spreadsheets
_PIECE = 4096  # rows


@dataclass(frozen=True)
class TextTable(Table):
    """A table as text.

    Attributes:
        file: where it is.
        names: of the columns.
        named: whether the file has names.
        dialect: how it is written.
        trailing: whether every row ends in a separator with nothing after it.
        start: the number of the line of the first sample, from 1.
        units: the row of units below the names, if there is one.
    """

    file: Path
    names: tuple[str, ...]
    named: bool
    dialect: Dialect
    trailing: bool
    start: int
    units: tuple[str, ...] | None = None

    @property
    def index(self) -> frozenset[int]:
        """The first column, if it has no name in a file of names; several, if pandas has read and written it again."""
        return frozenset(position for position, _ in enumerate(takewhile(is_index, self.names)) if self.named)

    def numbers(self, columns: list[int], dtype: type) -> np.ndarray:
        """Columns of numbers: at once by NumPy if it can read the whole file, otherwise cell by cell.

        Raises:
            ValueError: if a cell of these columns is no number, or rows differ in length.
        """
        values = self._at_once(dtype)
        return self._by_cells(columns, dtype) if values is None else values[:, columns]

    def texts(self, column: int) -> list[str]:
        """A column as it is written.

        Raises:
            ValueError: if rows differ in length.
        """
        with opened(self.file) as lines:
            return [cells[column] for _, cells in self._rows(lines)]

    def _at_once(self, dtype: type) -> np.ndarray | None:
        """All numbers, or None where some cell is something else than NumPy's reader knows."""
        if self.dialect.decimal == "," or self.trailing:
            return None
        with warnings.catch_warnings(), opened(self.file) as lines:
            warnings.simplefilter("ignore", UserWarning)  # of no rows
            rest = islice(lines, self.start - 1, None)
            try:
                values: np.ndarray = np.loadtxt(rest, dtype, delimiter=self.dialect.separator, ndmin=2, quotechar='"')
            except (UnicodeError, Unreadable):
                raise
            except ValueError:
                return None
        return values if values.shape[1:] == (len(self.names),) and len(values) else None

    def _by_cells(self, columns: list[int], dtype: type) -> np.ndarray:
        pieces: list[np.ndarray] = []
        with opened(self.file) as lines:
            found = (self._numbers(row, cells, columns, dtype) for row, cells in self._rows(lines))
            while piece := [*islice(found, _PIECE)]:
                pieces.append(np.array(piece, dtype))
        if not pieces:
            raise Unreadable("A table needs at least one row of numbers", "names alone", "Add samples.").of(self.file)
        return np.concatenate(pieces)

    def _numbers(self, row: Row, cells: list[str], columns: list[int], dtype: type) -> list[complex]:
        try:
            return [self.dialect.number(cells[column], dtype) for column in columns]
        except ValueError:
            wrong = next(column for column in columns if not self._is_number(cells[column], dtype))
        value = f"{cells[wrong][:60]!r} in line {row.number}, column {self.names[wrong] or wrong + 1}"
        rule = "A table must hold numbers, in rows of one length"
        raise Unreadable(rule, value, remedy_for(cells[wrong]))

    def _is_number(self, cell: str, dtype: type) -> bool:
        try:
            self.dialect.number(cell, dtype)
        except ValueError:
            return False
        return True

    def _rows(self, lines: Iterator[str]) -> Iterator[tuple[Row, list[str]]]:
        """The rows of samples with their cells, all of one number."""
        width = len(self.names)
        for row in rows(lines):
            if row.number < self.start:
                continue
            cells = self.dialect.cells(row.text)
            if len(cells) != width + self.trailing or (self.trailing and cells[-1]):
                raise Unreadable(
                    "A table must hold numbers, in rows of one length",
                    f"{len(cells)} cells instead of {width} in line {row.number}",
                    "Correct that row, or mark it with # if it is a remark.",
                )
            yield row, cells


def read_text(file: Path, header: bool | None) -> TextTable:
    """How a table of text is written, and the names of its columns.

    Raises:
        ValueError: if it is empty, not text, or cannot be understood in one way alone.
    """
    with opened(file) as lines:
        head = head_of(lines)
        if not head.rows:
            raise Unreadable("A table needs at least one row of numbers", "an empty file", "Add samples.")
        separator = ""
        if (told := _SEPARATOR.fullmatch(head.rows[0].text)) and head.rows[1:]:
            head, separator = Head(head.remarks, head.rows[1:]), told[1]
        dialect = dialect_of([row.text for row in head.rows], separator)
        layout = layout_of(head, dialect, header)
    names = layout.names or tuple(str(number + 1) for number in range(layout.width))
    after = head.rows[layout.skipped :]
    start = after[0].number if after else head.rows[-1].number + 1
    return TextTable(file, names, layout.names is not None, dialect, layout.trailing, start, layout.units)
