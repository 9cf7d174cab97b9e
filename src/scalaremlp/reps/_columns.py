"""Orthonormal columns of one word: a matrix, or the orbits of a permutation group."""

import dataclasses
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Float, Inexact, Int

from scalaremlp._jax import Array, jnp


@dataclasses.dataclass(frozen=True, eq=False)
class Dense:
    """Columns as a matrix."""

    matrix: Inexact[np.ndarray, "size rank"]

    @property
    def rank(self) -> int:
        """The number of columns."""
        return self.matrix.shape[1]

    @property
    def nbytes(self) -> int:
        """The memory that they take."""
        return self.matrix.nbytes

    def expand(self, x: Any, axis: int, conj: bool) -> Any:
        """The product with the matrix (or its conjugate) along an axis."""
        return _along(self.matrix.conj() if conj else self.matrix, x, axis)

    def contract(self, x: Any, axis: int, conj: bool) -> Any:
        """The product with the transpose (or the conjugate transpose) along an axis."""
        return _along((self.matrix.conj() if conj else self.matrix).T, x, axis)


@dataclasses.dataclass(frozen=True, eq=False)
class Orbits:
    """Columns of disjoint support and rank one in each row: row i is `weights[i]` in column `labels[i]`."""

    labels: Int[np.ndarray, " size"]
    weights: Float[np.ndarray, " size"]
    rank: int

    @property
    def nbytes(self) -> int:
        """The memory that they take."""
        return self.labels.nbytes + self.weights.nbytes

    def expand(self, x: Any, axis: int, conj: bool) -> Any:
        """As of `Dense`."""
        taken = x[(*[slice(None)] * axis, self.labels)]
        return taken * self._weights(taken, axis)

    def contract(self, x: Any, axis: int, conj: bool) -> Any:
        """As of `Dense`."""
        weighted = x * self._weights(x, axis)
        shape = (*x.shape[:axis], self.rank, *x.shape[axis + 1 :])
        at = (slice(None),) * axis
        if isinstance(x, Array):
            return jnp.zeros(shape, x.dtype).at[(*at, self.labels)].add(weighted)
        starts, order = self._sorted
        sums = np.zeros(shape, x.dtype)
        if self.rank:
            weighted = weighted[(*at, order)]
            sums[...] = np.add.reduceat(weighted, starts, axis=axis)
        return sums

    @cached_property
    def _sorted(self) -> tuple[np.ndarray, np.ndarray]:
        order = np.argsort(self.labels, kind="stable")
        return np.searchsorted(self.labels[order], np.arange(self.rank)), order

    def _weights(self, like: Any, axis: int) -> np.ndarray:
        real = np.empty(0, like.dtype).real.dtype
        return self.weights.astype(real, copy=False).reshape(-1, *[1] * (like.ndim - axis - 1))

    def dense(self) -> Dense:
        """The same columns as a matrix."""
        matrix = np.zeros((len(self.labels), self.rank))
        if self.rank:
            matrix[np.arange(len(self.labels)), self.labels] = self.weights
        return Dense(matrix)


Columns = Dense | Orbits


def _along(matrix: np.ndarray, x: Any, axis: int) -> Any:
    """The product of a matrix with an array along an axis, in the precision of the array."""
    xp = jnp if isinstance(x, Array) else np
    if np.iscomplexobj(matrix):
        matrix = matrix.astype(np.result_type(x.dtype, np.complex64), copy=False)
    else:
        matrix = matrix.astype(np.empty(0, x.dtype).real.dtype, copy=False)
    shape = (*x.shape[:axis], len(matrix), *x.shape[axis + 1 :])
    if 0 in x.shape or 0 in shape:
        return xp.zeros(shape, np.result_type(x.dtype, matrix.dtype))
    before, after = int(np.prod(x.shape[:axis])), int(np.prod(x.shape[axis + 1 :]))
    if after == 1:
        return xp.matmul(x.reshape(before, -1), matrix.T).reshape(shape)
    return xp.matmul(matrix, x.reshape(before, -1, after)).reshape(shape)
