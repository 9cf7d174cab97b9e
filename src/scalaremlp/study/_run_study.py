"""All runs of a study that are not on disk yet."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from .._lock import alone_in
from .._run_files import drop_halves_of_study
from ._grid import Run
from ._one_run import at_rest, finished
from ._summary import Row, write_table
from ._workers import Workers


def run_study(
    runs: Sequence[Run],
    measure: Callable[[Run, Path], Mapping[str, Any]],
    folder: str | Path,
    *,
    settings: Mapping[str, Any] | None = None,
    fresh: bool = False,
    workers: Workers = Workers(),  # noqa: B008
    notify: Callable[[int, Run, str, Row], None] = lambda *_: None,
) -> list[Row]:
    """Make every run that is not on disk yet, and return one row for each.

    Args:
        runs: what to run, in this order.
        measure: `measure(run, run_folder)` fits and measures one run and returns its numbers, JSON values all.
        folder: where the study lives; made if it does not exist.
        settings: what else the numbers depend on, as JSON values. A run made under other settings is made anew.
        fresh: make every run anew. The files that an earlier run had when it was finished go; others stay.
        workers: where the runs are made. In other processes `measure` is pickled, and has to call
            `scalaremlp.enable_x64()` itself.
        notify: called as `notify(position, run, state, row)` with state "start" (in this process only), "done",
            "reused" or "failed", in the order in which that happens.

    Returns:
        Rows with `task`, `model`, `ntrain`, `seed` and the numbers of `measure`. A run that raised has `error` instead
        of numbers; the others go on, and it is tried again the next time.

    Raises:
        TypeError: if the settings are no JSON values.
        OSError: if the disk is full or cannot be written, or a scheduler does not answer; what is finished is kept.
        InUseError: if another process makes a study in the folder, a RuntimeError.

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
    folder = Path(folder).absolute()
    settings = json.loads(json.dumps(settings or {}))
    with alone_in(folder):
        return _run(runs, measure, folder, settings, fresh, workers, notify)


def _run(
    runs: Sequence[Run],
    measure: Callable[[Run, Path], Mapping[str, Any]],
    folder: Path,
    settings: Any,
    fresh: bool,
    workers: Workers,
    notify: Callable[[int, Run, str, Row], None],
) -> list[Row]:
    """Make every run, in a folder where no other study is at work."""
    drop_halves_of_study(folder)
    kept = [not fresh and at_rest(run, folder) for run in runs]  # the others are looked at when it is their turn
    found = {i: finished(run, folder, settings) if kept[i] else None for i, run in enumerate(runs)}
    rows: dict[int, Row] = {i: row for i, row in found.items() if row is not None}
    missing = [(i, run) for i, run in enumerate(runs) if i not in rows]
    for i, row in rows.items():
        notify(i, runs[i], "reused", row)
    if workers.here and missing:
        notify(*missing[0], "start", {})
    for done, (i, state, row) in enumerate(workers.each(missing, measure, folder, settings, fresh), 1):
        rows[i] = row
        _write_finished(folder, rows)
        notify(i, runs[i], state, row)
        if workers.here and done < len(missing):
            notify(*missing[done], "start", {})
    _write_finished(folder, rows)
    return [rows[i] for i in range(len(runs))]


def _write_finished(folder: Path, rows: Mapping[int, Row]) -> None:
    write_table(folder, [rows[i] for i in sorted(rows) if "error" not in rows[i]])
