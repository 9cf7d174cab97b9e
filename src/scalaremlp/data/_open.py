"""From the name of a file to its table."""

import os
from collections.abc import Callable
from pathlib import Path

from ._lines import Unreadable
from ._parquet import read_parquet
from ._table import Table
from ._text_table import read_text

_TEXT = (".csv", ".tsv", ".txt", ".dat")

#: How to read a table: ending of the file -> function of (file, header). A new format is a file and a line here.
TABLES: dict[str, Callable[[Path, bool | None], Table]] = {
    **dict.fromkeys(_TEXT, read_text),
    ".parquet": read_parquet,
    **dict.fromkeys([f"{ending}.gz" for ending in _TEXT], read_text),
}

#: The endings of the files that are read.
ENDINGS = (".npz", *TABLES)


def existing(path: str | os.PathLike[str]) -> tuple[Path, str]:
    """A file of samples, and its ending.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: if its name ends in something else.
    """
    file = Path(path)
    ending = next((each for each in ENDINGS if file.name.lower().endswith(each) and file.name.lower() != each), None)
    if ending is None:
        raise ValueError(f"The name of a data file ends in {', '.join(ENDINGS)}. Got {str(file)!r}. Rename it.")
    if not file.is_file():
        raise FileNotFoundError(f"Data are read from a file. Got {file}, and there is none. Check the path.")
    return file, ending


def table_of(file: Path, ending: str, header: bool | None) -> Table:
    """The table in a file.

    Raises:
        ValueError: if it is none, or may be read in two ways.
    """
    return TABLES[ending](file, header)


def refuse_choice(file: Path, header: bool | None, *columns: object) -> None:
    """Raise `ValueError` if columns or rows of names are spoken of, in an archive of arrays."""
    if any(given is not None for given in columns):
        raise ValueError(
            f"Columns are chosen in tables alone, and tell units there. Got {file}. "
            "Leave x_columns, y_columns and units out."
        )
    if header is not None:
        raise Unreadable("Rows of names are a matter of text", "header", "Leave it out.").of(file)
