"""`scalaremlp train`."""

from difflib import get_close_matches
from math import isfinite
from pathlib import Path
from typing import Any

from scalaremlp.cli._commands import Train
from scalaremlp.cli._errors import BadInput, reading_input
from scalaremlp.cli._output import say, show_json, show_numbers
from scalaremlp.cli._settings import keys, load_data, make_model
from scalaremlp.data import DATASETS
from scalaremlp.runs import run as fit_and_measure


def run(command: Train) -> int:
    """Fit, measure, and leave a run folder; 1 if the fitted model is of no use."""
    settings = settings_of(command)
    folder = Path(command.out or default_folder(settings))
    with reading_input():
        train, test = load_data(settings)
        model = make_model(settings, train)
        _check_folder(folder)
    title = f"{train.name}, {len(train)} training samples, seed {command.seed}"
    say(f"fitting {type(model).__name__} to {train}")
    try:
        numbers = fit_and_measure(
            model, train, test, folder, key=keys(command.seed)[2], settings=settings, title=title, **settings["fit"]
        )
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"The course of the fit up to here is in {folder}/metrics.jsonl.") from None
    show_numbers(numbers)
    print(f"run folder: {folder}; pictures: {folder / 'figures'}")
    if command.json:
        show_json({**numbers, "out": str(folder)})
    return 0 if isfinite(numbers["test_mse"]) else 1


def settings_of(command: Train) -> dict[str, Any]:
    """What was asked, as JSON values with the defaults filled in."""
    with reading_input():
        source = _source(command)
    options: dict[str, Any] = {name: getattr(command, name) for name in ("width", "depth") if getattr(command, name)}
    switches = {"permutation": command.permutation, "quadratic": command.no_quadratic, "norms": command.no_norms}
    chosen = [name for name, value in switches.items() if value]
    if command.model != "scalars" and chosen:
        raise BadInput(f"{', '.join(chosen)}: options of --model scalars alone. Got --model {command.model}")
    options |= {name: name == "permutation" for name in chosen}
    fit: dict[str, Any] = {} if command.optimizer == "auto" else {"optimizer": command.optimizer}
    fit |= {"epochs": command.epochs} if command.epochs else {}
    return {**source, "seed": command.seed, "model": {"name": command.model, "options": options}, "fit": fit}


def default_folder(settings: dict[str, Any]) -> str:
    """A folder name made of the settings.

    >>> model = {"name": "scalars", "options": {"permutation": True}}
    >>> default_folder({"task": "inertia", "ntrain": 100, "seed": 0, "model": model})
    'runs/inertia-scalars-permutation-n100-seed0'
    """
    name = settings.get("task") or Path(settings["file"]).stem
    options = [(f"no_{k}" if v is False else k) + ("" if isinstance(v, bool) else str(v))
               for k, v in settings["model"]["options"].items()]  # fmt: skip
    return f"runs/{'-'.join([name, settings['model']['name'], *options])}-n{settings['ntrain']}-seed{settings['seed']}"


def _source(command: Train) -> dict[str, Any]:
    for name in ("ntrain", "ntest", "width", "depth", "epochs", "seed"):
        if getattr(command, name) < 0:
            raise BadInput(f"--{name} must not be negative. Got {getattr(command, name)}")
    types = {"rep_in": command.rep_in, "rep_out": command.rep_out, "group": command.group}
    if command.task in DATASETS:
        given = [name for name, value in types.items() if value]
        if given:
            raise BadInput(f"the task {command.task} has its own types. Leave out --{given[0].replace('_', '-')}")
        return {"task": command.task, "ntrain": command.ntrain or 1000, "ntest": command.ntest or 5000}
    if not command.task.endswith(".npz"):
        near = get_close_matches(command.task, DATASETS, n=1)
        hint = f"Did you mean {near[0]}?" if near else "A file name ends in .npz."
        raise BadInput(f"a task is one of {', '.join(DATASETS)}, or a .npz file. Got {command.task!r}. {hint}")
    if not Path(command.task).is_file():
        raise BadInput(f"there is no file {command.task}. Check the path")
    return {"file": str(Path(command.task).resolve()), **types, "ntrain": command.ntrain, "ntest": command.ntest}


def _check_folder(folder: Path) -> None:
    """A run may replace a run, but never anything else."""
    if folder.exists() and not folder.is_dir():
        raise BadInput(f"a run is a folder, and {folder} is a file. Choose another --out")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / "run.json").is_file():
        raise BadInput(f"{folder} holds other files than a run. Choose another --out")
    folder.mkdir(parents=True, exist_ok=True)
