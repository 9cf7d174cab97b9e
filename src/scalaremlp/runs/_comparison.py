"""The runs of `reproduce` and `study`: a recipe fitted to a task, here or by other processes."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import scalaremlp
from scalaremlp._lock import InUseError
from scalaremlp.cli._errors import BadInput, check_number
from scalaremlp.cli._output import say
from scalaremlp.cli._settings import MODELS, keys, load_data
from scalaremlp.nn import Augmented
from scalaremlp.recipes import RECIPES, Recipe
from scalaremlp.report import number
from scalaremlp.runs import run as fit_and_measure
from scalaremlp.study import Row, Run, Workers, run_study


@dataclass(frozen=True)
class Measure:
    """Makes one run, in whatever process it is sent to.

    Args:
        recipes: the names of the recipes, by those of the models.
        ntest: the number of test samples.
        length: of the published training, as a fraction of its epochs.
    """

    recipes: Mapping[str, str]
    ntest: int
    length: float

    def __call__(self, run: Run, folder: Path) -> Mapping[str, Any]:
        return fit_recipe(run, folder, RECIPES[self.recipes[run.model]], self.ntest, self.length)


def make_runs(
    runs: Sequence[Run], measure: Measure, out: Path, *, settings: Mapping[str, Any], fresh: bool, workers: Workers
) -> list[Row]:
    """Make what is missing, with a line on standard error for each run; what stops it is said in one line."""
    say(f"{len(runs)} runs in {out}; Ctrl-C stops, the same command goes on")
    try:
        return run_study(runs, measure, out, settings=settings, fresh=fresh, workers=workers, notify=Notices(len(runs)))
    except (ConnectionError, ChildProcessError, ModuleNotFoundError, InUseError) as error:
        raise BadInput(str(error)) from error
    except OSError as error:
        raise BadInput(
            f"{out} must be a folder that can be written. Got: {error}. Make room, and the same command goes on"
        ) from error
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"Finished runs are in {out}; the same command goes on from there.") from None


def processes(jobs: int) -> int:
    """How many processes `--jobs` stands for."""
    check_number("jobs", jobs, 0, 10_000)
    return jobs or os.cpu_count() or 1


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
    numbers: dict[str, Any] = fit_and_measure(
        model, train, test, folder, validation="auto" if recipe.automatic else validation, key=fit_key,
        settings=settings, title=title, progress=False, **recipe.fit(run.task, run.ntrain, length),
    )  # fmt: skip
    numbers.pop("verdict", None)  # a paragraph, which is in the result.json of the run
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
