"""`scalaremlp plot`: figures of a study."""

from typing import Any

from scalaremlp import plot, published
from scalaremlp._text import file_name
from scalaremlp.cli._commands import Plot
from scalaremlp.cli._errors import BadInput, reading_input
from scalaremlp.cli._output import show, show_json
from scalaremlp.study import Row, read_rows

_MOST_TASKS = 100


def run(command: Plot) -> int:
    """Draw one picture a task."""
    if not (command.study / "results.json").is_file():
        raise BadInput(f"a study is a folder with a results.json. Got {command.study}, which has none. Check the path")
    with reading_input(str(command.study / "results.json")):
        rows = read_rows(command.study)
        tasks = list(dict.fromkeys(str(row["task"]) for row in rows))
    if not rows:
        raise BadInput(f"a study needs a finished run to be drawn. Got none in {command.study}. Let it go on first")
    if len(tasks) > _MOST_TASKS:
        raise BadInput(f"a figure is drawn for each of at most {_MOST_TASKS} tasks. Got {len(tasks)}. Divide the study")
    with reading_input(str(command.study)):
        paths = [str(_efficiency(command, task, [row for row in rows if row["task"] == task])) for task in tasks]
    for path in paths:
        show(path)
    if command.json:
        show_json({"figures": paths, "runs": len(rows)})
    return 0


def _efficiency(command: Plot, task: str, rows: list[Row]) -> Any:
    curves = {name: curve for name, curve in published.curves(task).items() if not name.startswith("EMLP-SO")}
    figure = plot.error_by_samples(rows, curves, title=task)
    return plot.save_figure(figure, command.study / "figures" / f"efficiency-{file_name(task)}.png")
