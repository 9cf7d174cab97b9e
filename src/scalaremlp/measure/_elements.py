"""The elements of the groups of two types."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar

import jax.random as jr
import numpy as np
from jaxtyping import Array, Key

from ._symmetry import Linear, Move, Symmetry, check_some

_UNITARY = 1e-9


@dataclass(frozen=True)
class GroupElements(Symmetry):
    """Random elements of the groups of the types, and generators that are not unitary, with their inverses.

    Elements and matrices are computed in float64 NumPy; those that overflow are left out.

    Args:
        elements: how many random ones.
    """

    name: ClassVar[str] = "group elements"
    elements: int = 16

    def __post_init__(self) -> None:
        check_some(elements=self.elements)

    def moves(self, rep_in: Any, rep_out: Any, key: Key[Array, ""], rng: np.random.Generator) -> Iterator[Move]:
        """The matrices of each element on the inputs and on the outputs."""
        groups = dict.fromkeys((*rep_in.groups, *rep_out.groups))
        drawn = {
            group: np.asarray(group.sample(jr.fold_in(key, index), self.elements)) for index, group in enumerate(groups)
        }
        elements = [{group: each[number] for group, each in drawn.items()} for number in range(self.elements)]
        for group in groups:
            elements += [{group: each} for h in group.generators if _stretches(h) for each in (h, np.linalg.inv(h))]
        for element in elements:
            with np.errstate(over="ignore", invalid="ignore"):
                pair = [
                    np.asarray(rep.rho({group: element[group] for group in rep.groups if group in element}))
                    for rep in (rep_in, rep_out)
                ]
            if all(np.isfinite(matrix).all() for matrix in pair):
                told = tuple((f"g of {group}", matrix) for group, matrix in element.items())
                yield Move((Linear(pair[0]),), (Linear(pair[1]),), told)


def _stretches(element: np.ndarray) -> bool:
    return bool(abs(element.conj().T @ element - np.eye(len(element))).max() > _UNITARY)
