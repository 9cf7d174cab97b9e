"""How tables were read before runs remembered the names of their columns; for runs that were made so."""

import csv
import os
from typing import Any

from ..groups import Group
from ..reps import Rep
from ._columns import Columns, chosen
from ._lines import opened
from ._open import existing, table_of


def as_before(
    path: str | os.PathLike[str],
    rep_in: Rep,
    group: Group,
    x_columns: Columns | None,
    y_columns: Columns | None,
) -> dict[str, Any]:
    """The options of `read` by which it finds the samples that were found then.

    A first row without a single number named the columns, any other was a sample; without `x_columns` the first
    size_in columns that were no outputs were the inputs, an index among them.

    Raises:
        FileNotFoundError: if there is no such file.
        ValueError: as of `read`.
    """
    file, ending = existing(path)
    if ending == ".npz":
        return {"x_columns": x_columns, "y_columns": y_columns}
    header = _had_names(path) if ending == ".csv" else None
    table = table_of(file, ending, header)
    every = range(len(table.names))
    y = chosen(table, y_columns, "y_columns") if y_columns else None
    x = chosen(table, x_columns, "x_columns") if x_columns else None
    x = [column for column in every if column not in (y or ())][: rep_in(group).size] if x is None else x
    y = [column for column in every if column not in x] if y is None else y
    named = [[table.names[column] if table.named else column + 1 for column in columns] for columns in (x, y)]
    return {"x_columns": named[0], "y_columns": named[1] or None, "header": header}


def _had_names(path: str | os.PathLike[str]) -> bool:
    with opened(existing(path)[0]) as lines:
        first = next((line for line in lines if line.strip()), "")
    cells = [cell.strip() for cell in next(csv.reader([first]), [])]
    return not first.startswith("#") and not any(_is_number(cell) for cell in cells)


def _is_number(cell: str) -> bool:
    try:
        complex(cell.replace(" ", ""))
    except ValueError:
        return False
    return True
