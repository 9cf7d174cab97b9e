"""`scalaremlp check`."""

import sys

import jax.random as jr

from scalaremlp.cli._commands import Check
from scalaremlp.cli._errors import MOST_SEED, check_number, reading_input
from scalaremlp.cli._output import show_json
from scalaremlp.cli._run_folder import open_run
from scalaremlp.train import equivariance_error

_RANGES = (("tol", 0.0, sys.float_info.max), ("samples", 1, 1_000_000), ("elements", 1, 10_000), ("seed", 0, MOST_SEED))


def run(command: Check) -> int:
    """Say how far the model of a run is from equivariance; 1 if that is too far."""
    with reading_input():
        for name, least, most in _RANGES:
            check_number(name, getattr(command, name), least, most)
        model = open_run(command.run).model
    error = equivariance_error(
        model, model.rep_in, model.rep_out, model.group, key=jr.key(command.seed), samples=command.samples,
        elements=command.elements,
    )  # fmt: skip
    passed = error <= command.tol
    print(f"equivariance error {error:.3g} of {model.group}, {'within' if passed else 'above'} {command.tol:g}")
    if command.json:
        show_json({"equivariance_error": error, "tol": command.tol, "passed": passed})
    return 0 if passed else 1
