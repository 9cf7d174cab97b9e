"""What finite groups share."""

import abc
from functools import cached_property

import numpy as np
from jaxtyping import Float

from ._base import Group, read_only


class Finite(Group):
    """A finite group of orthogonal matrices: its Lie algebra is zero, and it has an `order`."""

    @property
    @abc.abstractmethod
    def order(self) -> int:
        """The number of elements."""

    @cached_property
    def lie_algebra(self) -> Float[np.ndarray, "0 {self.dim} {self.dim}"]:
        return read_only(np.zeros((0, self.dim, self.dim)))

    @property
    def compact(self) -> bool:
        return True


def matrices(group: Group, elements: list[np.ndarray]) -> Float[np.ndarray, "m {group.dim} {group.dim}"]:
    """The elements as generators of a group, stacked, without those that are 1."""
    moving = [element for element in elements if not np.array_equal(element, np.eye(group.dim))]
    return read_only(np.array(moving).reshape(-1, group.dim, group.dim))
