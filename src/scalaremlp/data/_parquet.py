"""Tables in the Parquet format."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ._lines import Unreadable
from ._table import Table

_LONGEST = 1000  # bytes of a text that is a number, or the name of a row
_MOST_COLUMNS = 2**16
_SMALL, _MOST_INFLATED = 2**26, 100  # bytes that a file inflates to, and times its size
_INDEX = "__index_level_0__"  # as pandas writes it


@dataclass(frozen=True, eq=False)
class ParquetTable(Table):
    """A table in the Parquet format.

    Attributes:
        file: where it is.
        names: of the columns.
        columns: pyarrow's.
        named: always.
    """

    file: Path
    names: tuple[str, ...]
    columns: Any
    named: bool = True

    @property
    def index(self) -> frozenset[int]:
        """The index that pandas has written."""
        return frozenset(position for position, name in enumerate(self.names) if name == _INDEX)

    def numbers(self, columns: list[int], dtype: type) -> np.ndarray:
        """Columns of numbers; what is missing becomes NaN.

        Raises:
            ValueError: if a column holds something else.
        """
        try:
            return np.column_stack([self._column(position, dtype) for position in columns])
        except parquet_errors() as error:
            raise refused(error, self.file) from error

    def texts(self, column: int) -> list[str]:
        """A column as text."""
        return [str(value) for value in self._plain(column).to_pylist()]

    def _column(self, position: int, dtype: type) -> np.ndarray:
        column: np.ndarray = self._plain(position).to_numpy()
        if column.dtype.kind in "mM":  # NumPy would count the time units
            raise ValueError(f"column {self.names[position]} holds times, {column.dtype}")
        return column.astype(dtype)

    def _plain(self, position: int) -> Any:
        """A column, in which a long text stood once, however many rows have it."""
        from pyarrow import compute, types

        column = self.columns[position]
        if not types.is_dictionary(column.type) or not _is_text(column.type.value_type):
            return column
        longest = max(compute.max(compute.binary_length(part.dictionary)).as_py() or 0 for part in column.chunks)
        if longest > _LONGEST:
            raise ValueError(f"column {self.names[position]} holds texts of {longest} bytes")
        return column.cast(column.type.value_type)


def read_parquet(file: Path, header: bool | None) -> ParquetTable:
    """The columns of a file.

    Raises:
        ValueError: if it is no table, is empty, or names a column twice.
    """
    if header is not None:
        raise Unreadable("Rows of names are a matter of text", "header", "Leave it out.").of(file)
    try:
        import pyarrow  # noqa: F401
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        raise ValueError(
            f"Parquet files need the package pyarrow. Got {file} without it. Run: pip install 'scalaremlp[parquet]'."
        ) from error
    try:
        with ParquetFile(file) as held:
            _check_size(held.metadata, file)
            texts = [field.name for field in held.schema_arrow if _is_text(field.type)]
        with ParquetFile(file, read_dictionary=texts) as held:
            table = held.read()
    except parquet_errors() as error:
        raise refused(error, file) from error
    names = tuple(table.column_names)
    if not names or not len(table):
        raise Unreadable("A table needs at least one row of numbers", "none", "Add samples.").of(file)
    if len(set(names)) < len(names):
        value = f"{len(set(names))} names of {len(names)} columns"
        raise Unreadable("Every column must have a name of its own", value, "Rename some.").of(file)
    return ParquetTable(file, names, table.columns)


def _is_text(kind: Any) -> bool:
    from pyarrow import types

    return any(test(kind) for test in (types.is_string, types.is_large_string, types.is_binary, types.is_large_binary))


def _check_size(told: Any, file: Path) -> None:
    """Raise `ValueError` for a table that inflates to far more than the numbers of a file do."""
    if told.num_columns > _MOST_COLUMNS:
        raise ValueError(f"{told.num_columns} columns, where at most {_MOST_COLUMNS} are read")
    packed = sum(told.row_group(group).total_byte_size for group in range(told.num_row_groups))
    size = max(packed, 8 * told.num_rows * told.num_columns)
    if size > max(_SMALL, _MOST_INFLATED * file.stat().st_size):
        raise ValueError(f"{size} bytes out of {file.stat().st_size}, more than numbers inflate to")


def refused(error: Exception, file: Path) -> ValueError:
    """What is said of a file that cannot be read."""
    rule, value = f"A {file.suffix.lower()} file must be a table of numbers", " ".join(str(error).split()).rstrip(".")
    return Unreadable(rule, value, "Write it anew.").of(file)


def parquet_errors() -> tuple[type[Exception], ...]:
    """What pyarrow raises for files that it cannot read."""
    from pyarrow import ArrowException

    return (ArrowException, OSError, TypeError, ValueError)
