"""Columns from well-scaled coordinates to those of the user, with more digits than float64 has."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import scipy.linalg
from jaxtyping import Inexact

from ._constraints import along as floats_along
from ._fixed_point import Fixed, along
from ._null_space import canonical, picked

_STEPS = 10
_LARGEST = 3 * 10**7  # entries of the conditions as a matrix, and operations on columns, up to which digits are added


class Exact(Protocol):
    """A condition that can be computed in floats and in fixed point, with rows of the same meaning and weight."""

    weight: Any

    def rows(self, columns: np.ndarray) -> np.ndarray:
        """What has to be zero, in floats."""

    def exactly(self, columns: Fixed) -> Fixed:
        """The same in fixed point."""


def refined(
    found: Inexact[np.ndarray, "size rank"], to: Sequence[Fixed], conditions: Sequence[Exact], complex_: bool
) -> Inexact[np.ndarray, "size rank"]:
    """Canonical columns that span the tensor product of `to` times those found, which obey the conditions.

    Coordinates of different scales magnify the last digits of the columns. So these are brought into echelon form and
    their other entries improved by Newton's method: the residual is computed in fixed point, the step by least squares.
    """
    size, rank = found.shape
    if not rank:
        return found
    pivots = scipy.linalg.qr(found.T, pivoting=True, mode="r")[1][:rank]
    echelon = found @ np.linalg.inv(found[pivots])
    height = len(conditions) * size
    if max(height * size, size * rank**2) > _LARGEST:
        moved = floats_along([_plain(matrix.numpy(), complex_) for matrix in to], echelon)
        return canonical(np.linalg.qr(moved / np.linalg.norm(moved, axis=0))[0])
    bits = max(matrix.bits for matrix in to)
    exact = _improved(echelon, pivots, conditions, bits, complex_)
    return _canonical(along([matrix.at(bits) for matrix in to], exact), complex_)


def _improved(echelon: np.ndarray, pivots: np.ndarray, conditions: Sequence[Exact], bits: int, complex_: bool) -> Fixed:
    size, rank = echelon.shape
    free = np.setdiff1d(np.arange(size), pivots)
    exact = Fixed.of(np.zeros((size, rank)), bits)
    _assign(exact, pivots, Fixed.of(np.eye(rank), bits))
    _assign(exact, free, Fixed.of(_plain(echelon[free], complex_), bits))
    unit = np.eye(size)
    if not len(conditions):
        return exact
    q, r = np.linalg.qr(np.concatenate([condition.weight * condition.rows(unit) for condition in conditions])[:, free])
    before = np.inf
    for _ in range(_STEPS):
        residual = np.concatenate([condition.weight * condition.exactly(exact).numpy() for condition in conditions])
        step = _plain(scipy.linalg.solve_triangular(r, q.conj().T @ residual), complex_)
        largest = float(abs(step).max(initial=0))
        if not largest < before / 2:
            break
        _assign(exact, free, exact[free] - Fixed.of(step, bits))
        before = largest
        if largest < 1e-60:
            break
    return exact


def _assign(array: Fixed, rows: np.ndarray, values: Fixed) -> None:
    array.real[rows], array.imag[rows] = values.real, values.imag


def _canonical(columns: Fixed, complex_: bool) -> np.ndarray:
    """The columns of `canonical`, which are the projections of unit vectors, with many digits."""
    picks, _ = picked(_orthonormal(columns, complex_))
    rows = np.array(picks)
    echelon = columns @ columns[rows].inverse()
    return _orthonormal(echelon @ (echelon.conj().T @ echelon).inverse(), complex_)


def _orthonormal(columns: Fixed, complex_: bool) -> np.ndarray:
    """Gram-Schmidt with many digits; the columns are given their lengths in the end."""
    done: list[Fixed] = []
    for index in range(columns.shape[1]):
        column = _sized(columns[:, index : index + 1])
        for other in done:
            part = (other.conj().T @ column) / (other.conj().T @ other)
            column = column - other * part
        done.append(_sized(column))
    floats = np.concatenate([_plain(column.numpy(), complex_) for column in done], axis=1)
    return floats / np.linalg.norm(floats, axis=0)


def _sized(column: Fixed) -> Fixed:
    """A column times a power of 2, so that its largest entry is about 1."""
    most = max(abs(value).bit_length() for part in (column.real, column.imag) for value in part.ravel())
    return column.shifted(column.bits - most)


def _plain(array: np.ndarray, complex_: bool) -> np.ndarray:
    return array if complex_ else array.real
