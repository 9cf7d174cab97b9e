"""What a factor of a contraction is: a tensor with some indices, symmetries among them, and perhaps no trace."""

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from jaxtyping import Float

from .echelon import PRIME, matmul, null_space
from .family import Family

Permutation = tuple[int, ...]
Symmetry = tuple[Permutation, int]
"""A permutation σ of the indices and a sign: t[i_σ(0), i_σ(1), …] = sign · t[i_0, i_1, …]."""


@dataclass(frozen=True)
class Tensor:
    """The kind of one tensor.

    Attributes:
        legs: for each index "V" (a vector's) or "V*" (a covector's).
        symmetries: generators of its symmetry under permutations of the indices, each with a sign.
        traceless: whether every contraction of two of its indices with the form is zero.
    """

    legs: tuple[str, ...]
    symmetries: tuple[Symmetry, ...] = ()
    traceless: bool = False

    @property
    def rank(self) -> int:
        """The number of indices."""
        return len(self.legs)

    @cached_property
    def group(self) -> tuple[Symmetry, ...]:
        """All symmetries that the given ones generate, the identity first."""
        return closure(self.symmetries, self.rank)

    def with_indices(self, family: Family) -> "Tensor":
        """The same tensor with all its indices raised, where there is a form."""
        if family.form is None:
            return self
        return Tensor(("V",) * self.rank, self.symmetries, self.traceless)

    def dual(self) -> "Tensor":
        """The tensor that it is contracted with to make a number."""
        legs = tuple("V" if leg == "V*" else "V*" for leg in self.legs)
        return Tensor(legs, self.symmetries, self.traceless)


def vector() -> Tensor:
    """A tensor of one upper index."""
    return Tensor(("V",))


def symmetric(rank: int, sign: int = 1, traceless: bool = False) -> Tensor:
    """Totally symmetric tensors, or with sign = −1 antisymmetric ones."""
    swaps = tuple((_swap(rank, i), sign) for i in range(rank - 1))
    return Tensor(("V",) * rank, swaps, traceless and rank > 1)


def _swap(rank: int, i: int) -> Permutation:
    order = list(range(rank))
    order[i], order[i + 1] = order[i + 1], order[i]
    return tuple(order)


@cache
def closure(symmetries: tuple[Symmetry, ...], rank: int) -> tuple[Symmetry, ...]:
    """The group that permutations with signs generate.

    Raises:
        ValueError: if a permutation comes with both signs, so that only the tensor zero has the symmetry.
    """
    identity = tuple(range(rank))
    signs = {identity: 1}
    front = [identity]
    while front:
        order = front.pop()
        for permutation, sign in symmetries:
            product = tuple(order[i] for i in permutation)
            if product not in signs:
                signs[product] = signs[order] * sign
                front.append(product)
            elif signs[product] != signs[order] * sign:
                raise ValueError(
                    "Index symmetries must leave a tensor other than zero. Got signs that contradict each other: "
                    "leave one of the symmetries out."
                )
    return tuple(signs.items())


@cache
def subspace(tensor: Tensor, family: Family) -> Float[np.ndarray, "size components"]:
    """A basis, modulo the prime, of all tensors of a kind: (size, dim^rank), read-only."""
    basis = _orbit_sums(tensor, family.dim)
    if tensor.traceless:
        assert family.form is not None
        basis = _traceless(basis, family.form, family.dim)
    basis.flags.writeable = False
    return basis


def _orbit_sums(tensor: Tensor, dim: int) -> np.ndarray:
    """One tensor for each orbit of components under the symmetries whose signs do not cancel."""
    shape = (dim,) * tensor.rank
    numbers = np.arange(dim**tensor.rank).reshape(shape)
    moved = np.stack([numbers.transpose(order).ravel() for order, _ in tensor.group])
    signs = np.array([sign for _, sign in tensor.group], dtype=float)
    found = []
    for first in np.flatnonzero(moved.min(axis=0) == np.arange(numbers.size)):
        row = np.zeros(numbers.size)
        np.add.at(row, moved[:, first], signs)
        if row[first]:
            found.append(np.sign(row) % PRIME)
    return np.array(found).reshape(-1, numbers.size)


def _traceless(basis: np.ndarray, form: np.ndarray, dim: int) -> np.ndarray:
    """The part of a symmetric subspace whose trace with the form is zero."""
    tensors = basis.reshape(len(basis), dim, dim, -1)
    traces = np.einsum("nabr,ab->nr", tensors, form % PRIME) % PRIME
    combinations = null_space(traces.T)
    return matmul(combinations, basis)
