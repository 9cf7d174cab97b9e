"""A problem linearised at a point, and how its residuals bend there, summed over the chunks of its samples."""

from collections.abc import Iterable

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Array, Float, Int
from scipy.linalg import blas

from ..._arrays import on_device
from .by_term import ByTerm, NormalByTerm, PerTerm, RowsByTerm, Weights
from .device import DeviceNormal
from .linearised import Linearised
from .normal import Normal
from .place import Place
from .problem import Chunk, Problem
from .programs import NO_FORWARD_MODE, bend_in, residuals_in, with_products
from .rows import Rows
from .rows_at import RowsAt

_MIRRORED = 512  # columns of a triangle that are mirrored at once


def squares_of(problem: Problem, theta: Float[Array, " p"]) -> PerTerm:
    """Σr² at θ, over all samples: of each noise, if there are several."""
    there = problem.place.copied(theta)
    every = (chunk.seen(residuals_in(problem.spread, there, chunk.samples)) for chunk in problem.chunks)
    each = problem.total(np.einsum("nk,nk->k", seen, seen) for seen in every)
    return float(np.sum(each)) if problem.noises is None else np.bincount(problem.noises, each)


def linearise(problem: Problem, theta: Float[Array, " all"], chosen: Int[np.ndarray, " p"]) -> Linearised | ByTerm:
    """The problem linearised at θ, over all samples, in the chosen entries of θ.

    JᵀJ where there are at least as many residuals as parameters, otherwise J itself.
    """
    rows = RowsAt.of(problem, theta, chosen)
    if problem.count < chosen.size:
        return _kept(problem, rows)
    found = _jax_normals(rows) if problem.by_jax else _blas_normals(rows)
    return found[0] if problem.noises is None else NormalByTerm(found)


def bends(problem: Problem, parameters: int) -> bool:
    """Whether the residuals can be differentiated twice along a direction in so many parameters."""
    point = jax.ShapeDtypeStruct((parameters,), float)
    try:
        eqx.filter_eval_shape(bend_in, problem.residuals, point, point, next(problem.chunks).samples)
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
    each = np.ones(problem.each) if weights is None or problem.noises is None else weights[np.array(problem.noises)]
    direction = moved(np.zeros(theta.size), chosen, delta)
    rows, direction = RowsAt.of(problem, theta, chosen), problem.place.copied(direction)

    def bend(chunk: Chunk) -> Float[np.ndarray, "size k"]:
        return chunk.seen(bend_in(problem.spread, rows.theta, direction, chunk.samples))

    if isinstance(linear, Rows):
        return problem.joined(bend(chunk).ravel() for chunk in problem.chunks) * np.resize(np.sqrt(each), problem.count)
    pulled = (rows.pulled(chunk, chunk.pulled(bend(chunk) * each)) for chunk in problem.chunks)
    return problem.total(pulled)[chosen]


def moved(
    theta: Float[Array | np.ndarray, " all"], chosen: Int[np.ndarray, " p"], delta: Float[np.ndarray, " p"]
) -> Float[Array, " all"]:
    """θ with δ added to the chosen entries."""
    there = np.array(theta)
    there[chosen] += delta
    return on_device(there)


def _kept(problem: Problem, rows: RowsAt) -> Rows | RowsByTerm:
    """J and r themselves; rows that fill up the last chunk have weight zero."""
    every = problem.joined(rows.of_chunk(chunk) for chunk in problem.chunks)
    found = Rows(every[:, :-1], every[:, -1].copy())
    return found if problem.noises is None else RowsByTerm(found, np.resize(problem.noises, problem.count))


def _blas_normals(rows: RowsAt) -> tuple[Normal, ...]:
    """The normal equations of each term, by BLAS."""
    blocks = (_products(rows, block.chunks) for block in rows.problem.blocks)
    totals = next(blocks)
    for others in blocks:
        for total, other in zip(totals, others, strict=True):
            total += other
        del others, other
    return tuple(_normal(_summed(rows.problem.place, total)) for total in totals)


def _products(rows: RowsAt, chunks: Iterable[Chunk]) -> list[Float[np.ndarray, "n n"]]:
    """The lower triangles of the product of (J, r) with itself, of each term, over some chunks."""
    totals = [np.zeros((rows.size, rows.size), order="F") for _ in rows.members]
    for chunk in chunks:
        part = rows.of_chunk(chunk)
        for position, term in enumerate(rows.members):
            own = part if len(totals) == 1 else part.reshape(-1, rows.problem.each, rows.size)[:, np.array(term)]
            own = np.ascontiguousarray(own.reshape(-1, rows.size))
            totals[position] = blas.dsyrk(1.0, own.T, 1.0, totals[position], lower=1, overwrite_c=1)
        del part, own  # before the next one is there
    return totals


def _jax_normals(rows: RowsAt) -> tuple[DeviceNormal, ...]:
    """The normal equations of each term, where the chunks are; nothing of J comes to the host."""
    problem, place, members = rows.problem, rows.problem.place, rows.members
    totals = place.copied(on_device(np.zeros((len(members), *[rows.differentiated + 1] * 2))))
    for chunk in problem.chunks:
        totals = with_products(totals, problem.spread, rows.theta, rows.wanted, chunk, rows.forward, members)
    if place.processes > 1:
        totals = place.summed(np.asarray(totals))
    found = []
    for total in place.on_first(totals):
        part = total[rows.columns][:, rows.columns]
        last = np.asarray(part[-1])
        found.append(DeviceNormal(part[:-1, :-1], last[:-1], float(last[-1])))
    return tuple(found)


def _summed(place: Place, total: Float[np.ndarray, "n n"]) -> Float[np.ndarray, "n n"]:
    """A lower triangle summed over the processes, which send no more than that."""
    if place.processes == 1:
        return total
    columns = [total[number:, number] for number in range(len(total))]
    ends = np.cumsum([len(column) for column in columns])[:-1]
    for column, found in zip(columns, np.split(place.summed(np.concatenate(columns)), ends), strict=True):
        column[:] = found
    return total


def _normal(total: Float[np.ndarray, "n n"]) -> Normal:
    """The equations of which a product of (J, r) with itself has the lower triangle; without a copy of it."""
    for start in range(0, len(total), _MIRRORED):
        stop = min(start + _MIRRORED, len(total))
        total[:start, start:stop] = total[start:stop, :start].T
        block = total[start:stop, start:stop]
        block[:] = np.tril(block) + np.tril(block, -1).T
    return Normal(total[:-1, :-1], total[:-1, -1].copy(), float(total[-1, -1]))
