"""A symmetry: what is done to the inputs, and what the outputs must then do."""

from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple, Protocol

import numpy as np
from jaxtyping import Array, Key

from .._check import whole_number
from ..reps import Rep


class Map(Protocol):
    """What is done to samples, one a row."""

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        """The samples that they become."""
        ...

    def sizes(self, rows: np.ndarray) -> np.ndarray:
        """The sizes of what is added up in them."""
        ...


@dataclass(frozen=True, eq=False)
class Linear:
    """A matrix times each sample."""

    matrix: np.ndarray

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        return rows @ self.matrix.T

    def sizes(self, rows: np.ndarray) -> np.ndarray:
        return abs(rows) @ abs(self.matrix).T


@dataclass(frozen=True, eq=False)
class Reordered:
    """The components of each sample in another order."""

    order: np.ndarray

    def __call__(self, rows: np.ndarray) -> np.ndarray:
        return rows[:, self.order]

    def sizes(self, rows: np.ndarray) -> np.ndarray:
        return abs(rows[:, self.order])


class Move(NamedTuple):
    """One thing that a symmetry does.

    A map takes samples, one a row, to others, and has a method `sizes` for the sizes of what is added up in each of
    their components: of a matrix A that is |A| |x|.

    Attributes:
        inputs: maps of the inputs, done one after the other.
        outputs: maps that the outputs must then follow; none if they stay.
        told: what it is, each number or matrix with its name, for a person to do it again.
    """

    inputs: tuple[Map, ...]
    outputs: tuple[Map, ...]
    told: tuple[tuple[str, np.ndarray], ...]


@dataclass(frozen=True)
class Symmetry(ABC):
    """What a function may be equivariant under, as a list of moves. A new one is a class with this method.

    Example: parity

        >>> from dataclasses import dataclass
        >>> import jax.random as jr, numpy as np, scalaremlp as se
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.measure import Linear, Move, Symmetry
        >>> from scalaremlp.reps import T
        >>> class Inversion(Symmetry):
        ...     name = "x to -x"
        ...     def moves(self, rep_in, rep_out, key, rng):
        ...         yield Move((Linear(-np.eye(rep_in.size)),), (), ())
        >>> se.enable_x64()
        >>> even, odd = lambda x: x[:1] ** 2, lambda x: x[:1]
        >>> for f in (even, odd):
        ...     print(se.measure.equivariance_errors(f, T(1), T(0), O(2), key=jr.key(0), symmetries=[Inversion()]))
        {'x to -x': 0.0}
        {'x to -x': 2.0}
    """

    name: ClassVar[str]

    @abstractmethod
    def moves(self, rep_in: Rep, rep_out: Rep, key: Key[Array, ""], rng: np.random.Generator) -> Iterator[Move]:
        """What it does to samples of two bound types, at random by `key` or by `rng`."""


def check_some(**counts: Any) -> None:
    """Raise `ValueError` if a number of things to try is less than 1."""
    for name, count in counts.items():
        whole_number(name, count, remedy="None would prove nothing: leave it out.")
