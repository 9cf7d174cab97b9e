"""The reflections of space-time: Parity and TimeReversal."""

import dataclasses
from functools import cached_property

import numpy as np
from jaxtyping import Float, Key

from scalaremlp._jax import Array, jnp, jr

from ._base import Group
from ._finite import Finite, matrices
from ._orthogonal import O


class _SpaceTimeReflection(Finite):
    """What parity and time reversal share: ±1 on space and time, in 1+3 dimensions."""

    _signs: tuple[float, ...]

    @property
    def dim(self) -> int:
        return 4

    @property
    def order(self) -> int:
        return 2

    @cached_property
    def generators(self) -> Float[np.ndarray, "1 4 4"]:
        return matrices(self, [np.diag(self._signs)])

    def sample(self, key: Key[Array, ""], n: int) -> Float[Array, "{n} 4 4"]:
        return jnp.where(jr.bernoulli(key, shape=(n, 1, 1)), jnp.diag(jnp.asarray(self._signs)), jnp.eye(4))


@dataclasses.dataclass(frozen=True, repr=False)
class Parity(_SpaceTimeReflection):
    """Spatial parity in 1+3 dimensions: the identity and diag(1, -1, -1, -1).

    Example:
        >>> from scalaremlp.groups import Parity
        >>> Parity().generators[0].diagonal().tolist()
        [1.0, -1.0, -1.0, -1.0]
    """

    _signs = (1.0, -1.0, -1.0, -1.0)

    @property
    def components(self) -> tuple[tuple[int, tuple[Group, ...]], ...]:
        return ((1, ()), (3, (O(1),)))


@dataclasses.dataclass(frozen=True, repr=False)
class TimeReversal(_SpaceTimeReflection):
    """Time reversal in 1+3 dimensions: the identity and diag(-1, 1, 1, 1).

    Example:
        >>> from scalaremlp.groups import TimeReversal
        >>> TimeReversal().generators[0].diagonal().tolist()
        [-1.0, 1.0, 1.0, 1.0]
    """

    _signs = (-1.0, 1.0, 1.0, 1.0)

    @property
    def components(self) -> tuple[tuple[int, tuple[Group, ...]], ...]:
        return ((1, (O(1),)), (3, ()))
