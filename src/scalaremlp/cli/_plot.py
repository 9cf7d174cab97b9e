"""`scalaremlp plot`: figures of a study."""

from scalaremlp.cli._errors import BadInput, reading_input
from scalaremlp.cli._output import show, show_json
from scalaremlp.cli.commands import Plot
from scalaremlp.report import draw_efficiency
from scalaremlp.study import read_rows

_MOST_TASKS = 100


def run(command: Plot) -> int:
    """Draw one picture a task."""
    if not (command.study / "results.json").is_file():
        raise BadInput(f"a study is a folder with a results.json. Got {command.study}, which has none. Check the path")
    with reading_input(str(command.study / "results.json")):
        rows = read_rows(command.study)
    if not rows:
        raise BadInput(f"a study needs a finished run to be drawn. Got none in {command.study}. Let it go on first")
    if (tasks := len({row["task"] for row in rows})) > _MOST_TASKS:
        raise BadInput(f"a figure is drawn for each of at most {_MOST_TASKS} tasks. Got {tasks}. Divide the study")
    with reading_input(str(command.study)):
        paths = [str(path) for path in draw_efficiency(command.study, rows)]
    for path in paths:
        show(path)
    if command.json:
        show_json({"figures": paths, "runs": len(rows)})
    return 0
