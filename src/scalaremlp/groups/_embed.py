"""A group acting on some components of a larger space."""

import dataclasses
from functools import cached_property

import numpy as np
from jaxtyping import Inexact, Key

from scalaremlp._jax import Array, jax, jnp

from ._base import Field, Group, read_only
from ._check import integers


@dataclasses.dataclass(frozen=True, repr=False)
class Embed(Group):
    """The group acting on the components `first`, …, `first + group.dim − 1` of a space of `size`, and on no others.

    Arguments:
        group: what acts.
        size: the dimension of the larger space.
        first: the first component that it acts on, counted from 0.

    Raises:
        TypeError: unless `group` is a group.
        ValueError: unless `size` and `first` are integers for which the components exist.

    Example:
        >>> from scalaremlp.groups import Embed, SO
        >>> Embed(SO(2), 3, 1).lie_algebra[0].tolist()
        [[0.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]]
    """

    group: Group
    size: int
    first: int = 0

    def __post_init__(self) -> None:
        if not isinstance(self.group, Group):
            raise TypeError(f"Embed acts by a group. Got {self.group!r}. Write for example Embed(SO(2), 3).")
        integers(self, "size", "first", least=0, example="Embed(SO(2), 3, 0)")
        if self.first + self.group.dim > self.size:
            least = self.first + self.group.dim
            raise ValueError(
                f"Embed({self.group}, size, first) needs size ≥ first + {self.group.dim}. Got size = {self.size} and "
                f"first = {self.first}. Write for example Embed({self.group},{least},{self.first})."
            )

    @property
    def dim(self) -> int:
        return self.size

    @property
    def field(self) -> Field:
        return self.group.field

    @property
    def components(self) -> tuple[tuple[int, tuple[Group, ...]], ...]:
        return ((self.first, ()), (1, (self.group,)), (self.size - self.first - self.group.dim, ()))

    @property
    def compact(self) -> bool:
        return self.group.compact

    @cached_property
    def lie_algebra(self) -> Inexact[np.ndarray, "k {self.dim} {self.dim}"]:
        inner = self.group.lie_algebra
        placed = np.zeros((len(inner), self.size, self.size), inner.dtype)
        placed[:, self._rows, self._rows] = inner
        return read_only(placed)

    @cached_property
    def generators(self) -> Inexact[np.ndarray, "m {self.dim} {self.dim}"]:
        inner = self.group.generators
        placed = np.tile(np.eye(self.size, dtype=inner.dtype), (len(inner), 1, 1))
        placed[:, self._rows, self._rows] = inner
        return read_only(placed)

    def sample(self, key: Key[Array, ""], n: int) -> Inexact[Array, "{n} {self.dim} {self.dim}"]:
        inner = self.group.sample(key, n)
        eye = jnp.broadcast_to(jnp.eye(self.size, dtype=inner.dtype), (n, self.size, self.size))
        return jax.lax.dynamic_update_slice(eye, inner, (0, self.first, self.first))

    @property
    def _rows(self) -> slice:
        return slice(self.first, self.first + self.group.dim)
