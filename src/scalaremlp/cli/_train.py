"""`scalaremlp train`."""

from dataclasses import fields
from difflib import get_close_matches
from math import isfinite
from pathlib import Path
from typing import Any

from scalaremlp._model import Quantities, as_model
from scalaremlp.cli._columns import header_of, shown
from scalaremlp.cli._errors import BadInput, reading_input
from scalaremlp.cli._output import progress_lines, say, show, show_json, show_numbers
from scalaremlp.cli._place import taking_place
from scalaremlp.cli.commands import Train
from scalaremlp.data import DATASETS, ENDINGS, Dataset
from scalaremlp.nn import ScalarMLP, uninformative
from scalaremlp.runs.folder import State, read_asked, state_of
from scalaremlp.runs.samples import digest
from scalaremlp.runs.settings import (
    FileSamples,
    FitSettings,
    ModelOptions,
    ModelSettings,
    TaskSamples,
    TrainSettings,
)
from scalaremlp.runs.train import TrainRun
from scalaremlp.scalars import Invariants
from scalaremlp.train import count_parameters

_EXAMPLES = {"rep_in": "5*T(0) + 5*T(1)", "rep_out": "T(2)", "group": "O(3)"}

_MOST_NAMED = 12  # scalars that say nothing
_LARGE = 2**30  # bytes of a table that is streamed unasked
_MOST_VALUES = 10_000_000  # of scalars of all samples, to look for these


def run(command: Train) -> int:
    """Fit, measure, and leave a run folder; 1 if the fitted model is of no use."""
    with reading_input():
        asked = TrainRun.of(_resumed(command) if command.resume else settings_of(command))
    folder = Path(command.resume or command.out or asked.default_folder)
    with taking_place(folder, asked.settings, fresh=command.fresh, resume=bool(command.resume)) as place:
        for line in understood(asked):
            say(line)
        if place.resumed and not command.resume:
            say(f"goes on: with the run that was begun so in {folder}; --fresh begins anew")
        numbers = asked.made_at(place, callbacks=progress_lines())
    show_numbers(numbers)
    show(f"run folder: {folder}; pictures: {folder / 'figures'}")
    if command.json:
        show_json({**numbers, "out": str(folder)})
    return 0 if isfinite(numbers["test_mse"]) else 1


def _resumed(command: Train) -> TrainSettings:
    """What was asked of the run that is to go on."""
    others = [field.name for field in fields(Train) if field.name not in ("resume", "json")]
    given = [name for name in others if getattr(command, name) != getattr(Train(), name)]
    if given:
        name = "a task or file" if given[0] == "task" else f"--{given[0].replace('_', '-')}"
        raise BadInput(f"--resume goes on with a run as it was begun. Got {name} as well. Leave it out")
    folder = Path(command.resume)
    settings = read_asked(folder)
    if state_of(folder) is State.FINISHED:
        raise BadInput(f"the run in {folder} is finished. Read it with `scalaremlp evaluate {folder}`")
    if not isinstance(settings, TrainSettings):
        raise BadInput(f"train goes on with runs of its own. Got {folder}. Go on with it {settings.go_on(folder)}")
    return settings


def understood(asked: TrainRun) -> list[str]:
    """What will be done, for a person to check before it is."""
    (train, validation, test), model = asked.samples, asked.model
    seen = asked.samples.seen
    sizes = (seen.x.shape[1], seen.y.shape[1])
    held_out = f"{len(validation)} for validation, " if validation else ""
    counts = f"{len(train)} for training, {held_out}{len(test)} for testing"
    names = [shown(each) for each in (train.x_names, train.y_names) if each]
    made_of = f"{summary}; " if (summary := as_model(model).summary) else ""
    return [
        f"data: {train.name}, {train.rep_in} -> {train.rep_out} of {train.group}, {sizes[0]} numbers to {sizes[1]}",
        *([f"columns: {' -> '.join(names)}"] if names else []),
        *([f"units: {units}"] if (units := Quantities.of(model)) else []),
        f"samples: {counts}",
        f"model: {type(model).__name__}, {made_of}{count_parameters(model)} parameters",
        *_silent(model, seen),
        f"fit: {asked.method}",
    ]


def _silent(model: Any, train: Dataset) -> list[str]:
    """A line that names the products that are constant in all samples or another one again, if there are any."""
    if not isinstance(model, ScalarMLP) or model.identical_particles:
        return []
    products = Invariants(model.rep_in, model.group)
    if products.size * len(train) > _MOST_VALUES:
        return []
    found = [f"{name} ({why})" for name, why in uninformative(products, train.x).items()]
    more = f" and {len(found) - _MOST_NAMED} more" if len(found) > _MOST_NAMED else ""
    return [f"scalars that say nothing: {', '.join(found[:_MOST_NAMED])}{more}"] if found else []


def settings_of(command: Train) -> TrainSettings:
    """What was asked."""
    samples = _source(command)
    switched = {"permutation": command.permutation, "quadratic": command.no_quadratic, "norms": command.no_norms}
    options: dict[str, Any] = {name: name == "permutation" for name, value in switched.items() if value}
    options |= {name: value for name in ("width", "depth", "scalars") if (value := getattr(command, name))}
    fit = FitSettings(None if command.optimizer == "auto" else command.optimizer, command.epochs or None, command.loss)
    model = ModelSettings(command.model, ModelOptions(**options))
    return TrainSettings(samples, command.seed, model, fit, tensorboard=command.tensorboard)


def _source(command: Train) -> TaskSamples | FileSamples:
    """Which samples: those of a task or of a file."""
    if not command.task:
        raise BadInput(f"a task or a file is missing. Add one of {', '.join(DATASETS)}, or a file, or --resume a run")
    if command.task in DATASETS:
        return _of_task(command)
    if not command.task.lower().endswith(ENDINGS):
        near = get_close_matches(command.task, DATASETS, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"The name of a file ends in {', '.join(ENDINGS)}."
        raise BadInput(f"a task is one of {', '.join(DATASETS)}, or a file. Got {command.task!r}. {hint}")
    return _of_file(command)


def _is_large(file: Path) -> bool:
    """Whether a table may be more than memory holds, and can be read piece by piece."""
    return file.name.lower().endswith((".parquet", ".csv", ".tsv")) and file.stat().st_size > _LARGE


def _of_task(command: Train) -> TaskSamples:
    for name in (
        *_EXAMPLES,
        "x_columns",
        "y_columns",
        "sigma_columns",
        "x_order",
        "y_order",
        "units_in",
        "units_out",
        "units",
        "constants",
        "nval",
        "header",
        "no_header",
        "ordered",
        "stream",
    ):
        if getattr(command, name) != getattr(Train(), name):
            raise BadInput(f"the task {command.task} has its own samples. Leave out --{name.replace('_', '-')}")
    counts = {name: count for name in ("ntrain", "ntest") if (count := getattr(command, name)) is not None}
    return TaskSamples(command.task, **counts)


def _of_file(command: Train) -> FileSamples:
    if not Path(command.task).is_file():
        raise BadInput(f"there is no file {command.task}. Check the path")
    for name, example in _EXAMPLES.items():
        if not getattr(command, name):
            option = name.replace("_", "-")
            raise BadInput(f'data of a file need types. Got no --{option}. Add it, such as --{option} "{example}"')
    file = Path(command.task).resolve()
    return FileSamples(
        str(file), digest(file), command.rep_in, command.rep_out, command.group, command.x_columns or None,
        command.y_columns or None, command.ntrain, command.nval, command.ntest,
        header=header_of(command), ordered=command.ordered, x_order=command.x_order or None,
        y_order=command.y_order or None, stream=command.stream or _is_large(file),
        units_in=command.units_in or None, units_out=command.units_out or None, units=command.units or None,
        constants=command.constants or None,
        sigma_columns=command.sigma_columns or None,
    )  # fmt: skip
