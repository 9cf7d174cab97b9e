"""The linear part of a fit: a solve for the parameters in which a model is linear while the others stand still."""

from typing import NamedTuple

import jax.random as jr
import numpy as np
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Bool, Float, Int, Key, PyTree

from ._batches import sample_count, take
from ._evidence import Evidence, posterior, updated
from ._flat import linear_entries, prior_groups
from ._gauss_newton import Problem, linearise, make_problem, residuals_per_sample, sum_of_squares
from ._linearised import Linearised
from ._loss import LeastSquares
from ._parameters import split_parameters

NAME = "linear solve"  # what a history calls a fit that ended with it
FLOOR = 1e-22  # Σr² below this fraction of its value at the start is made of rounding errors
_REFINEMENTS = 10
_BUDGET = 3e11  # floating point operations of one solve, above which it uses a random part of the samples


class LinearFit(NamedTuple):
    """All parameters with the linear ones solved for, the precisions α/β of all groups, and Σr² that is left."""

    theta: Float[Array, " all"]
    ratios: Float[np.ndarray, " groups"]
    squares: float


def solve_linear(
    problem: Problem,
    theta: Float[Array, " all"],
    group: Int[np.ndarray, " all"],
    entries: Bool[np.ndarray, " all"],
    ratios: Float[np.ndarray, " groups"],
    *,
    unit: float,
    regularise: bool = True,
) -> LinearFit:
    """Solve for the chosen entries of θ, with evidence of their own.

    Repeated from the new residuals, the solve refines itself to the rounding of float64.

    Args:
        problem: what to fit.
        theta: all parameters.
        group: the prior group of each.
        entries: which to solve for.
        ratios: first guess of α/β.
        unit: Σr² at `theta`.
        regularise: whether to infer α.
    """
    chosen = np.flatnonzero(entries)
    names, inner = np.unique(group[chosen], return_inverse=True)
    evidence = Evidence(inner, ratios[names])
    squares = unit
    for number in range(_REFINEMENTS):
        linear, now = linearise(problem, theta, chosen), np.asarray(theta)[chosen]
        if regularise and number == 0 and problem.count <= chosen.size:  # from below it would only interpolate
            evidence = Evidence(inner, np.full_like(evidence.ratio, linear.scale))
        if regularise:
            evidence = _linear_evidence(evidence, linear, now, problem.count)
        delta = posterior(linear, evidence.ridge).solve(evidence.ridge * now)
        trial = theta.at[chosen].add(delta)
        left = float(sum_of_squares(problem, trial))
        if not left < squares:
            break
        theta, last, squares = trial, squares, left
        if squares > 0.5 * last:
            break
    every = ratios.copy()
    every[names] = evidence.ratio
    return LinearFit(theta, every, squares)


def fit_linear(loss: LeastSquares, model: PyTree, data: PyTree, *, key: Key[Array, ""]) -> tuple[PyTree, bool]:
    """The model with its linear parameters solved for, and whether that leaves nothing but rounding errors."""
    parameters = split_parameters(model)[0]
    entries = linear_entries(model, parameters)
    if not entries.any():
        return model, False
    theta, group = ravel_pytree(parameters)[0], prior_groups(model, parameters)
    each, samples, count = residuals_per_sample(loss, model, data), sample_count(data), int(entries.sum())
    few = min(samples, max(2 * count, int(_BUDGET / (2.0 * each * count**2))))
    part = data if few == samples else take(data, jr.permutation(jr.fold_in(key, 1), samples)[:few])
    problem = make_problem(loss, model, part, parameters=count, key=key)
    unit = float(sum_of_squares(problem, theta))
    found = solve_linear(problem, theta, group, entries, first_ratios(unit, group), unit=unit)
    exact = found.squares <= FLOOR * unit and problem.count > count
    if exact and part is not data:  # for the part; are the others as well?
        whole = make_problem(loss, model, data, parameters=count, key=key)
        exact = bool(sum_of_squares(whole, found.theta) <= FLOOR * sum_of_squares(whole, theta))
    return problem.model(found.theta), exact


def first_ratios(unit: float, group: Int[np.ndarray, " p"]) -> Float[np.ndarray, " groups"]:
    """A first guess of α/β: little regularisation, in the units of the data."""
    return np.full(group.max(initial=-1) + 1, 1e-6 * unit / max(group.size, 1))


def _linear_evidence(evidence: Evidence, linear: Linearised, theta: Float[np.ndarray, " p"], count: int) -> Evidence:
    """MacKay's iteration with the residuals that the linear model predicts."""
    for _ in range(_REFINEMENTS):
        found = posterior(linear, evidence.ridge)
        delta = found.solve(evidence.ridge * theta)
        expected = max(linear.squares + linear.change(delta), 1e-16 * linear.squares)
        evidence, _ = updated(evidence, linear, found, theta + delta, expected, count)
    return evidence
