"""Scalars of the differences of vectors: what is between two places, or between two momenta."""

from typing import NamedTuple

import equinox as eqx
import numpy as np
from jaxtyping import Array, Float, Inexact

from ._derived import safe_sqrt
from ._evaluate import picked
from ._invariants import Invariants


class Pair(NamedTuple):
    """Positions of ⟨x, y⟩, ⟨x, x⟩ and ⟨y, y⟩ among the invariants."""

    product: int
    left: int
    right: int


class Differences(eqx.Module):
    """⟨xᵢ−xⱼ, xᵢ−xⱼ⟩ for i < j, the squares of differences of vectors, or their roots |xᵢ−xⱼ|.

    Each is a combination of three products. Laws are often functions of one of them: a force between two places, a
    momentum transfer.

    Args:
        of: the invariants of n vectors.
        roots: the distances |xᵢ−xⱼ| instead, for a positive definite form; their gradient at zero is taken as zero.

    Returns:
        Called with one input, of shape (size_in,), the n(n − 1)/2 numbers; none for a group without squares.

    Example:
        >>> import jax.numpy as jnp
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> from scalaremlp.scalars import Differences, Invariants
        >>> distances = Differences(Invariants(2 * T(1), O(2)), roots=True)
        >>> distances.names, distances(jnp.array([3.0, 4.0, 0.0, 0.0])).tolist()
        (['|x1-x2|'], [5.0])
    """

    of: Invariants
    roots: bool = eqx.field(static=True, default=False)

    @property
    def size(self) -> int:
        return len(self._pairs)

    @property
    def names(self) -> list[str]:
        rows = {position: self.of.vector(row) for row, position in self.of.squares.items()}
        single = [(rows[pair.left], rows[pair.right]) for pair in self._pairs]
        return [f"|{a}-{b}|" if self.roots else f"<{a}-{b},{a}-{b}>" for a, b in single]

    def __call__(self, x: Inexact[Array, " size_in"]) -> Float[Array, " size"]:
        return self.made(self.of(x))

    def made(self, values: Float[Array, " of"]) -> Float[Array, " size"]:
        """The same from the scalars that they are made of."""
        product, left, right = np.array(self._pairs, dtype=int).reshape(-1, 3).T
        squares = picked(values, left) + picked(values, right) - 2 * picked(values, product)
        return safe_sqrt(squares) if self.roots else squares

    @property
    def _pairs(self) -> list[Pair]:
        squares, imaginary = self.of.squares, self.of.imaginary
        return [
            Pair(position, squares[i], squares[j])
            for position, (i, j) in self.of.products
            if i in squares and j in squares and not imaginary[position]
        ]
