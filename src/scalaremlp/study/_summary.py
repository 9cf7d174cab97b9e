"""Numbers of a study: medians over seeds, and the table on disk."""

import csv
import io
import itertools
import json
from collections.abc import Iterable, Sequence
from math import isfinite
from pathlib import Path
from statistics import median
from typing import Any

from .._files import write_json, write_text

Row = dict[str, Any]


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
    """
    rows: list[Row] = json.loads((Path(folder) / "results.json").read_text(encoding="utf-8"))
    return rows


def write_table(folder: Path, rows: list[Row]) -> None:
    """Write the rows as results.json and results.csv."""
    write_json(folder / "results.json", rows)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(dict.fromkeys(itertools.chain.from_iterable(rows))))
    writer.writeheader()
    writer.writerows(rows)
    write_text(folder / "results.csv", text.getvalue())
