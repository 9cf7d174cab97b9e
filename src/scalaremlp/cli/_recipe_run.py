"""The runs of `reproduce` and `study`: a recipe fitted to a task."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import scalaremlp
from scalaremlp.cli._output import say
from scalaremlp.cli._settings import MODELS, keys, load_data
from scalaremlp.nn import Augmented
from scalaremlp.recipes import Recipe
from scalaremlp.report import number
from scalaremlp.runs import run as fit_and_measure
from scalaremlp.study import Row, Run


def fit_recipe(run: Run, folder: Path, recipe: Recipe, ntest: int, length: float) -> Mapping[str, Any]:
    """Make a run of a study, in this or another process."""
    scalaremlp.enable_x64()
    settings: dict[str, Any] = {
        "task": run.task, "ntrain": run.ntrain, "nval": recipe.validation, "ntest": ntest, "seed": run.seed, "fit": {},
    }  # fmt: skip
    train, validation, test = load_data(settings)
    _, model_key, fit_key = keys(run.seed)
    model = recipe.make(train, key=model_key)
    settings["model"] = {"name": _kind(model), "options": recipe.settings(run.task)}
    title = f"{run.task}, {run.model}, {run.ntrain} training samples, seed {run.seed}"
    numbers = fit_and_measure(
        model, train, test, folder, validation=validation, key=fit_key, settings=settings, title=title, progress=False,
        **recipe.fit(run.task, run.ntrain, length),
    )  # fmt: skip
    return {**numbers, "folder": folder.name}


def _kind(model: Any) -> str:
    """What the commands call a model, so that `evaluate` and the others take the runs of a study."""
    plain = model.model if isinstance(model, Augmented) else model
    return next(name for name, kind in MODELS.items() if kind is type(plain))


class Notices:
    """A line for each run on standard error."""

    def __init__(self, total: int) -> None:
        self.total = total

    def __call__(self, position: int, run: Run, state: str, row: Row) -> None:
        place = f"[{position + 1:>{len(str(self.total))}}/{self.total}]"
        what = f"{place} {run.task}, {run.model}, {run.ntrain} samples, seed {run.seed}"
        if state == "failed":
            say(f"{what}: failed: {row['error']}")
        elif state != "start":
            again = " (from an earlier call)" if state == "reused" else ""
            say(f"{what}: test MSE {number(row['test_mse'])} in {row['seconds']:.1f} s{again}")
