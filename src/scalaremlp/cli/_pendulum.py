"""`scalaremlp pendulum`."""

import re
import shutil
from dataclasses import asdict
from pathlib import Path
from time import perf_counter
from typing import Any

import jax.random as jr

from scalaremlp import groups
from scalaremlp._run_files import clear, drop
from scalaremlp.cli._commands import Pendulum as Command
from scalaremlp.cli._errors import MOST_SAMPLES, MOST_SEED, BadInput, check_number, one_line, reading_input
from scalaremlp.cli._output import say, show, show_json, show_numbers
from scalaremlp.cli._run_folder import begin, goes_on, ready, writing
from scalaremlp.pendulum import (
    OPTIMIZERS,
    Pendulum,
    Samples,
    adam,
    learn,
    matching,
    predict,
    samples,
    second_order,
    symmetry_error,
    write,
)  # fmt: skip
from scalaremlp.runs import verdict_of
from scalaremlp.train import Checkpoint, count_parameters, save

_LEAST, _MOST, _MOST_STATES = 1e-6, 1e6, 100_000  # seconds, states of a rollout
_RANGES = {
    "ntrain": (1, MOST_SAMPLES), "ntest": (1, MOST_SAMPLES), "noise": (0, 100), "chunk": (2, 1000), "steps": (0, 10**7),
    "batch": (1, MOST_SAMPLES), "width": (0, 10_000), "depth": (0, 100), "radial": (0, 1000),
    "dt": (_LEAST, _MOST), "horizon": (_LEAST, _MOST), "seed": (0, MOST_SEED),
}  # fmt: skip
_NOT_ASKED = ("out", "fresh", "json", "film")  # where it goes, not what it is


def run(command: Command) -> int:
    """Learn, roll out, and leave a run folder; 1 if no trajectory is predicted to its end."""
    with reading_input():
        settings = settings_of(command)
    folder = Path(command.out or _default_folder(settings))
    with writing(folder):
        numbers, systems = _alone(command, settings, folder)
    show_numbers(numbers)
    show(f"run folder: {folder}; pictures: {folder / 'figures'}")
    if command.json:
        show_json({**numbers, "out": str(folder)})
    return 0 if numbers["ended_early"] < systems else 1


def _alone(command: Command, settings: dict[str, Any], folder: Path) -> tuple[dict[str, Any], int]:
    """What is found, in a folder where no other process writes, and the number of test systems."""
    with reading_input():
        resumed = goes_on(folder, settings, fresh=command.fresh)
        model, optimizer = _model(command), _optimizer(command)
        if hasattr(optimizer, "check"):
            optimizer.check(matching(command.noise > 0), model)
        data = samples(**of_data(command))
        model.calibrated_for(data.train)
        if resumed:
            ready(folder)
        else:
            begin(folder, settings)
    for line in (model.summary, f"{count_parameters(model)} parameters; {len(data.train)} systems; {optimizer.name}"):
        say(line)
    try:
        return _made(command, model, data, optimizer, folder), len(data.test)
    except KeyboardInterrupt:
        raise KeyboardInterrupt(f"What is done is kept in {folder}; the same command goes on.") from None
    except OSError as error:
        raise BadInput(f"{folder} could not be written: {error}. Make room; the same command goes on") from error


def _made(command: Command, model: Pendulum, data: Samples, optimizer: Any, folder: Path) -> dict[str, Any]:
    """Fit, save, predict, write; the checkpoint of the fit is kept until everything is there."""
    checkpoint = Checkpoint(folder / "checkpoint")
    fit_key, measure_key = jr.split(jr.fold_in(jr.key(command.seed), 1))
    earlier = checkpoint.history()
    start = perf_counter()
    try:
        model, history = learn(
            model, data, noisy=command.noise > 0, optimizer=optimizer, key=fit_key, checkpoint=checkpoint
        )
    except ValueError as error:  # data that no fit can begin with
        if not checkpoint.path.exists():
            clear(folder)
        raise BadInput(one_line(str(error))) from error
    seconds = perf_counter() - start + (earlier.records[-1].seconds if earlier else 0.0)
    save(folder, model, history=history, settings=settings_of(command))
    prediction = predict(model, data.test)
    numbers = {
        **prediction.numbers(),
        "test_mse": prediction.mse(data.test, command.chunk),
        "equivariance_error": symmetry_error(model, data.test, key=measure_key),
        "seconds": seconds,
        "parameters": count_parameters(model),
        "inputs": model.seen,
        "optimizer": history.optimizer,
        "stopped": history.stopped,
        **verdict_of(history),
    }
    write(
        folder, prediction, data.test, numbers, published_potential=not command.half_second_spring,
        title=f"{command.model}, {command.features}, {len(data.train)} systems, seed {command.seed}",
        film="" if command.film == "none" else command.film,
    )  # fmt: skip
    drop(checkpoint.path)
    return numbers


def settings_of(command: Command) -> dict[str, Any]:
    """What was asked, as JSON values."""
    for name, (least, most) in _RANGES.items():
        check_number(name, getattr(command, name), least, most)
    states = command.horizon / command.dt
    if not command.chunk - 0.5 <= states <= _MOST_STATES:
        raise BadInput(
            f"--horizon must last {command.chunk} to {_MOST_STATES} steps of --dt. Got {states:.3g}. Choose others"
        )
    if command.film == "mp4" and shutil.which("ffmpeg") is None:
        raise BadInput("--film mp4 needs the program ffmpeg. Got none on the PATH. Choose --film gif")
    if command.features in ("emlp", "mlp") and (command.turned or command.turned_test or len(set(command.gravity)) > 1):
        raise BadInput(f"--gravity and --turned are no inputs of --features {command.features}. Leave them out")
    asked = {name: value for name, value in asdict(command).items() if name not in _NOT_ASKED}
    return {"pendulum": {name: list(value) if isinstance(value, tuple) else value for name, value in asked.items()}}


def _model(command: Command) -> Pendulum:
    """The model before it is fitted."""
    for name, features in (("group", "emlp"), ("no_norms", "scalars"), ("radial", "radial")):
        if getattr(command, name) and command.features != features:
            option = f"--{name.replace('_', '-')}"
            raise BadInput(f"{option} needs --features {features}. Got --features {command.features}. Leave it out")
    sizes = ("width", "depth", "radial")
    options: dict[str, Any] = {name: getattr(command, name) for name in sizes if getattr(command, name)}
    options |= {"norms": False} if command.no_norms else {}
    group = groups.parse(command.group) if command.group else None
    constants = len(set(command.constants)) > 1
    key = jr.key(command.seed)
    return Pendulum(command.model, command.features, group=group, constants=constants, key=key, **options)


def _optimizer(command: Command) -> Any:
    """What was asked for, or what suits the model."""
    chosen = {"levenberg-marquardt": second_order, "adam": adam}.get(command.optimizer, OPTIMIZERS[command.features])
    steps = {"steps": command.steps} if command.steps else {}
    if chosen is second_order:
        return second_order(**steps, noisy=command.noise > 0)
    return adam(**steps, learning_rate=command.lr, batch_size=command.batch)


def of_data(command: Command) -> dict[str, Any]:
    """The arguments of `samples`."""
    same = ("ntest", "noise", "seed", "turned", "turned_test", "gravity", "constants", "chunk", "dt", "horizon")
    published = not command.half_second_spring
    return {"n": command.ntrain, "published_potential": published, **{name: getattr(command, name) for name in same}}


def _default_folder(settings: dict[str, Any]) -> str:
    """A folder name made of what differs from the defaults.

    >>> _default_folder(settings_of(Command(noise=0.01, no_norms=True, constants=(0.5, 1.5))))
    'runs/pendulum-hnn-scalars-no_norms-noise0.01-constants0.5-1.5-seed0'
    """
    asked, usual = settings["pendulum"], settings_of(Command())["pendulum"]
    words = ["pendulum", asked["model"], asked["features"]]
    for name, value in asked.items():
        if value != usual[name] and name not in ("model", "features", "seed"):
            shown = "-".join(map(str, value)) if isinstance(value, list) else str(value)
            words.append(name if value is True else f"{name}{shown}")
    name = re.sub(r"[^\w.-]+", "", "-".join(words))
    return f"runs/{name}-seed{asked['seed']}"
