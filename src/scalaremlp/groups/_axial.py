"""Stabilisers of the z-axis of space: O2eR3 and SO2eR3."""

import dataclasses
from functools import cached_property

import numpy as np
from jaxtyping import Float, Key

from scalaremlp._jax import Array, jnp

from ._base import FixedTensor, Group, read_only
from ._orthogonal import SO, O, reflection
from ._random import block_diagonal


class _AxialGroup(Group):
    """What the two stabilisers of z share."""

    @property
    def dim(self) -> int:
        return 3

    @cached_property
    def lie_algebra(self) -> Float[np.ndarray, "1 3 3"]:
        """The generator of rotations about z."""
        return read_only([[[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]]])

    @property
    def fundamental(self) -> bool:
        """By the theorem for the larger group, with z as one more input vector."""
        return True

    @property
    def compact(self) -> bool:
        return True


def _z() -> FixedTensor:
    return FixedTensor("z", "vector", 1, 0, lambda: np.array([0.0, 0.0, 1.0]))


def _about_z(plane: Float[Array, "n 2 2"]) -> Float[Array, "n 3 3"]:
    return block_diagonal(plane, jnp.ones((plane.shape[0], 1, 1)))


@dataclasses.dataclass(frozen=True, repr=False)
class O2eR3(_AxialGroup):
    """Rotations about the z-axis of R³ and reflections in planes that contain it: the elements of O(3) that fix z.

    Example:
        >>> import jax.random as jr
        >>> from scalaremlp.groups import O2eR3
        >>> O2eR3().sample(jr.key(0), 10)[0, :, 2].tolist()
        [0.0, 0.0, 1.0]
    """

    @cached_property
    def generators(self) -> Float[np.ndarray, "m 3 3"]:
        """The reflection of x."""
        return read_only([reflection(3)])

    @property
    def components(self) -> tuple[tuple[int, tuple[Group, ...]], ...]:
        return ((1, (O(2),)), (1, ()))

    @cached_property
    def fixed_tensors(self) -> tuple[FixedTensor, ...]:
        return (*O(3).fixed_tensors, _z())

    def sample(self, key: Key[Array, ""], n: int) -> Float[Array, "{n} 3 3"]:
        return _about_z(O(2).sample(key, n))


@dataclasses.dataclass(frozen=True, repr=False)
class SO2eR3(_AxialGroup):
    """Rotations about the z-axis of R³: the elements of SO(3) that fix z.

    Example:
        >>> import jax.random as jr
        >>> from scalaremlp.groups import SO2eR3
        >>> SO2eR3().sample(jr.key(0), 10)[0, :, 2].tolist()
        [0.0, 0.0, 1.0]
    """

    @property
    def components(self) -> tuple[tuple[int, tuple[Group, ...]], ...]:
        return ((1, (SO(2),)), (1, ()))

    @cached_property
    def fixed_tensors(self) -> tuple[FixedTensor, ...]:
        return (*SO(3).fixed_tensors, _z())

    def sample(self, key: Key[Array, ""], n: int) -> Float[Array, "{n} 3 3"]:
        return _about_z(SO(2).sample(key, n))
