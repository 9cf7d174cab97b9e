"""Translations and rotations of a periodic grid, of the first group-convolutional networks."""

import dataclasses
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Float, Int, Key

from scalaremlp._jax import Array, jnp, jr

from ._check import integers
from ._finite import Finite, matrices


@dataclasses.dataclass(frozen=True, repr=False)
class ZksZnxZn(Finite):
    """The group Zₖ ⋉ (Zₙ × Zₙ): shifts of a periodic n × n grid along both axes, and its rotations by 2π/k.

    It acts on functions of orientation and place, f[c, i, j] with c < k: a shift moves i and j, a rotation turns the
    grid and moves c one on. Such are the feature maps of group-equivariant convolutions.

    Raises:
        ValueError: unless k is 2 or 4 and n ≥ 1 is an integer.

    Example:
        >>> from scalaremlp.groups import ZksZnxZn
        >>> ZksZnxZn(4, 3).dim, ZksZnxZn(4, 3).order, ZksZnxZn(4, 3).generators.shape
        (36, 36, (3, 36, 36))

    References:
        Cohen and Welling, arXiv:1602.07576.
    """

    k: int
    n: int

    def __post_init__(self) -> None:
        integers(self, "k", "n", least=1)
        if self.k not in (2, 4):
            raise ValueError(
                f"A square grid has rotations by half and by quarter turns: k must be 2 or 4. Got k = {self.k}. "
                f"Write for example ZksZnxZn(4,{self.n})."
            )

    @property
    def dim(self) -> int:
        return self.k * self.n**2

    @property
    def order(self) -> int:
        return self.k * self.n**2

    @cached_property
    def generators(self) -> Float[np.ndarray, "m {self.dim} {self.dim}"]:
        """The shifts of i and of j by one, and the rotation by 2π/k."""
        moves = np.array([[0, 1, 0], [0, 0, 1], [1, 0, 0]])
        return matrices(self, list(np.eye(self.dim)[self._sources(moves)]))

    def sample(self, key: Key[Array, ""], n: int) -> Float[Array, "{n} {self.dim} {self.dim}"]:
        moves = jr.randint(key, (n, 3), 0, jnp.array([self.k, self.n, self.n]))
        return jnp.eye(self.dim)[self._sources(moves)]

    def _sources(
        self, moves: Int[Array, "m 3"] | Int[np.ndarray, "m 3"]
    ) -> Int[Array, "m {self.dim}"] | Int[np.ndarray, "m {self.dim}"]:
        """Where each component comes from when the grid is rotated and then shifted by (rotation, i, j)."""
        turn, down, right = (moves[:, axis, None, None, None] for axis in range(3))
        c, i, j = np.meshgrid(np.arange(self.k), np.arange(self.n), np.arange(self.n), indexing="ij")
        grid = np.arange(self.n**2).reshape(self.n, self.n)
        xp: Any = jnp if isinstance(moves, Array) else np
        rotated = xp.asarray(np.array([np.rot90(grid, quarter) for quarter in range(4)]))
        place = rotated[turn * (4 // self.k), (i - down) % self.n, (j - right) % self.n]
        return ((c - turn) % self.k * self.n**2 + place).reshape(len(moves), -1)
