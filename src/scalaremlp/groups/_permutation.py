"""Groups of permutations of the components of a vector: S(n) and Z(n)."""

import dataclasses
import math
from functools import cached_property

import numpy as np
from jaxtyping import Float, Key

from scalaremlp._jax import Array, jnp, jr

from ._check import integers
from ._finite import Finite, matrices


class _Permutations(Finite):
    """What S(n) and Z(n) share."""

    n: int

    def __post_init__(self) -> None:
        integers(self, "n", least=1)

    @property
    def dim(self) -> int:
        return self.n

    @property
    def _shift(self) -> np.ndarray:
        """The matrix that moves every component one place on, the last to the front."""
        return np.roll(np.eye(self.n), 1, axis=0)


@dataclasses.dataclass(frozen=True, repr=False)
class S(_Permutations):
    """The symmetric group S(n) of all permutations of the n components of a vector.

    Raises:
        ValueError: unless n ≥ 1 is an integer.

    Example:
        >>> import jax.random as jr
        >>> from scalaremlp.groups import S
        >>> S(4).sample(jr.key(0), 10).sum(-1).shape, S(4).generators.shape, S(4).order
        ((10, 4), (2, 4, 4), 24)
    """

    n: int

    @property
    def order(self) -> int:
        return math.factorial(self.n)

    @property
    def fixes_diagonals(self) -> bool:
        return True

    @cached_property
    def generators(self) -> Float[np.ndarray, "m {self.dim} {self.dim}"]:
        """The exchange of the first two components, and the cyclic shift."""
        swap = [np.eye(self.n)[[1, 0, *range(2, self.n)]]] if self.n > 1 else []
        return matrices(self, [*swap, *([self._shift] if self.n > 2 else [])])

    def sample(self, key: Key[Array, ""], n: int) -> Float[Array, "{n} {self.dim} {self.dim}"]:
        return jnp.eye(self.n)[jr.uniform(key, (n, self.n)).argsort(-1)]


@dataclasses.dataclass(frozen=True, repr=False)
class Z(_Permutations):
    """The cyclic group Z(n) of shifts of the n components of a vector.

    Raises:
        ValueError: unless n ≥ 1 is an integer.

    Example:
        >>> from scalaremlp.groups import Z
        >>> (Z(3).generators[0] @ [1, 2, 3]).tolist()
        [3.0, 1.0, 2.0]
    """

    n: int

    @property
    def order(self) -> int:
        return self.n

    @cached_property
    def generators(self) -> Float[np.ndarray, "m {self.dim} {self.dim}"]:
        """The shift by one place."""
        return matrices(self, [self._shift])

    def sample(self, key: Key[Array, ""], n: int) -> Float[Array, "{n} {self.dim} {self.dim}"]:
        shifts = jr.randint(key, (n, 1), 0, self.n)
        return jnp.eye(self.n)[(jnp.arange(self.n) - shifts) % self.n]
