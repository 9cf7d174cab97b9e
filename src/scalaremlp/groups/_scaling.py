"""Changes of units: Scaling(n)."""

import dataclasses
from functools import cached_property

import numpy as np
from jaxtyping import Float, Key

from scalaremlp._jax import Array, jnp

from ._base import Group, read_only
from ._check import integers
from ._random import stretches


@dataclasses.dataclass(frozen=True, repr=False)
class Scaling(Group):
    """The group Scaling(n) of multiplications of Rⁿ by a positive number: a change of units.

    Samples are exp(s) with s uniform in [-1, 1].

    Raises:
        ValueError: unless n ≥ 1 is an integer.

    Example:
        >>> from scalaremlp.groups import Scaling
        >>> Scaling(2).lie_algebra.tolist()
        [[[1.0, 0.0], [0.0, 1.0]]]
    """

    n: int

    def __post_init__(self) -> None:
        integers(self, "n", least=1)

    @property
    def dim(self) -> int:
        return self.n

    @property
    def components(self) -> tuple[tuple[int, tuple[Group, ...]], ...]:
        return ((self.n, (Scaling(1),)),)

    @cached_property
    def lie_algebra(self) -> Float[np.ndarray, "1 {self.dim} {self.dim}"]:
        return read_only(np.eye(self.n)[None])

    def sample(self, key: Key[Array, ""], n: int) -> Float[Array, "{n} {self.dim} {self.dim}"]:
        return jnp.exp(stretches(key, n, 1))[:, :, None] * jnp.eye(self.n)
