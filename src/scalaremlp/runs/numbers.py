"""The numbers that a run leaves: what `result.json` holds."""

from collections.abc import Callable, Sequence
from typing import Any

import jax

from scalaremlp._model import as_model
from scalaremlp.data import Dataset
from scalaremlp.measure import equivariance_error, evaluate
from scalaremlp.scalars.inputs import Inputs
from scalaremlp.train import History, count_parameters

_ALSO = ("median_relative_error", "p99_relative_error", "worst_relative_mse", "terms")  # where `evaluate` has them


def measure(model: Callable[..., Any], test: Dataset, *, key: jax.Array) -> dict[str, Any]:
    """Test error and equivariance error: `test_mse`, `relative_mse`, `r2`, `ntest`, `equivariance_error`.

    Of outputs of several terms also `worst_relative_mse` and `terms`, and of one that spans decades
    `median_relative_error` and `p99_relative_error`, as of `evaluate`.
    """
    numbers = evaluate(model, test)
    error = equivariance_error(model, test.rep_in, test.rep_out, test.group, key=key, x=test.x[:100])
    names = {"test_mse": "mse", "relative_mse": "relative_mse", "r2": "r2", "ntest": "n"}
    every = {ours: numbers[theirs] for ours, theirs in names.items()} | {"equivariance_error": float(error)}
    return every | {name: numbers[name] for name in _ALSO if name in numbers}


def of_fit(model: Any, history: History, seconds: float) -> dict[str, Any]:
    """The `seconds` of the fit, its `optimizer`, why it `stopped`, the number of `parameters`, and the verdict."""
    found = {"seconds": seconds, "parameters": count_parameters(model), "optimizer": history.optimizer}
    return {**found, "stopped": history.stopped, **verdict_of(history)}


def verdict_of(history: History) -> dict[str, Any]:
    """The verdict of a history as a paragraph, and the names of its hints; nothing if it has none."""
    return {} if history.verdict is None else {"verdict": str(history.verdict), "hints": [*history.verdict.hints]}


def dependencies_of(model: Any, columns: Sequence[str] | None = None) -> dict[str, Any]:
    """For each covariant that counts the scalars that its coefficient depends on; nothing if the model chose none.

    Where the names of the columns are known, it is said which the inputs in these scalars are.
    """
    found = as_model(model).dependencies
    if not found:
        return {}
    if not columns:
        return {"dependencies": found}
    of = Inputs(model.rep_in, model.group).columns
    return {"in the law": [f"{name} is {' '.join(columns[at])}" for name, at in of.items()], "dependencies": found}
