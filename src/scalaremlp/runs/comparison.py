"""Recipes compared over tasks, numbers of samples and seeds: the runs of `study` and `reproduce`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import scalaremlp
from scalaremlp.nn import Augmented
from scalaremlp.recipes import DEFAULT, RECIPES, REPRODUCED, STUDIED, TASKS, Recipe
from scalaremlp.study import Row, Run, Workers, grid, run_study

from .fields import MOST_SAMPLES, Between, OneOf, Settings
from .fit import fit_and_measure
from .folder import versions
from .keys import Keys
from .models import MODELS
from .samples import load_samples
from .settings import ModelOptions, ModelSettings, TaskSamples, TrainSettings

_Tasks = tuple[Annotated[str, OneOf(lambda: TASKS)], ...]
_Sizes = tuple[Annotated[int, Between(2, MOST_SAMPLES)], ...]
_Ntest = Annotated[int, Between(2, MOST_SAMPLES)]


@dataclass(frozen=True)
class Study(Settings):
    """Models over tasks, sample sizes and seeds: the data-efficiency study of the papers.

    Args:
        tasks: which tasks.
        models: names of `scalaremlp.recipes.STUDIED`.
        ntrain: numbers of training samples.
        seeds: how many.
        length: the fraction of the published epochs that published networks are trained for.
        ntest: number of test samples.

    Example:
        >>> [run.name for run in Study(tasks=("o5",), models=("mlp",), ntrain=(20,), seeds=2).runs]
        ['o5-mlp-n20-seed0', 'o5-mlp-n20-seed1']
    """

    tasks: _Tasks = tuple(TASKS)
    models: tuple[Annotated[str, OneOf(lambda: STUDIED)], ...] = tuple(STUDIED)
    ntrain: _Sizes = (30, 100, 300, 1000, 3000, 10_000)
    seeds: Annotated[int, Between(1, 1000)] = 3
    length: float = 1.0
    ntest: _Ntest = 5000

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_share("length", self.length)

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs that are asked for, the seeds of a cell one after the other."""
        tasks, models = dict.fromkeys(self.tasks), dict.fromkeys(self.models)
        return grid(tasks, models, dict.fromkeys(self.ntrain), range(self.seeds))

    @property
    def known_by(self) -> dict[str, Any]:
        """What a finished run is known by, beside its name: made with others, it is made anew."""
        return {"ntest": self.ntest, "length": self.length, **_versions()}

    @property
    def measure(self) -> "Measure":
        """What makes one of the runs."""
        return Measure(STUDIED, self.ntest, self.length)


@dataclass(frozen=True)
class Reproduction(Settings):
    """The three regression tasks of "Scalars are universal", by the default and by what it is compared with.

    Args:
        quick: the default model alone, two sizes and one seed.
        tasks: which tasks.
        sizes: numbers of training samples; if none is given those of the paper, or the two.
        seeds: how many; 0 stands for 3, or one.
        original_length: how much of the published training the original's network gets.
        ntest: number of test samples.

    Example:
        >>> len(Reproduction(quick=True).runs), len(Reproduction().runs)
        (6, 231)
    """

    quick: bool = False
    tasks: _Tasks = tuple(TASKS)
    sizes: _Sizes = ()
    seeds: Annotated[int, Between(0, 1000)] = 0
    original_length: float = 0.1
    ntest: _Ntest = 5000

    def __post_init__(self) -> None:
        super().__post_init__()
        _check_share("original_length", self.original_length)

    @property
    def runs(self) -> tuple[Run, ...]:
        """The runs that are asked for, the long ones last."""
        sizes = self.sizes or ((100, 1000) if self.quick else (30, 100, 300, 1000, 3000, 10_000, 30_000))
        seeds = range(self.seeds or (1 if self.quick else 3))
        models = (DEFAULT,) if self.quick else tuple(self._recipes)
        cells = (dict.fromkeys(self.tasks), dict.fromkeys(sizes))
        runs = (run for model in models for run in grid(cells[0], [model], cells[1], seeds))
        return tuple(run for run in runs if run.task in RECIPES[self._recipes[run.model]].tasks)

    @property
    def known_by(self) -> dict[str, Any]:
        """What a finished run is known by, beside its name: made with others, it is made anew."""
        recipes = {name: RECIPES[name] for name in REPRODUCED}
        options = {name: {task: recipe.settings(task) for task in recipe.tasks} for name, recipe in recipes.items()}
        return {"ntest": self.ntest, "options": options, **_versions()}

    @property
    def measure(self) -> "Measure":
        """What makes one of the runs."""
        return Measure(self._recipes, self.ntest, self.original_length)

    @property
    def words(self) -> str:
        """The command that makes it, as it is typed."""
        usual = Reproduction()
        words = ["scalaremlp", "reproduce", *(["--quick"] if self.quick else [])]
        for name in ("tasks", "sizes", "seeds", "original_length", "ntest"):
            if (value := getattr(self, name)) != getattr(usual, name):
                given = value if isinstance(value, tuple) else (value,)
                shown = (f"{each:g}" if isinstance(each, float) else str(each) for each in given)
                words += [f"--{name.replace('_', '-')}", *shown]
        return " ".join(words)

    @property
    def _recipes(self) -> dict[str, str]:
        """The recipes that are compared, by the name they have in the report."""
        length = self.original_length
        names = {"original": "original" if length == 1 else f"original, {100 * length:.10g} % of its epochs"}
        return {names.get(name, name): name for name in REPRODUCED}


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
        """Make a run in its folder, and return its numbers."""
        return fit_recipe(run, folder, RECIPES[self.recipes[run.model]], self.ntest, self.length)


def compare(
    asked: Study | Reproduction,
    folder: str | Path,
    *,
    fresh: bool = False,
    workers: Workers = Workers(),  # noqa: B008
    notify: Callable[[int, Run, str, Row], None] = lambda *_: None,
) -> list[Row]:
    """Make what is missing in the folder of a study, and return a row for each run, as `scalaremlp.study.run_study`."""
    return run_study(
        asked.runs, asked.measure, folder, settings=asked.known_by, fresh=fresh, workers=workers, notify=notify
    )


def fit_recipe(run: Run, folder: Path, recipe: Recipe, ntest: int, length: float) -> Mapping[str, Any]:
    """Make a run of a study, in this or another process."""
    scalaremlp.enable_x64()
    drawn = TaskSamples(run.task, run.ntrain, recipe.validation, ntest)
    keys, samples = Keys.of(run.seed), load_samples(TrainSettings(drawn, run.seed))
    model = recipe.make(samples.seen, key=keys.model)
    options = ModelOptions(**recipe.settings(run.task))
    settings = TrainSettings(drawn, run.seed, ModelSettings(_kind(model), options), validation=None)
    title = f"{run.task}, {run.model}, {run.ntrain} training samples, seed {run.seed}"
    numbers = fit_and_measure(
        model, samples.seen, samples.test, folder, validation="auto" if recipe.automatic else samples.validation,
        key=keys.run, settings=settings.to_json(), title=title, progress=False,
        **recipe.fit(run.task, run.ntrain, length),
    )  # fmt: skip
    numbers.pop("verdict", None)  # a paragraph, which is in the result.json of the run
    return {**numbers, "folder": folder.name}


def _kind(model: Any) -> str:
    """What the commands call a model, so that `evaluate` and the others take the runs of a study."""
    plain = model.model if isinstance(model, Augmented) else model
    return next(name for name, kind in MODELS.items() if kind is type(plain))


def _versions() -> dict[str, str]:
    return {name: versions()[name] for name in ("jax", "scalaremlp")}


def _check_share(name: str, value: float) -> None:
    if not 0 < value <= 1:
        raise ValueError(f"`{name}` is a fraction of the published epochs, above 0 and at most 1. Got {value:g}")
