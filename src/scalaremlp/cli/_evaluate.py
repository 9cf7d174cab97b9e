"""`scalaremlp evaluate`."""

from math import isfinite
from time import perf_counter

import jax.random as jr

from scalaremlp.cli._commands import Evaluate
from scalaremlp.cli._errors import BadInput, reading_input
from scalaremlp.cli._output import show_json, show_numbers
from scalaremlp.cli._settings import keys, load_data, read_file
from scalaremlp.data import Dataset
from scalaremlp.runs import draw, measure
from scalaremlp.train import load, read_config


def run(command: Evaluate) -> int:
    """Measure the model of a run again, and draw predicted against true; 1 if the errors are not finite."""
    with reading_input():
        settings = read_config(command.run)["settings"]
        if "seed" not in settings:
            raise BadInput(f"{command.run} holds a model that `scalaremlp train` did not make. Use scalaremlp.evaluate")
        model = load(command.run)
        test = _test_set(command, settings)
    start = perf_counter()
    numbers = measure(model, test, key=jr.split(keys(settings["seed"])[2])[1])
    numbers["seconds"] = perf_counter() - start
    draw(command.run, model, test, None, f"{test.name}, {len(test)} test samples")
    show_numbers(numbers)
    if command.json:
        show_json(numbers)
    return 0 if isfinite(numbers["test_mse"]) else 1


def _test_set(command: Evaluate, settings: dict) -> Dataset:
    settings = {**settings, "ntest": command.ntest or settings["ntest"]}
    train, test = load_data(settings)
    if not command.data:
        return test
    given = read_file(command.data, str(train.rep_in), str(train.rep_out), str(train.group))
    return given[: command.ntest or len(given)]
