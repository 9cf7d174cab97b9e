"""Studies: many runs over tasks, models, sample sizes and seeds, each on disk as soon as it is finished.

A study lives in a folder:

    runs/<task>-<model>-n<ntrain>-seed<seed>/finished.json  one finished run, with the settings it was made under
    results.csv, results.json                               one row a run, rewritten after each

Run again with the same folder, a study goes on where it stopped: a run that is on disk with the same settings is read;
one that was begun with them (begun.json says so) keeps its folder, so that it goes on from its checkpoint; any other is
made.
"""

import csv
import io
import itertools
import json
import re
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from math import isfinite
from pathlib import Path
from statistics import median
from typing import Any

from scalaremlp._files import finite, read_json, write_json, write_text

Row = dict[str, Any]


@dataclass(frozen=True)
class Run:
    """One cell of a study: a task, a model, a number of training samples and a seed."""

    task: str
    model: str
    ntrain: int
    seed: int

    @property
    def name(self) -> str:
        """The run's folder name.

        Example:
            >>> Run("o5", "no quadratic part", 100, 0).name
            'o5-no_quadratic_part-n100-seed0'
        """
        words = (re.sub(r"[^A-Za-z0-9.+]+", "_", word).strip("_") for word in (self.task, self.model))
        return "-".join((*words, f"n{self.ntrain}", f"seed{self.seed}"))


def grid(tasks: Iterable[str], models: Iterable[str], sizes: Iterable[int], seeds: Iterable[int]) -> tuple[Run, ...]:
    """All combinations, seeds running fastest, so that runs of equal shapes follow each other and compile once.

    Example:
        >>> [run.name for run in grid(["o5"], ["default"], [30, 100], [0])]
        ['o5-default-n30-seed0', 'o5-default-n100-seed0']
    """
    return tuple(Run(*cell) for cell in itertools.product(tasks, models, sizes, seeds))


def run_study(
    runs: Sequence[Run],
    measure: Callable[[Run, Path], Mapping[str, Any]],
    folder: str | Path,
    *,
    settings: Mapping[str, Any] | None = None,
    fresh: bool = False,
    notify: Callable[[int, Run, str, Row], None] = lambda *_: None,
) -> list[Row]:
    """Make every run that is not on disk yet, and return one row for each.

    Args:
        runs: what to run, in this order.
        measure: `measure(run, run_folder)` fits and measures one run and returns its numbers, JSON values all.
        folder: where the study lives; made if it does not exist.
        settings: what else the numbers depend on, as JSON values. A run made under other settings is made anew.
        fresh: make every run anew.
        notify: called as `notify(position, run, state, row)` with state "start", "done", "reused" or "failed".

    Returns:
        Rows with `task`, `model`, `ntrain`, `seed` and the numbers of `measure`. A run that raised has `error` instead
        of numbers; the others go on, and it is tried again the next time.

    Raises:
        TypeError: if the settings are no JSON values.
        OSError: if the disk is full or cannot be written; what is finished is kept.

    Example:
        >>> import tempfile
        >>> from scalaremlp.study import grid, run_study
        >>> def measure(run, folder):
        ...     return {"test_mse": 1 / run.ntrain}
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     first = run_study(grid(["o5"], ["default"], [10, 100], [0]), measure, folder)
        ...     again = run_study(grid(["o5"], ["default"], [10, 100], [0]), measure, folder)    # read from disk
        >>> first[1]
        {'task': 'o5', 'model': 'default', 'ntrain': 100, 'seed': 0, 'test_mse': 0.01}
        >>> again == first
        True
    """
    folder = Path(folder)
    settings = json.loads(json.dumps(settings or {}))
    rows: list[Row] = []
    for position, run in enumerate(runs):
        path = folder / "runs" / run.name
        asked = {"run": asdict(run), "settings": settings}
        row = None if fresh else _finished(path, asked)
        state = "reused"
        if row is None:
            notify(position, run, "start", {})
            state, row = _make(run, measure, path, asked, fresh)
        rows.append(row)
        _write_table(folder, [row for row in rows if "error" not in row])
        notify(position, run, state, row)
    return rows


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


def _make(
    run: Run, measure: Callable[[Run, Path], Mapping[str, Any]], path: Path, asked: Mapping[str, Any], fresh: bool
) -> tuple[str, Row]:
    """Make one run, or go on with it if its folder says that the same was begun there."""
    begun = path / "begun.json"
    if fresh or _read(begun) != asked:
        shutil.rmtree(path, ignore_errors=True)
        write_json(begun, asked)
    try:
        row = finite({**asdict(run), **measure(run, path)})
    except OSError:  # no room: the other runs would have none either
        raise
    except Exception as error:
        begun.unlink()  # what failed is no good to go on from
        return "failed", {**asdict(run), "error": f"{type(error).__name__}: {error}"}
    write_json(path / "finished.json", {**asked, "row": row})
    begun.unlink()
    return "done", row


def _finished(path: Path, asked: Mapping[str, Any]) -> Row | None:
    saved = _read(path / "finished.json")
    same = isinstance(saved, dict) and saved == {**asked, "row": saved.get("row")}
    return saved["row"] if same else None


def _read(file: Path) -> Any:
    """The value in a JSON file, `None` if it is missing or damaged."""
    try:
        return read_json(file)
    except (OSError, ValueError):
        return None


def _write_table(folder: Path, rows: list[Row]) -> None:
    write_json(folder / "results.json", rows)
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(dict.fromkeys(itertools.chain.from_iterable(rows))))
    writer.writeheader()
    writer.writerows(rows)
    write_text(folder / "results.csv", text.getvalue())
