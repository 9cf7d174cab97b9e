"""`scalaremlp evaluate`."""

from math import isfinite
from time import perf_counter
from typing import Any

import jax.random as jr

from scalaremlp.cli._commands import Evaluate
from scalaremlp.cli._errors import MOST_SAMPLES, BadInput, check_number, reading_input
from scalaremlp.cli._output import show_json, show_numbers
from scalaremlp.cli._run_folder import SavedRun, open_run
from scalaremlp.cli._settings import keys, load_data
from scalaremlp.data import Dataset, read
from scalaremlp.runs import draw, measure, verdict_of
from scalaremlp.train import load_history


def run(command: Evaluate) -> int:
    """Measure the model of a run again, and draw predicted against true; 1 if the errors are not finite."""
    with reading_input():
        saved = open_run(command.run)
        test = _test_set(command, saved)
    start = perf_counter()
    numbers = measure(saved.model, test, key=jr.split(keys(saved.settings["seed"])[2])[1])
    numbers["seconds"] = perf_counter() - start
    numbers |= _verdict(command, saved, test)
    name = f"predicted-{test.name}" if command.data else "predicted"
    with reading_input(f"{command.run / 'figures'} must be writable, for the pictures. Got"):
        draw(command.run, saved.model, test, None, f"{test.name}, {len(test)} test samples", predicted=name)
    show_numbers(numbers)
    if command.json:
        show_json(numbers)
    return 0 if isfinite(numbers["test_mse"]) else 1


def _verdict(command: Evaluate, saved: SavedRun, test: Dataset) -> dict[str, Any]:
    """What the verdict on the fit is with these samples as the test, if the run has one."""
    with reading_input():
        try:
            history = load_history(command.run)
        except FileNotFoundError:  # a model that was saved alone
            return {}
    if history.verdict is not None:
        history.verdict = history.verdict.with_test(saved.model, test)
    return verdict_of(history)


def _test_set(command: Evaluate, saved: SavedRun) -> Dataset:
    if command.ntest is not None:
        check_number("ntest", command.ntest, 1, MOST_SAMPLES)
    if not command.data:
        settings = saved.settings
        test = load_data({**settings, "ntest": command.ntest or settings["ntest"]}).test
        if (test.rep_in, test.rep_out, test.group) != (saved.model.rep_in, saved.model.rep_out, saved.model.group):
            raise BadInput(
                f"the model of a run must be of the types of its data, {test}. Got a model of {saved.model.rep_in} -> "
                f"{saved.model.rep_out}, {saved.model.group}, in {command.run}. Copy the whole run again"
            )
        return test
    model = saved.model
    columns = {name: getattr(command, name) or saved.settings.get(name) for name in ("x_columns", "y_columns")}
    if command.data.endswith(".npz"):
        columns = {name: getattr(command, name) or None for name in columns}
    data = read(command.data, model.rep_in, model.rep_out, model.group, **columns)
    if command.ntest is not None and command.ntest > len(data):
        raise BadInput(f"--ntest must be at most {len(data)}, the samples of {command.data}. Got {command.ntest}")
    return data[: command.ntest]
