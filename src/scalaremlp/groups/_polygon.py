"""Symmetries of a regular polygon: C(k) and D(k) in the plane, DkeR3(k) in space."""

import dataclasses
from functools import cached_property

import numpy as np
from jaxtyping import Float, Key

from scalaremlp._jax import Array, jnp, jr

from ._check import integers
from ._embed import Embed
from ._finite import Finite, matrices
from ._orthogonal import reflection


class _Polygon(Finite):
    """What C(k) and D(k) share: the rotations."""

    k: int

    def __post_init__(self) -> None:
        integers(self, "k", least=1)

    @property
    def dim(self) -> int:
        return 2

    @cached_property
    def _rotations(self) -> Float[np.ndarray, "{self.k} 2 2"]:
        """By 2πj/k, counter-clockwise, for j = 0 … k − 1; quarter turns without rounding errors."""
        angles = 2 * np.pi * np.arange(self.k) / self.k
        cos, sin = np.cos(angles), np.sin(angles)
        found = np.moveaxis(np.array([[cos, -sin], [sin, cos]]), -1, 0)
        return np.where(abs(found) < 1e-15, 0.0, found)


@dataclasses.dataclass(frozen=True, repr=False)
class C(_Polygon):
    """The cyclic group C(k) of rotations of the plane by multiples of 2π/k.

    Raises:
        ValueError: unless k ≥ 1 is an integer.

    Example:
        >>> from scalaremlp.groups import C
        >>> C(4).order, C(4).generators[0].tolist()
        (4, [[0.0, -1.0], [1.0, 0.0]])
    """

    k: int

    @property
    def order(self) -> int:
        return self.k

    @cached_property
    def generators(self) -> Float[np.ndarray, "m 2 2"]:
        """The rotation by 2π/k, counter-clockwise."""
        return matrices(self, [self._rotations[1 % self.k]])

    def sample(self, key: Key[Array, ""], n: int) -> Float[Array, "{n} 2 2"]:
        return jnp.asarray(self._rotations)[jr.randint(key, (n,), 0, self.k)]


@dataclasses.dataclass(frozen=True, repr=False)
class D(_Polygon):
    """The dihedral group D(k) of the 2k rotations and reflections of a regular k-gon that leave it as it is.

    The reflection of x, diag(-1, 1), is among them, as in EMLP: the polygon has a corner on the y-axis.

    Raises:
        ValueError: unless k ≥ 1 is an integer.

    Example:
        >>> import jax.random as jr
        >>> from scalaremlp.groups import D
        >>> D(3).order, D(3).generators.shape, D(3).sample(jr.key(0), 10).shape
        (6, (2, 2, 2), (10, 2, 2))
    """

    k: int

    @property
    def order(self) -> int:
        return 2 * self.k

    @cached_property
    def generators(self) -> Float[np.ndarray, "m 2 2"]:
        """The rotation by 2π/k, counter-clockwise, and the reflection of x."""
        return matrices(self, [self._rotations[1 % self.k], reflection(2)])

    def sample(self, key: Key[Array, ""], n: int) -> Float[Array, "{n} 2 2"]:
        elements = np.concatenate([self._rotations, self._rotations @ reflection(2)])
        return jnp.asarray(elements)[jr.randint(key, (n,), 0, self.order)]


def DkeR3(k: int) -> Embed:
    """The dihedral group D(k) acting on the x and y of space.

    Example:
        >>> from scalaremlp.groups import DkeR3
        >>> DkeR3(3), DkeR3(3).dim
        (Embed(D(3),3,0), 3)
    """
    return Embed(D(k), 3)
