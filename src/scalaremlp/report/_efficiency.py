"""The figure of the papers: test error by number of training samples, a picture a task."""

from collections.abc import Sequence
from pathlib import Path

from scalaremlp import plot, published
from scalaremlp._text import file_name
from scalaremlp.study import Row


def draw_efficiency(folder: Path, rows: Sequence[Row]) -> list[Path]:
    """Draw the rows of a study beside the published curves; returns the paths of the pictures, in its `figures`."""
    made = []
    for task in dict.fromkeys(str(row["task"]) for row in rows):
        own = [row for row in rows if row["task"] == task]
        figure = plot.error_by_samples(own, published.main_curves(task), title=task)
        made.append(plot.save_figure(figure, folder / "figures" / f"efficiency-{file_name(task)}.png"))
    return made
