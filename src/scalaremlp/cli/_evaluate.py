"""`scalaremlp evaluate`."""

from itertools import chain
from math import isfinite
from time import perf_counter

import numpy as np

from scalaremlp._text import file_name
from scalaremlp.cli._columns import columns_of, header_of, say_unused
from scalaremlp.cli._errors import BadInput, check_number, reading_input
from scalaremlp.cli._output import say, show_json, show_numbers
from scalaremlp.cli.commands import Evaluate
from scalaremlp.data import Dataset, read
from scalaremlp.runs.fields import MOST_SAMPLES
from scalaremlp.runs.samples import load_samples
from scalaremlp.runs.saved import SavedRun, SavedTraining, open_run
from scalaremlp.runs.settings import TrainSettings
from scalaremlp.runs.uncertain import calibrated


def run(command: Evaluate) -> int:
    """Measure the model of a run again, and draw what it predicts; 1 if the errors are not finite."""
    with reading_input():
        saved = open_run(command.run)
        if command.ntest is not None:
            check_number("ntest", command.ntest, 1, MOST_SAMPLES)
        tests = _of_file(command, saved) if command.data else saved.tests(command.ntest)
    start = perf_counter()
    with reading_input():
        numbers = saved.measured(tests)
        if command.std:
            numbers |= calibrated(saved, tests, name=file_name(tests.name) if command.data else "")
    numbers["seconds"] = perf_counter() - start
    with reading_input(f"{command.run / 'figures'} must be writable, for the pictures. Got"):
        saved.drawn(tests, name=file_name(tests.name) if command.data else "")
    show_numbers(numbers)
    if command.json:
        show_json(numbers)
    return 0 if isfinite(numbers["test_mse"]) else 1


def _of_file(command: Evaluate, saved: SavedRun) -> Dataset:
    if not isinstance(saved, SavedTraining):
        raise BadInput(f"the run in {command.run} is measured on trajectories of its own. Got --data. Leave it out")
    header = header_of(command)
    asked = {name: getattr(command, name) for name in ("x_columns", "y_columns")}
    columns = columns_of(command.data, saved, asked, header)
    x_order, y_order = saved.orders
    units_in, units_out = saved.units
    in_sigma = getattr(saved.settings.samples, "sigma_columns", None) if command.std else None
    data = read(
        command.data, *saved.types, **columns, header=header, x_order=x_order, y_order=y_order,
        units_in=units_in, units_out=units_out, sigma_columns=in_sigma,
    )  # fmt: skip
    if command.ntest is not None and command.ntest > len(data):
        raise BadInput(f"--ntest must be at most {len(data)}, the samples of {command.data}. Got {command.ntest}")
    say_unused(command.data, columns, header, *(in_sigma or "").split(","))
    data = data[: command.ntest]
    if known := seen_before(data, saved.settings):
        say(
            f"warning: {known} of the {len(data)} samples of {command.data} are among those that the model was fitted "
            "to or chosen by; on new ones the errors may be larger"
        )
    return data


def seen_before(data: Dataset, settings: TrainSettings) -> int:
    """How many samples have the very inputs of one that the run was fitted to or chosen by; 0 if its file is gone."""
    try:
        train, validation, _ = load_samples(settings)
    except (ValueError, OSError):
        return 0
    parts = [train.x] if isinstance(train, Dataset) else (x for x, _ in train.pieces())
    known = chain(parts, [] if validation is None else [validation.x])
    asked = _digests(np.asarray(data.x))
    return int(np.any([np.isin(asked, _digests(np.asarray(x))) for x in known], axis=0).sum())


def _digests(x: np.ndarray) -> np.ndarray:
    """A number for each row, by its bits; 0 and -0 are one."""
    bits = np.ascontiguousarray(x + 0.0).view(np.uint64)
    odd = np.random.default_rng(0).integers(2**63, size=bits.shape[1], dtype=np.uint64) * 2 + 1
    mixed = (bits ^ (bits >> np.uint64(29))) * odd
    digests: np.ndarray = (mixed ^ (mixed >> np.uint64(32))).sum(axis=1, dtype=np.uint64)
    return digests
