"""`scalaremlp train`."""

from dataclasses import fields
from difflib import get_close_matches
from math import isfinite
from pathlib import Path
from typing import Any

from scalaremlp._model import as_model
from scalaremlp._run_files import clear
from scalaremlp._text import file_name
from scalaremlp.cli._columns import header_of, shown, stem
from scalaremlp.cli._commands import Train
from scalaremlp.cli._errors import MOST_SAMPLES, MOST_SEED, BadInput, check_number, one_line, reading_input
from scalaremlp.cli._output import say, show, show_json, show_numbers
from scalaremlp.cli._run_folder import State, begin, goes_on, read_asked, ready, state_of, writing
from scalaremlp.cli._settings import Samples, digest, judged_by, keys, load_data, make_model
from scalaremlp.data import DATASETS, ENDINGS, Dataset
from scalaremlp.nn import ScalarMLP, uninformative
from scalaremlp.runs import run as fit_and_measure
from scalaremlp.scalars import Invariants
from scalaremlp.train import LOSSES, LogError, RelativeError, count_parameters, select, summary_writer

_EXAMPLES = {"rep_in": "5*T(0) + 5*T(1)", "rep_out": "T(2)", "group": "O(3)"}

_MOST_NAMED = 12  # scalars that say nothing
_MOST_VALUES = 10_000_000  # of scalars of all samples, to look for these

_RANGES = {
    "ntrain": (1, MOST_SAMPLES), "nval": (0, MOST_SAMPLES), "ntest": (1, MOST_SAMPLES), "width": (0, 10_000),
    "depth": (0, 100), "epochs": (0, MOST_SAMPLES), "seed": (0, MOST_SEED),
}  # fmt: skip


def run(command: Train) -> int:
    """Fit, measure, and leave a run folder; 1 if the fitted model is of no use."""
    with reading_input():
        asked = _resumed(command) if command.resume else settings_of(command)
        settings = {**asked}
        if settings.get("tensorboard"):
            summary_writer()  # or an error before anything is done
        samples = load_data(settings)
        settings |= _names(settings, samples.train)
        model = make_model(settings, samples.train)
        options: dict[str, Any] = {"optimizer": None, "loss": "mse", **settings["fit"]}
        steps = {name: value for name, value in options.items() if name not in ("optimizer", "loss")}
        data = (samples.train.x, samples.train.y)
        loss = LOSSES[options["loss"]]()
        if isinstance(loss, RelativeError | LogError):
            loss.check(samples.train.y, "training data", samples.train, model)
        loss = loss.for_targets(samples.train.y, samples.train)
        method, reason = select(options["optimizer"], steps, loss, model, data)
        folder = Path(command.resume or command.out or default_folder(settings, len(samples.train)))
    with writing(folder):
        resumed = _prepared(command, folder, asked, settings)
        for line in understood(samples, model, f"{method.name}: {reason}"):
            say(line)
        if resumed and not command.resume:
            say(f"goes on: with the run that was begun so in {folder}; --fresh begins anew")
        numbers = _fitted(model, samples, folder, settings, resumed=resumed)
    show_numbers(numbers)
    show(f"run folder: {folder}; pictures: {folder / 'figures'}")
    if command.json:
        show_json({**numbers, "out": str(folder)})
    return 0 if isfinite(numbers["test_mse"]) else 1


def _resumed(command: Train) -> dict[str, Any]:
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
    return settings


def _prepared(command: Train, folder: Path, asked: dict[str, Any], settings: dict[str, Any]) -> bool:
    """Make the folder ready, where no other process writes now; whether a run that is in it goes on."""
    with reading_input():
        if command.resume and (state_of(folder) is not State.UNFINISHED or read_asked(folder) != asked):
            raise BadInput(f"the run in {folder} was changed by another process just now. Look at it, and try again")
        resumed = bool(command.resume) or goes_on(folder, settings, fresh=command.fresh)
    with reading_input(f"{folder} could not be written"):
        if resumed:
            ready(folder)
        else:
            begin(folder, settings)
    return resumed


def _fitted(model: Any, samples: Samples, folder: Path, settings: dict[str, Any], *, resumed: bool) -> dict[str, Any]:
    """Fit and measure. Whatever stops this, the state of the fit is kept, and the person told how to go on."""
    train, validation, test = samples
    title = f"{train.name}, {len(train)} training samples, seed {settings['seed']}"
    again = f"scalaremlp train --resume {folder}"
    try:
        return fit_and_measure(
            model, train, test, folder, validation=judged_by(settings, validation), key=keys(settings["seed"])[2],
            settings=settings, title=title, tensorboard=settings.get("tensorboard", False), **settings["fit"],
        )  # fmt: skip
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"The fit up to here is kept. To go on: {again}") from None
    except ValueError as error:
        if (folder / "config.json").is_file():  # fitted and saved: an error of the program
            raise
        if not resumed and not (folder / "checkpoint").exists():  # data that no fit can begin with
            clear(folder)
        raise BadInput(one_line(str(error))) from error
    except OSError as error:
        raise BadInput(f"{folder} could not be written: {error}. Make room, and go on by: {again}") from error


def understood(samples: Samples, model: Any, method: str) -> list[str]:
    """What will be done, for a person to check before it is."""
    train, validation, test = samples
    sizes = (train.x.shape[1], train.y.shape[1])
    held_out = f"{len(validation)} for validation, " if validation else ""
    counts = f"{len(train)} for training, {held_out}{len(test)} for testing"
    names = [shown(each) for each in (train.x_names, train.y_names) if each]
    made_of = f"{summary}; " if (summary := as_model(model).summary) else ""
    return [
        f"data: {train.name}, {train.rep_in} -> {train.rep_out} of {train.group}, {sizes[0]} numbers to {sizes[1]}",
        *([f"columns: {' -> '.join(names)}"] if names else []),
        f"samples: {counts}",
        f"model: {type(model).__name__}, {made_of}{count_parameters(model)} parameters",
        *_silent(model, train),
        f"fit: {method}",
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


def settings_of(command: Train) -> dict[str, Any]:
    """What was asked, as JSON values with the defaults filled in."""
    source = _source(command)
    options: dict[str, Any] = {name: getattr(command, name) for name in ("width", "depth") if getattr(command, name)}
    switches = {"permutation": command.permutation, "quadratic": command.no_quadratic, "norms": command.no_norms}
    asked = {**switches, "scalars": bool(command.scalars)}
    chosen = [name for name, value in asked.items() if value]
    known = {"scalars": asked, "bare": ("permutation",), "emlp": (), "mlp": ()}[command.model]
    foreign = [name for name in chosen if name not in known]
    if foreign:
        raise BadInput(f"{', '.join(foreign)}: no option of --model {command.model}. Leave it out, or --model scalars")
    options |= {name: name == "permutation" for name in chosen if name in switches}
    if command.scalars:
        options["scalars"] = command.scalars
    fit: dict[str, Any] = {} if command.optimizer == "auto" else {"optimizer": command.optimizer}
    fit |= {"epochs": command.epochs} if command.epochs else {}
    fit |= {"loss": command.loss} if command.loss != "mse" else {}
    watched = {"tensorboard": True} if command.tensorboard else {}
    model = {"name": command.model, "options": options}
    return {**source, "seed": command.seed, "model": model, "fit": fit, "validation": "auto", **watched}


def default_folder(settings: dict[str, Any], ntrain: int) -> str:
    """A folder name made of the settings.

    >>> model = {"name": "scalars", "options": {"permutation": True}}
    >>> default_folder({"task": "inertia", "seed": 0, "model": model, "fit": {"epochs": 5}}, 100)
    'runs/inertia-scalars-permutation-epochs5-n100-seed0'
    """
    name = settings.get("task") or file_name(stem(settings["file"]))
    options = [(f"no_{k}" if v is False else k) + ("" if isinstance(v, bool) else str(v))
               for k, v in settings["model"]["options"].items()]  # fmt: skip
    options += [value if name == "optimizer" else f"{name}{value}" for name, value in settings["fit"].items()]
    return f"runs/{'-'.join([name, settings['model']['name'], *options])}-n{ntrain}-seed{settings['seed']}"


def _source(command: Train) -> dict[str, Any]:
    """Which samples: those of a task or of a file."""
    if not command.task:
        raise BadInput(f"a task or a file is missing. Add one of {', '.join(DATASETS)}, or a file, or --resume a run")
    for name, (least, most) in _RANGES.items():
        if getattr(command, name) is not None:
            check_number(name, getattr(command, name), least, most)
    if command.task in DATASETS:
        return _of_task(command)
    if not command.task.lower().endswith(ENDINGS):
        near = get_close_matches(command.task, DATASETS, n=1)
        hint = f"Did you mean {near[0]}?" if near else f"The name of a file ends in {', '.join(ENDINGS)}."
        raise BadInput(f"a task is one of {', '.join(DATASETS)}, or a file. Got {command.task!r}. {hint}")
    return _of_file(command)


def _of_task(command: Train) -> dict[str, Any]:
    for name in (*_EXAMPLES, "x_columns", "y_columns", "nval", "header", "no_header", "ordered"):
        if getattr(command, name) != getattr(Train(), name):
            raise BadInput(f"the task {command.task} has its own samples. Leave out --{name.replace('_', '-')}")
    return {"task": command.task, "ntrain": command.ntrain or 1000, "ntest": command.ntest or 5000}


def _of_file(command: Train) -> dict[str, Any]:
    if not Path(command.task).is_file():
        raise BadInput(f"there is no file {command.task}. Check the path")
    for name, example in _EXAMPLES.items():
        if not getattr(command, name):
            option = name.replace("_", "-")
            raise BadInput(f'data of a file need types. Got no --{option}. Add it, such as --{option} "{example}"')
    file = Path(command.task).resolve()
    types = {name: getattr(command, name) for name in _EXAMPLES}
    columns = {name: getattr(command, name) or None for name in ("x_columns", "y_columns")}
    counts = {name: getattr(command, name) for name in ("ntrain", "nval", "ntest")}
    header, names = header_of(command), {"x_names": None, "y_names": None}  # known when the file is read
    told = {} if header is None else {"header": header}
    told |= {"ordered": True} if command.ordered else {}
    return {"file": str(file), "sha256": digest(file), **types, **columns, **counts, **names, **told}


def _names(settings: dict[str, Any], data: Dataset) -> dict[str, Any]:
    """What a new run remembers of its table."""
    if "x_names" not in settings:
        return {}
    return {name: None if (names := getattr(data, name)) is None else list(names) for name in ("x_names", "y_names")}
