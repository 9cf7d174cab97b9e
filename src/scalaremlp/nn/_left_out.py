"""Linear least squares of many samples in pieces, and the errors of samples that are left out."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

_RANK = 1e-14  # of the largest singular value: what is below is rounding
_ALONE = 1e-10  # of 1 − H: below, no other sample says anything
_ROUNDING = 1e-29  # of squares of the outputs: less is no gain
_PIECE, _TALL = 2**21, 4  # numbers of a piece of the design, which has at least four times as many rows as columns

Design = Callable[[slice], Float[np.ndarray, "piece size products"]]


class Solved(NamedTuple):
    """Weights, the errors of samples left out, and how many combinations of columns the samples determine."""

    weights: Float[np.ndarray, "products copies"]
    left_out: Float[np.ndarray, "n size copies"]
    determined: int


def solve(design: Design, count: int, outputs: Float[np.ndarray, "n size copies"]) -> Solved:
    """Least squares by a triangle that is brought up to date piece by piece, and its singular values.

    The design is never held as a whole, nor is an orthogonal matrix of its size: Q = design · turn is made of the
    triangle, and used piece by piece.

    Args:
        design: the columns at some samples.
        count: how many columns there are.
        outputs: what they are to add up to.
    """
    n, size, _ = outputs.shape
    pieces = list(_pieces(n, size, count))
    both = _triangle(design, outputs, pieces)[:count]
    triangle, projected = both[:, :count], both[:, count:]
    norms = np.linalg.norm(triangle, axis=0)
    norms = np.where(norms > 0, norms, 1.0)
    u, s, vt = np.linalg.svd(triangle / norms, full_matrices=False)
    kept = s > _RANK * max(s.max(initial=0.0), 1e-300) * max(n * size, count)
    turn = vt[kept].T / s[kept] / norms[:, None]
    weights = turn @ (u[:, kept].T @ projected)
    rest = np.zeros((turn.shape[1], weights.shape[1]))  # what rounding has left of the columns in the residuals
    for rows in pieces:
        columns = _flat(design(rows))
        rest += turn.T @ (columns.T @ (_flat(outputs[rows]) - columns @ weights))
    found = [_left_out_of(design(rows), turn, weights, rest, outputs[rows]) for rows in pieces]
    return Solved(weights + turn @ rest, np.concatenate(found), int(kept.sum()))


def left_out(
    hat: Float[np.ndarray, "n size size"], residuals: Float[np.ndarray, "n size copies"], outputs: np.ndarray
) -> Float[np.ndarray, "n size copies"]:
    """The errors of samples left out, (1 − H_ii)⁻¹ r_i; what a sample alone determines is then predicted as zero."""
    left, directions = np.linalg.eigh(np.eye(hat.shape[1]) - hat)
    known = left[:, :, None] > _ALONE
    turned, truth = (directions.transpose(0, 2, 1) @ each for each in (residuals, outputs))
    return directions @ np.where(known, turned / np.where(known, left[:, :, None], 1.0), truth)


def typical(left_out: Float[np.ndarray, "n size copies"], outputs: np.ndarray) -> float:
    """Mean of log(1 + |error|²/variance), which no single sample decides."""
    spread, size = (np.mean(np.sum(v**2, axis=(1, 2))) for v in (outputs - outputs.mean(axis=0), outputs))
    unit = next((each for each in (spread, size) if each > _ROUNDING * size), 1.0)
    return max(float(np.mean(np.log1p(np.sum(left_out**2, axis=(1, 2)) / unit))), _ROUNDING)


def _pieces(n: int, size: int, count: int) -> Iterator[slice]:
    """Slices of the samples, so many at a time that the rows of a piece are some times the columns."""
    each = max(_PIECE // max(count * size, 1), -(-_TALL * count // size), 1)
    return (slice(start, min(start + each, n)) for start in range(0, n, each))


def _triangle(design: Design, outputs: np.ndarray, pieces: list[slice]) -> Float[np.ndarray, "rows columns"]:
    """R of the columns and the outputs beside them."""
    found: np.ndarray = np.zeros((0, 0))
    for rows in pieces:
        both = np.concatenate([_flat(design(rows)), _flat(outputs[rows])], axis=1)
        found = np.asarray(np.linalg.qr(np.concatenate([found, both]) if found.size else both, mode="r"))
    return found


def _left_out_of(
    columns: np.ndarray, turn: np.ndarray, weights: np.ndarray, rest: np.ndarray, outputs: np.ndarray
) -> np.ndarray:
    q = columns @ turn
    residuals = outputs - columns @ weights - q @ rest  # of a sample that decides much they are tiny
    return left_out(q @ q.transpose(0, 2, 1), residuals, outputs)


def _flat(values: Float[np.ndarray, "n size columns"]) -> Float[np.ndarray, "rows columns"]:
    return values.reshape(-1, values.shape[2])
