"""Packed coordinates of tensors with an index symmetry: an orthonormal basis of theirs, and how matrices act on it."""

import dataclasses
from collections.abc import Sequence
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from scalaremlp._jax import Array, jnp

from . import _orbits
from ._budget import BYTES, require
from ._columns import Dense, Orbits
from ._elements import namespace
from ._index_permutations import SignedPermutation, totally

_NOTHING = 1e-8  # of a unit vector that depends on those before it; others have rational squares
_ROUNDING = 1e-14


@dataclasses.dataclass(frozen=True, eq=False)
class Packing:
    """An orthonormal basis of the tensors of one symmetry: one component for each orbit of components of T(rank).

    A component is √n times the entry at `first`, its first index in the orbit, where n entries are equal up to signs.
    Components come by how many different indices they have; those of a single index in ascending order, others in
    descending order. `inner` combines components to those of traceless tensors.
    """

    rank: int
    dim: int
    orbits: Orbits
    first: Int[np.ndarray, "components rank"]
    counts: Int[np.ndarray, " components"]
    inner: Float[np.ndarray, "components size"] | None = None

    @property
    def size(self) -> int:
        """The number of packed coordinates."""
        return self.orbits.rank if self.inner is None else self.inner.shape[1]

    @property
    def shape(self) -> tuple[int, ...]:
        """That of a full array."""
        return (self.dim,) * self.rank

    def unpack(self, x: Any, axis: int) -> Any:
        """Full entries, flat, for the packed coordinates along an axis."""
        x = _inexact(x)
        x = x if self.inner is None else Dense(self.inner).expand(x, axis, False)
        if not self.orbits.rank:
            return namespace(x).zeros((*x.shape[:axis], self.dim**self.rank, *x.shape[axis + 1 :]), x.dtype)
        return self.orbits.expand(x, axis, False)

    def pack(self, x: Any, axis: int) -> Any:
        """Packed coordinates of flat full entries along an axis, projected: the transpose of `unpack`."""
        x = self.orbits.contract(_inexact(x), axis, False)
        return x if self.inner is None else Dense(self.inner).contract(x, axis, False)

    @cached_property
    def matrix(self) -> Float[np.ndarray, "entries size"]:
        """`unpack` as a matrix; read-only."""
        require(8 * self.dim**self.rank * self.size, BYTES, "A packing matrix", "Use `split`, which needs none")
        found = np.array(self.unpack(np.eye(self.size), 0))
        found.flags.writeable = False
        return found

    def rho(self, g: Any) -> Any:
        """What g ⊗ … ⊗ g does in packed coordinates."""
        return self._within([g] * self.rank)

    def drho(self, a: Any) -> Any:
        """The derivative of `rho` at the identity along a."""
        unit = np.eye(self.dim, dtype=_inexact(a).dtype)
        return sum(self._within([a if k == at else unit for k in range(self.rank)]) for at in range(self.rank))

    def _within(self, matrices: Sequence[Any]) -> Any:
        """Pᵀ (A ⊗ B ⊗ …) P, of sums that are exact for matrices of whole numbers."""
        rows = matrices[0][self.first[:, 0]]
        for k, matrix in enumerate(matrices[1:], 1):
            rows = (rows[:, :, None] * matrix[self.first[:, k]][:, None, :]).reshape(len(rows), self.dim ** (k + 1))
        signs = np.sign(self.orbits.weights)
        found = dataclasses.replace(self.orbits, weights=signs).contract(_inexact(rows), 1, False)
        found = found * np.sqrt(self.counts[:, None] / self.counts).astype(np.empty(0, found.dtype).real.dtype)
        if self.inner is None:
            return found
        inner = Dense(self.inner)
        return inner.contract(inner.contract(found, 0, False), 1, False)


@lru_cache(maxsize=256)
def packing(rank: int, generators: tuple[SignedPermutation, ...], dim: int) -> Packing:
    """The packed coordinates of tensors of `rank` indices in `dim` dimensions with these symmetries.

    Raises:
        ValueError: if their tables do not fit into memory.
    """
    entries = dim**rank
    require(200 * entries, BYTES, f"A tensor of {entries} components with an index symmetry", "Use a lower rank")
    order = np.arange(entries).reshape((dim,) * rank)
    permutations = [[(order.transpose(axes).ravel(), np.full(entries, float(sign)))] for axes, sign in generators]
    orbits = _orbits.columns((entries,), permutations, BYTES)
    return _ordered(rank, dim, orbits)


@lru_cache(maxsize=256)
def traceless(rank: int, dim: int, metric: bytes) -> Packing:
    """Those of symmetric tensors without traces, for a metric g_ij, given by the bytes of its floats."""
    form = np.frombuffer(metric).reshape(dim, dim)
    whole, less = (packing(r, totally(r, 1), dim) for r in (rank, rank - 2))
    full = whole.matrix.reshape(dim, dim, dim ** (rank - 2), whole.size)
    traces = less.pack(np.einsum("ij,ijkn->kn", form, full), 0)
    return dataclasses.replace(whole, inner=_null_space(traces))


def _ordered(rank: int, dim: int, orbits: Orbits) -> Packing:
    kept = np.flatnonzero(orbits.weights)
    _, at = np.unique(orbits.labels[kept], return_index=True)
    first = np.stack(np.unravel_index(kept[at], (dim,) * rank), axis=1) if rank else np.zeros((len(at), 0), int)
    keys = [_place(tuple(map(int, index))) for index in first]
    order = sorted(range(len(keys)), key=keys.__getitem__)
    rank_of = np.zeros(max(len(order), 1), int)
    rank_of[order] = np.arange(len(order))
    labels = rank_of[orbits.labels] if len(order) else orbits.labels
    counts = np.bincount(labels[kept], minlength=len(order))
    return Packing(rank, dim, Orbits(labels, orbits.weights, len(order)), first[order], counts)


def _place(index: tuple[int, ...]) -> tuple[int, ...]:
    """By what components are sorted: xx, yy, zz, then yz, xz, xy."""
    several = len(set(index))
    return (several, *(index if several == 1 else (-i for i in index)))


def _null_space(rows: Float[np.ndarray, "k n"]) -> Float[np.ndarray, "n size"]:
    """Orthonormal columns of the null space of rows: its parts of unit vectors, each less those before it."""
    size = rows.shape[1]
    parts = np.eye(size) - np.linalg.pinv(rows) @ rows
    found = np.zeros((size, 0))
    for column in parts.T:
        for _ in range(2):
            column = column - found @ (found.T @ column)
        length = np.linalg.norm(column)
        if length > _NOTHING:
            column = np.where(abs(column) < _ROUNDING * length, 0.0, column / length)
            found = np.column_stack([found, column])
    found.flags.writeable = False
    return found


def _inexact(x: Any) -> Any:
    """x as floating point numbers."""
    xp = jnp if isinstance(x, Array) else np
    return x if xp.issubdtype(x.dtype, xp.inexact) else x.astype(float)
