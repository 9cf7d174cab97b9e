"""Tables of numbers in files that are read piece by piece."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ._lines import Unreadable
from ._open import existing, table_of
from ._parquet import ParquetTable, parquet_errors, refused
from ._table import Table
from ._text_table import TextTable

_ROWS = 2**14  # read at once
_BLOCK = 2**22  # bytes of text that are read at once
_BUFFER = 2**20  # bytes of a column that are read at once
_SPARING = {"batch_size": _ROWS, "batch_readahead": 1, "fragment_readahead": 1, "use_threads": False}


@dataclass(frozen=True, eq=False)
class StreamedTable:
    """A table that is not read but by pieces, in the order of the file.

    Attributes:
        file: where it is.
        head: the names of all its columns.
        names: of the columns that are read.
        held: the file as a data set of pyarrow.
        state: its size in bytes and the time it was written, which stay as they are.
        rows: how many.
    """

    file: Path
    head: Table
    names: list[str]
    held: Any
    state: tuple[int, int]
    rows: int = 0

    @property
    def fingerprint(self) -> str:
        """What the file is known by: size, time of writing, rows and names."""
        return f"{self.state[0]} bytes of {self.state[1]} ns, {self.rows} rows, {', '.join(self.head.names)}"

    def check(self) -> None:
        """Raise `ValueError` if the file is another one than when it was opened."""
        now = _state(self.file) if self.file.is_file() else (0, 0)
        if now != self.state:
            what = f"{now[0]} bytes" if now[0] != self.state[0] else "another time of writing"
            raise ValueError(
                f"A file must stay as it is while it is streamed. Got {what} instead of {self.state[0]} bytes in "
                f"{self.file}. Wait until it is written, and begin the fit anew."
            )

    def tables(self) -> Iterator[ParquetTable]:
        """The columns, a piece of the rows at a time.

        Raises:
            ValueError: if the file changes, or cannot be read.
        """
        seen = 0
        self.check()
        batches = self._refusing(self._batches)
        while (batch := self._refusing(lambda: next(batches, None))) is not None:
            self.check()
            seen += len(batch)
            if len(batch):
                yield ParquetTable(self.file, tuple(self.names), batch.columns)
        self.check()
        if seen != self.rows:
            raise refused(ValueError(f"{seen} rows instead of {self.rows}"), self.file)

    def counted(self) -> int:
        """How many rows there are; a text is read for that."""
        found: int = self._refusing(self.held.count_rows)
        return found

    def _batches(self) -> Iterator[Any]:
        if isinstance(self.head, TextTable):
            yield from self.held.to_batches(columns=self.names, **_SPARING)
            return
        from pyarrow.parquet import ParquetFile

        # The readers of data sets hold several row groups ahead, this one a piece of one.
        with ParquetFile(self.file, buffer_size=_BUFFER, pre_buffer=False) as opened:
            for batch in opened.iter_batches(_ROWS, columns=self.names, use_threads=False):
                yield batch.select(self.names)

    def _refusing(self, act: Callable[[], Any]) -> Any:
        """What pyarrow finds; a file that has changed under its hands is called so."""
        try:
            return act()
        except parquet_errors() as error:
            self.check()
            raise refused(error, self.file) from error


def streamed_head(path: Any, header: bool | None) -> tuple[Path, Table]:
    """A `.parquet`, `.csv` or `.tsv` file and its names; nothing else has been read.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if it is another kind of file, or no table.
    """
    file, ending = existing(path)
    if ending not in (".parquet", ".csv", ".tsv"):
        raise ValueError(
            f"A file is streamed from .parquet, .csv or .tsv. Got {file}. Write it as one of these, or read it at once."
        )
    try:
        import pyarrow  # noqa: F401
    except ImportError as error:
        raise ValueError(
            f"Streamed files need the package pyarrow. Got {file} without it. Run: pip install 'scalaremlp[parquet]'."
        ) from error
    return file, _parquet_head(file, header) if ending == ".parquet" else table_of(file, ending, header)


def streamed_table(file: Path, head: Table, columns: list[int]) -> StreamedTable:
    """Columns of a file, of which a text is read once, to count its rows.

    Raises:
        ValueError: if there are no rows, or it is text in a dialect that is read at once alone.
    """
    from pyarrow import dataset

    names, state = [head.names[column] for column in columns], _state(file)
    form = _text_format(head, names) if isinstance(head, TextTable) else "parquet"
    try:
        held = dataset.dataset(file, format=form)
    except parquet_errors() as error:
        raise refused(error, file) from error
    found = StreamedTable(file, head, names, held, state)
    rows = found.counted()
    if not rows:
        raise Unreadable("A table needs at least one row of numbers", "none", "Add samples.").of(file)
    return replace(found, rows=rows)


def _state(file: Path) -> tuple[int, int]:
    told = file.stat()
    return told.st_size, told.st_mtime_ns


def _parquet_head(file: Path, header: bool | None) -> ParquetTable:
    from pyarrow.parquet import read_schema

    if header is not None:
        raise Unreadable("Rows of names are a matter of text", "header", "Leave it out.").of(file)
    try:
        names = tuple(read_schema(file).names)
    except parquet_errors() as error:
        raise refused(error, file) from error
    if len(set(names)) < len(names):
        value = f"{len(set(names))} names of {len(names)} columns"
        raise Unreadable("Every column must have a name of its own", value, "Rename some.").of(file)
    return ParquetTable(file, names, ())


def _text_format(head: TextTable, names: list[str]) -> Any:
    """How pyarrow reads numbers in a text whose head is known."""
    from pyarrow import csv, float64
    from pyarrow.dataset import CsvFileFormat

    if head.dialect.separator is None or head.trailing:
        value = "white space" if head.dialect.separator is None else "one more after the last"
        rule, remedy = "A text is streamed if one sign stands between its cells", "Write it as Parquet."
        raise Unreadable(rule, value, remedy).of(head.file)
    return CsvFileFormat(
        csv.ParseOptions(delimiter=head.dialect.separator),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(names, float64()), decimal_point=head.dialect.decimal
        ),
        read_options=csv.ReadOptions(skip_rows=head.start - 1, column_names=[*head.names], block_size=_BLOCK),
    )
