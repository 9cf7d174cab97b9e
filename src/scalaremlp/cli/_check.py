"""`scalaremlp check`."""

import sys

import jax.random as jr
import numpy as np

from scalaremlp.cli._columns import columns_of, header_of, say_unused
from scalaremlp.cli._errors import BadInput, check_number, reading_input
from scalaremlp.cli._output import show, show_json
from scalaremlp.cli.commands import Check
from scalaremlp.data import read_inputs
from scalaremlp.runs.fields import MOST_SEED
from scalaremlp.runs.saved import SavedRun, open_run

_RANGES = (("tol", 0.0, sys.float_info.max), ("samples", 1, 1_000_000), ("elements", 1, 10_000), ("seed", 0, MOST_SEED))


def run(command: Check) -> int:
    """Say how far the model of a run is from equivariance; 1 if that is too far."""
    with reading_input():
        for name, least, most in _RANGES:
            check_number(name, getattr(command, name), least, most)
        saved = open_run(command.run)
        x = _inputs(command, saved)
    error = saved.equivariance_error(jr.key(command.seed), command.samples, command.elements, x)
    group, symmetries = saved.types[-1], saved.symmetries
    passed = error <= command.tol
    of = " and ".join([str(group), *symmetries[1:]])
    show(f"equivariance error {error:.3g} of {of}, {'within' if passed else 'above'} {command.tol:g}")
    if command.json:
        checked = {"group": str(group), "symmetries": list(symmetries)}
        show_json({"equivariance_error": error, "tol": command.tol, "passed": passed, **checked})
    return 0 if passed else 1


def _inputs(command: Check, saved: SavedRun) -> np.ndarray | None:
    """Inputs of a file, the first of them, if one is given."""
    header = header_of(command)
    if not command.data:
        if command.x_columns or header is not None:
            raise BadInput("columns are those of a file. Got --x-columns or --header without one. Add --data")
        return None
    columns = columns_of(command.data, saved, {"x_columns": command.x_columns}, header)
    rep_in, _, group = saved.types
    order, units_in = saved.orders[0], saved.units[0]
    x = read_inputs(command.data, rep_in, group, **columns, header=header, x_order=order, units_in=units_in)
    say_unused(command.data, columns, header)
    return x[: command.samples]
