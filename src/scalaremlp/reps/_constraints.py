"""What makes an array of a word invariant: dρ(A) x = 0 and (ρ(h) - 1) x = 0, with ρ kept as a matrix for each leaf."""

import abc
import dataclasses
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from jaxtyping import Inexact

from scalaremlp.groups import Group
from scalaremlp.groups.meant import meant as meant_group

from ._leaf import Leaf

Word = tuple[Leaf, ...]


class Undecided(Exception):
    """Generators that may be those of groups with different invariants, as far as their digits tell."""


class Condition(abc.ABC):
    """A condition on arrays, in which numbers of the size `scale` are added up."""

    scale: float

    @abc.abstractmethod
    def apply(self, columns: Inexact[np.ndarray, "size k"]) -> Inexact[np.ndarray, "size k"]:
        """What has to be zero, for each column."""


@dataclasses.dataclass(frozen=True, eq=False)
class Constraint(Condition):
    """A condition on arrays of a word: the sum (of a Lie algebra) or the product (less 1) of what leaves do to it."""

    matrices: tuple[np.ndarray, ...]
    infinitesimal: bool
    scale: float

    def apply(self, columns: Inexact[np.ndarray, "size k"]) -> Inexact[np.ndarray, "size k"]:
        """What has to be zero, for each column."""
        return summed(self.matrices, columns) if self.infinitesimal else along(self.matrices, columns) - columns


def constraints(group: Group, word: Word) -> Iterator[Constraint]:
    """Those of a group on a word; two generic elements of the Lie algebra come first, and leave few columns."""
    lie = checked(group, group.lie_algebra, "lie_algebra")
    numbers = np.arange(len(lie)) + 1.0
    generic = [np.tensordot(f(numbers), lie, 1) for f in (np.cos, np.sin)] if len(lie) > 1 else []
    for a in (*generic, *lie):
        matrices = tuple(of(leaf, "drho", leaf.move(a)) for leaf in word)
        yield Constraint(matrices, True, max(bound(a), sum(map(bound, matrices))))
    for matrices in discrete(group, word):
        yield Constraint(matrices, False, float(np.prod([bound(matrix) for matrix in matrices])))


def discrete(group: Group, word: Word) -> Iterator[tuple[np.ndarray, ...]]:
    """The matrices by which each discrete generator acts on each leaf."""
    for h in meant(group):
        yield tuple(of(leaf, "rho", leaf.act(h)) for leaf in word)


def meant(group: Group) -> np.ndarray:
    """The generators of a group, rounded rotations as they were meant."""
    checked(group, group.generators, "generators")
    return meant_group(group).generators


def uncertainty(group: Group) -> float:
    """How far the generators may be from those that a user meant."""
    return meant_group(group).uncertainty


def name_of(group: Group) -> str:
    """A group in an error: its text, or its name if that is long."""
    text = str(group)
    return text if len(text) <= 80 else getattr(group, "name", "") or type(group).__name__


def along(matrices: Sequence[np.ndarray], columns: Inexact[np.ndarray, "size k"]) -> Inexact[np.ndarray, "size k"]:
    """The tensor product of a matrix for each leg, applied to columns."""
    before = 1
    for matrix in matrices:
        columns = np.matmul(matrix, columns.reshape(before, len(matrix), -1)).reshape(columns.shape)
        before *= len(matrix)
    return columns


def summed(matrices: Sequence[np.ndarray], columns: Inexact[np.ndarray, "size k"]) -> Inexact[np.ndarray, "size k"]:
    """The sum of what the matrix of each leg does to columns, as of a Lie algebra."""
    total, before = np.zeros((), columns.dtype), 1
    for matrix in matrices:
        total = total + np.matmul(matrix, columns.reshape(before, len(matrix), -1)).reshape(columns.shape)
        before *= len(matrix)
    return total


def bound(matrix: np.ndarray) -> float:
    """An upper bound of the largest singular value that costs no decomposition: √(‖M‖₁ ‖M‖∞)."""
    absolute = np.abs(matrix)
    return float(np.sqrt(absolute.sum(0).max(initial=0) * absolute.sum(1).max(initial=0)))


def checked(group: Group, matrices: np.ndarray, name: str) -> np.ndarray:
    """The Lie algebra or the generators of a group, if they are matrices on its space.

    Raises:
        ValueError: otherwise.
    """
    shape = np.shape(matrices)
    if len(shape) != 3 or shape[1:] != (group.dim, group.dim):
        raise ValueError(
            f"{name} of {group} must be matrices on its space, of shape (k, {group.dim}, {group.dim}). Got shape "
            f"{shape}. Correct `dim` or `{name}`."
        )
    return matrices


def of(leaf: Leaf, name: str, matrix: Any) -> np.ndarray:
    """The matrix of a leaf, checked: a user's own action may give anything."""
    if matrix.dtype not in (np.float64, np.complex128):
        raise ValueError(
            f"An equivariant basis is computed in float64. Got {matrix.dtype} from an action in {leaf}, which uses "
            "JAX. Call scalaremlp.enable_x64() first."
        )
    matrix = np.asarray(matrix)
    if matrix.shape != (leaf.dimension, leaf.dimension):
        raise ValueError(
            f"`{name}` of {leaf} must have the shape {(leaf.dimension, leaf.dimension)} that `size` says. Got shape "
            f"{matrix.shape}. Correct `size` or `{name}`."
        )
    if np.iscomplexobj(matrix) and leaf.numbers == "real":
        raise ValueError(
            f"`{name}` of {leaf} must be real as long as `field` says so. Got {matrix.dtype}. "
            "Define `field` to return 'complex'."
        )
    if not np.isfinite(matrix).all():
        raise ValueError(f"`{name}` of {leaf} must be finite. Got {matrix.tolist()}. Correct `{name}`.")
    return matrix
