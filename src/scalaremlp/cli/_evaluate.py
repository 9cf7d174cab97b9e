"""`scalaremlp evaluate`."""

from math import isfinite
from time import perf_counter

import jax.random as jr

from scalaremlp.cli._commands import Evaluate
from scalaremlp.cli._errors import BadInput, reading_input
from scalaremlp.cli._output import show_json, show_numbers
from scalaremlp.cli._run_folder import SavedRun, open_run
from scalaremlp.cli._settings import keys, load_data
from scalaremlp.data import Dataset, read
from scalaremlp.runs import draw, measure


def run(command: Evaluate) -> int:
    """Measure the model of a run again, and draw predicted against true; 1 if the errors are not finite."""
    with reading_input():
        saved = open_run(command.run)
        test = _test_set(command, saved)
    start = perf_counter()
    numbers = measure(saved.model, test, key=jr.split(keys(saved.settings["seed"])[2])[1])
    numbers["seconds"] = perf_counter() - start
    name = f"predicted-{test.name}" if command.data else "predicted"
    draw(command.run, saved.model, test, None, f"{test.name}, {len(test)} test samples", predicted=name)
    show_numbers(numbers)
    if command.json:
        show_json(numbers)
    return 0 if isfinite(numbers["test_mse"]) else 1


def _test_set(command: Evaluate, saved: SavedRun) -> Dataset:
    if command.ntest is not None and command.ntest < 1:
        raise BadInput(f"--ntest must be at least 1. Got {command.ntest}")
    if not command.data:
        settings = saved.settings
        return load_data({**settings, "ntest": command.ntest or settings["ntest"]}).test
    model = saved.model
    columns = {name: getattr(command, name) or saved.settings.get(name) for name in ("x_columns", "y_columns")}
    if command.data.endswith(".npz"):
        columns = {name: getattr(command, name) or None for name in columns}
    return read(command.data, model.rep_in, model.rep_out, model.group, **columns)[: command.ntest]
