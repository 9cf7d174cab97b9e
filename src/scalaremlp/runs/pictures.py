"""The pictures of a run on samples."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from scalaremlp import plot
from scalaremlp._model import Types
from scalaremlp.data import Dataset
from scalaremlp.measure import predict
from scalaremlp.train import History

_DRAWN = 2000  # test samples in the picture of predicted against true


def draw(
    folder: Path,
    model: Callable[..., Any],
    test: Dataset,
    history: History | None,
    title: str,
    *,
    predicted: str = "predicted",
) -> list[Path]:
    """Write the pictures of a run: the learning curve, if there is a history, and predicted against true values.

    `predicted` is the name of the latter.
    """
    figures = {}
    if history is not None and len(history):
        columns = {"training": history["loss"], "validation": history["validation"]}
        shown = {name: values for name, values in columns.items() if any(value is not None for value in values)}
        several = sum(copies for copies, _ in test.rep_out.blocks) > 1
        unit = {"unit": "size of each term = 1"} if several else {}
        figures["learning"] = plot.learning_curves(shown, steps=history["step"], title=title, **unit)
    drawn, types = test[:_DRAWN], Types(test.rep_in, test.rep_out, test.group)
    figures[predicted] = plot.predicted_against_true(
        drawn.y, predict(model, drawn.x), title=title, terms=types.columns_out
    )
    return [plot.save_figure(figure, folder / "figures" / f"{name}.png") for name, figure in figures.items()]
