"""The linear part of a fit: a solve for the parameters in which a model is linear while the others stand still."""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import jax
import jax.random as jr
import numpy as np
from jaxtyping import Array, Bool, Float, Int, Key, PyTree

from ..._copies import apart, by_norms
from ..._draws import permuted
from .._batches import sample_count, take
from .._loss import LeastSquares
from .._parameters import split_parameters
from .by_term import ByTerm, PerTerm, Weights, total, weighed
from .evidence import Evidence, posterior, reweighed
from .flat import flattened, linear_entries, prior_groups
from .linearise import linearise, moved, squares_of
from .linearised import Linearised
from .problem import FLOOR, Problem, make_problem, residuals_per_sample

NAME = "linear solve"  # what a history calls a fit that ended with it
_REFINEMENTS = 10
_LEFT_OUT, _FORETOLD = 10, 1e-6  # one sample of so many, and what of these a solve for the others may leave
_BUDGET = 3e11  # floating point operations of one solve, above which it uses a random part of the samples


class LinearFit(NamedTuple):
    """All parameters with the linear ones solved for, the precisions α/β of all groups, and Σr² that is left.

    Σr² is of each term, if the residuals are of several, and so is what `ended` compares it with. `law` says that it is
    made of rounding errors, and not because the solve interpolates.
    """

    theta: Float[Array, " all"]
    ratios: Float[np.ndarray, " groups"]
    squares: PerTerm
    law: bool = False


def solve_linear(
    problem: Problem,
    theta: Float[Array, " all"],
    group: Int[np.ndarray, " all"],
    entries: Bool[np.ndarray, " all"],
    ratios: Float[np.ndarray, " groups"],
    *,
    unit: PerTerm,
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
    solve = partial(_solved, theta=theta, group=group, entries=entries, ratios=ratios, regularise=regularise)
    found, determined = solve(problem, unit=unit), problem.count > entries.sum()
    if not np.all(found.squares <= FLOOR * unit):
        return found
    once = partial(solve, ratios=found.ratios, regularise=False, passes=1)
    if not regularise or (determined and _foretells(problem, theta, once)):
        return found._replace(law=True)
    return solve(problem, unit=unit, from_below=True) if determined else found


def _foretells(problem: Problem, theta: Float[Array, " all"], solve: Callable[..., LinearFit]) -> bool:
    """Whether a solve for nine tenths of the samples leaves nothing of the others, no copies of these: it is a law.

    More residuals than parameters do not say so: they may depend on each other, as where the tensors do not span the
    space of the outputs, or samples are rotated copies.
    """
    arrays = [array.reshape(len(array), -1) for array in jax.tree.leaves(problem.whole)]
    order = np.random.default_rng(0).permutation(problem.samples)
    few = apart(by_norms(*arrays), order, -(-len(order) // _LEFT_OUT))
    if len(few) == len(order):  # a single sample
        return False
    out = np.zeros(len(order))
    out[few] = 1.0
    rest, others = problem.with_weights(1 - out), problem.with_weights(out)
    found = solve(rest, unit=squares_of(rest, theta))
    return bool(np.all(squares_of(others, found.theta) <= _FORETOLD * squares_of(others, theta)))


def _solved(
    problem: Problem,
    *,
    theta: Float[Array, " all"],
    group: Int[np.ndarray, " all"],
    entries: Bool[np.ndarray, " all"],
    ratios: Float[np.ndarray, " groups"],
    unit: PerTerm,
    regularise: bool,
    from_below: bool = False,
    passes: int = _REFINEMENTS,
) -> LinearFit:
    """See `solve_linear`; `from_below` starts from much noise, where the solve would only interpolate."""
    chosen = np.flatnonzero(entries)
    names, inner = np.unique(group[chosen], return_inverse=True)
    evidence = Evidence(inner, ratios[names])
    squares, weights = unit, None if isinstance(unit, float) else np.ones(len(unit))
    for number in range(passes):
        parts, now = linearise(problem, theta, chosen), np.asarray(theta)[chosen]
        if regularise and number == 0 and (from_below or problem.count <= chosen.size):
            evidence = Evidence(inner, np.full_like(evidence.ratio, weighed(parts, weights).scale))
        if regularise:
            evidence, weights = _linear_evidence(evidence, parts, weights, now, problem, unit)
        delta = posterior(weighed(parts, weights), evidence.ridge).solve(evidence.ridge * now)
        trial = moved(theta, chosen, delta)
        left = squares_of(problem, trial)
        if not total(weights, left) < total(weights, squares):
            break
        theta, last, squares = trial, squares, left
        if np.all(squares > 0.5 * np.asarray(last)):
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
    theta, group = flattened(parameters), prior_groups(model, parameters)
    each, samples, count = residuals_per_sample(loss, model, data), sample_count(data), int(entries.sum())
    few = min(samples, max(2 * count, int(_BUDGET / (2.0 * each * count**2))))
    part = data if few == samples else take(data, permuted(jr.fold_in(key, 1), samples)[:few])
    problem = make_problem(loss, model, part, parameters=count, key=key)
    unit = squares_of(problem, theta)
    found = solve_linear(problem, theta, group, entries, first_ratios(float(np.sum(unit)), group), unit=unit)
    exact = found.law
    if exact and part is not data:  # for the part; are the others as well?
        whole = make_problem(loss, model, data, parameters=count, key=key)
        exact = bool(np.all(squares_of(whole, found.theta) <= FLOOR * squares_of(whole, theta)))
    return problem.model(found.theta), exact


def first_ratios(unit: float, group: Int[np.ndarray, " p"]) -> Float[np.ndarray, " groups"]:
    """A first guess of α/β: little regularisation, in the units of the data."""
    return np.full(group.max(initial=-1) + 1, 1e-6 * unit / max(group.size, 1))


def _linear_evidence(
    evidence: Evidence,
    parts: Linearised | ByTerm,
    weights: Weights,
    theta: Float[np.ndarray, " p"],
    problem: Problem,
    unit: PerTerm,
) -> tuple[Evidence, Weights]:
    """MacKay's iteration with the residuals that the linear model predicts, and the weights of the terms."""
    for _ in range(_REFINEMENTS):
        linear = weighed(parts, weights)
        found = posterior(linear, evidence.ridge)
        delta = found.solve(evidence.ridge * theta)
        expected = np.maximum(parts.squares + parts.change(delta), 1e-16 * parts.squares)
        there, count = theta + delta, problem.counts
        evidence, weights, _ = reweighed(evidence, parts, weights, there, expected, unit, count, found)
    return evidence, weights
