"""Numbers of a study: medians over seeds, and the table on disk."""

import csv
import io
import itertools
from collections.abc import Iterable, Sequence
from math import isfinite
from pathlib import Path
from statistics import median
from typing import Any

from .._files import read_json, write_json, write_text

Row = dict[str, Any]

_MOST = 2**23  # bytes of the table, some thousand rows
_LONGEST = 200  # signs of a name
_QUANTITIES = ("test_mse", "relative_mse", "equivariance_error", "seconds")  # of those that a row has


def summary(rows: Iterable[Row], quantities: Sequence[str]) -> list[Row]:
    """Median, least and greatest of each quantity over the seeds of equal (task, model, ntrain); `seeds` counts them.

    Args:
        rows: as `run_study` returns them; those with an `error` are left out.
        quantities: the numbers wanted, by name.

    Returns:
        A row for each (task, model, ntrain), in order of appearance, with `name`, `name_min` and `name_max` for each
        quantity: NaN if it is missing or not finite in any of the seeds.

    Example:
        >>> rows = [{"task": "o5", "model": "m", "ntrain": 9, "seed": s, "mse": float(s)} for s in range(3)]
        >>> summary(rows, ["mse"])
        [{'task': 'o5', 'model': 'm', 'ntrain': 9, 'seeds': 3, 'mse': 1.0, 'mse_min': 0.0, 'mse_max': 2.0}]
    """
    cells: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        if "error" not in row:
            cells.setdefault((row["task"], row["model"], row["ntrain"]), []).append(row)
    table = []
    for (task, model, ntrain), members in cells.items():
        line: Row = {"task": task, "model": model, "ntrain": ntrain, "seeds": len(members)}
        for quantity in quantities:
            # A number that is missing or not finite is a failure, never an omission: the cell says so.
            values = [float("nan") if row.get(quantity) is None else row[quantity] for row in members]
            known = all(map(isfinite, values))
            line[quantity] = median(values) if known else float("nan")
            line[f"{quantity}_min"] = min(values) if known else float("nan")
            line[f"{quantity}_max"] = max(values) if known else float("nan")
        table.append(line)
    return table


def read_rows(folder: str | Path) -> list[Row]:
    """The finished runs of a study, as `run_study` left them in `results.json`.

    Raises:
        FileNotFoundError: if the folder holds no study.
        ValueError: if the file is none that `run_study` wrote.
    """
    file = Path(folder) / "results.json"
    try:
        rows: list[Row] = read_json(file, _MOST)
        if not isinstance(rows, list):
            raise ValueError(f"{rows!r:.40} for a table")
        for row in rows:
            _check(row)
    except ValueError as error:
        raise ValueError(
            f"The results of a study must be as `run_study` wrote them. Got: {error}, in {file}. Make the study again."
        ) from error
    return rows


def _check(row: Any) -> None:
    """Raise `ValueError` unless this is what is known of one run: its names and numbers."""
    if not isinstance(row, dict):
        raise ValueError(f"{row!r:.40} for a run")
    kinds: dict[str, Any] = {"task": str, "model": str, "ntrain": int, "seed": int}
    wrong = [name for name, kind in kinds.items() if type(row.get(name)) is not kind]
    wrong += [name for name in ("task", "model") if not wrong and len(row[name]) > _LONGEST]
    wrong += [name for name in ("ntrain",) if not wrong and not 0 < row[name] < 2**63]
    wrong += [name for name in _QUANTITIES if not _is_number(row.get(name))]
    if wrong:
        raise ValueError(f"{wrong[0]} {row.get(wrong[0])!r:.40}")


def _is_number(value: Any) -> bool:
    try:
        return value is None or (isinstance(value, int | float) and isfinite(value))
    except OverflowError:  # a whole number beyond all others
        return False


def write_table(folder: Path, rows: list[Row]) -> None:
    """Write the rows as results.json and results.csv."""
    write_json(folder / "results.json", rows)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(dict.fromkeys(itertools.chain.from_iterable(rows))))
    writer.writeheader()
    writer.writerows(rows)
    write_text(folder / "results.csv", text.getvalue())
