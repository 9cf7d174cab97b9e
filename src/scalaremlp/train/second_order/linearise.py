"""A problem linearised at a point, and how its residuals bend there, summed over the chunks of its samples."""

from typing import Any

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Array, Float, Int
from scipy.linalg import blas

from ..._arrays import on_device
from .by_term import ByTerm, NormalByTerm, PerTerm, RowsByTerm, Weights
from .linearised import Linearised
from .normal import Normal
from .problem import Problem
from .programs import NO_FORWARD_MODE, bend_in, rows_of, squares_in
from .rows import Rows

_MIRRORED = 512  # columns of a triangle that are mirrored at once


def squares_of(problem: Problem, theta: Float[Array, " p"]) -> PerTerm:
    """Σr² at θ, over all samples: of each noise, if there are several."""
    each = sum(np.asarray(squares_in(problem.residuals, theta, chunk)) for chunk in problem.chunks)
    return float(np.sum(each)) if problem.noises is None else np.bincount(problem.noises, np.asarray(each))


def linearise(problem: Problem, theta: Float[Array, " all"], chosen: Int[np.ndarray, " p"]) -> Linearised | ByTerm:
    """The problem linearised at θ, over all samples, in the chosen entries of θ.

    JᵀJ where there are at least as many residuals as parameters, otherwise J itself.
    """
    every = np.arange(theta.size)
    # A reverse pass yields all derivatives at once: compiled for all, it serves for any choice of them.
    shared = theta.size == problem.parameters >= problem.each
    wanted = on_device(every if shared else chosen)
    columns = np.append(chosen, theta.size) if shared and chosen.size < theta.size else slice(None)

    def rows(number: int) -> Float[np.ndarray, "r columns"]:
        found = rows_of(problem.residuals, theta, wanted, problem.chunks[number], wanted.size < problem.each)
        return np.asarray(found)[:, columns]

    if problem.count < chosen.size:
        return _kept(problem, np.concatenate([rows(number) for number in range(len(problem.chunks))]))
    terms = [slice(None)] if problem.noises is None else _members(problem.noises)
    totals = [np.zeros((chosen.size + 1,) * 2, order="F") for _ in terms]
    for number in range(len(problem.chunks)):
        part = rows(number)
        for position, term in enumerate(terms):
            own = part if problem.noises is None else part.reshape(-1, problem.each, chosen.size + 1)[:, term]
            own = np.ascontiguousarray(own.reshape(-1, chosen.size + 1))
            totals[position] = blas.dsyrk(1.0, own.T, 1.0, totals[position], lower=1, overwrite_c=1)
        del part, own  # before the next one is there
    parts = [_normal(total) for total in totals]
    return parts[0] if problem.noises is None else NormalByTerm(tuple(parts))


def bends(problem: Problem, parameters: int) -> bool:
    """Whether the residuals can be differentiated twice along a direction in so many parameters."""
    point = jax.ShapeDtypeStruct((parameters,), float)
    try:
        eqx.filter_eval_shape(bend_in, problem.residuals, point, point, np.ones(problem.each), problem.chunks[0])
    except NO_FORWARD_MODE:
        return False
    return True


def bend_of(
    problem: Problem,
    theta: Float[Array, " all"],
    chosen: Int[np.ndarray, " p"],
    delta: Float[np.ndarray, " p"],
    weights: Weights,
    linear: Linearised,
) -> Float[np.ndarray, "..."]:
    """The second derivative r″ of the residuals along δ, of shape (r,) beside J, and Jᵀr″, shape (p,), beside JᵀJ.

    With the weights of the terms it is that of the weighed residuals.
    """
    direction = moved(np.zeros(theta.size), chosen, delta)
    each = np.ones(problem.each) if weights is None or problem.noises is None else weights[np.array(problem.noises)]
    weighed = on_device(each)
    found = [bend_in(problem.residuals, theta, direction, weighed, chunk) for chunk in problem.chunks]
    if isinstance(linear, Rows):
        bend = np.concatenate([np.asarray(part).ravel() for part, _ in found])
        return bend[: problem.count] * np.resize(np.sqrt(each), problem.count)
    return np.sum([np.asarray(pulled) for _, pulled in found], axis=0)[chosen]


def moved(
    theta: Float[Array | np.ndarray, " all"], chosen: Int[np.ndarray, " p"], delta: Float[np.ndarray, " p"]
) -> Float[Array, " all"]:
    """θ with δ added to the chosen entries."""
    there = np.array(theta)
    there[chosen] += delta
    return on_device(there)


def _kept(problem: Problem, rows: Float[np.ndarray, "r columns"]) -> Rows | RowsByTerm:
    """J and r themselves; rows that fill up the last chunk have weight zero."""
    rows = rows[: problem.count]
    found = Rows(np.ascontiguousarray(rows[:, :-1]), rows[:, -1].copy())
    return found if problem.noises is None else RowsByTerm(found, np.resize(problem.noises, problem.count))


def _normal(total: Float[np.ndarray, "n n"]) -> Normal:
    """The equations of which a product of (J, r) with itself has the lower triangle; without a copy of it."""
    for start in range(0, len(total), _MIRRORED):
        stop = min(start + _MIRRORED, len(total))
        total[:start, start:stop] = total[start:stop, :start].T
        block = total[start:stop, start:stop]
        block[:] = np.tril(block) + np.tril(block, -1).T
    return Normal(total[:-1, :-1], total[:-1, -1].copy(), float(total[-1, -1]))


def _members(noises: tuple[int, ...]) -> list[Any]:
    """Which residuals of a sample are of each noise."""
    return [np.flatnonzero(np.array(noises) == number) for number in range(max(noises) + 1)]
