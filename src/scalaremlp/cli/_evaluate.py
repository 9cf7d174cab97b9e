"""`scalaremlp evaluate`."""

from math import isfinite
from time import perf_counter
from typing import Any

import jax.random as jr
import numpy as np

from scalaremlp._text import file_name
from scalaremlp.cli._columns import columns_of, header_of, say_unused
from scalaremlp.cli._commands import Evaluate
from scalaremlp.cli._errors import MOST_SAMPLES, BadInput, check_number, reading_input
from scalaremlp.cli._output import say, show_json, show_numbers
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
    name = f"predicted-{file_name(test.name)}" if command.data else "predicted"
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
    model, header = saved.model, header_of(command)
    asked = {name: getattr(command, name) for name in ("x_columns", "y_columns")}
    columns = columns_of(command.data, saved, asked, header)
    data = read(command.data, model.rep_in, model.rep_out, model.group, **columns, header=header)
    if command.ntest is not None and command.ntest > len(data):
        raise BadInput(f"--ntest must be at most {len(data)}, the samples of {command.data}. Got {command.ntest}")
    say_unused(command.data, columns, header)
    data = data[: command.ntest]
    if known := seen_before(data, saved.settings):
        say(
            f"warning: {known} of the {len(data)} samples of {command.data} are among those that the model was fitted "
            "to or chosen by; on new ones the errors may be larger"
        )
    return data


def seen_before(data: Dataset, settings: dict[str, Any]) -> int:
    """How many samples have the very inputs of one that the run was fitted to or chosen by; 0 if its file is gone."""
    try:
        train, validation, _ = load_data(settings)
    except (BadInput, ValueError, OSError):
        return 0
    known = [np.asarray(part.x) for part in (train, validation) if part is not None]
    return int(np.isin(_digests(np.asarray(data.x)), np.concatenate([_digests(x) for x in known])).sum())


def _digests(x: np.ndarray) -> np.ndarray:
    """A number for each row, by its bits; 0 and -0 are one."""
    bits = np.ascontiguousarray(x + 0.0).view(np.uint64)
    odd = np.random.default_rng(0).integers(2**63, size=bits.shape[1], dtype=np.uint64) * 2 + 1
    mixed = (bits ^ (bits >> np.uint64(29))) * odd
    digests: np.ndarray = (mixed ^ (mixed >> np.uint64(32))).sum(axis=1, dtype=np.uint64)
    return digests
