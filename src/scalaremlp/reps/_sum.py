"""Sums of representations with multiplicities, in the order in which they were written."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from scalaremlp.groups import Group

from . import _elements
from ._rep import Rep, makes
from ._tree import Node, copies, pieces_of

if TYPE_CHECKING:
    from ._base import Base


@dataclasses.dataclass(frozen=True, repr=False)
class Sum(Rep):
    """Terms with multiplicities, one after the other: built by `+` and `n*`, never directly. No terms: size 0."""

    terms: tuple[tuple[int, Rep], ...]

    @property
    def blocks(self) -> tuple[tuple[int, Rep], ...]:
        return self.terms

    @property
    def leaves(self) -> "tuple[Base, ...]":
        return tuple(leaf for _, term in self.terms for leaf in term.leaves)

    @property
    def legs(self) -> tuple[str, ...]:
        raise TypeError(f"Legs belong to one tensor. Got the sum {self}. Loop over `blocks`, whose terms have legs.")

    def _map(self, change: "Callable[[Base], Base]") -> Rep:
        return add(*(repeat(count, term._map(change)) for count, term in self.terms))

    def _size(self) -> int:
        return sum(count * term.size for count, term in self.terms)

    def _shape(self) -> tuple[int, ...]:
        return (self.size,)

    def _rho(self, elements: Mapping[Group, Any]) -> Any:
        return self._diagonal([(count, term._rho(elements)) for count, term in self.terms])

    def _drho(self, elements: Mapping[Group, Any]) -> Any:
        return self._diagonal([(count, term._drho(elements)) for count, term in self.terms])

    def _diagonal(self, blocks: list[tuple[int, Any]]) -> Any:
        """The block-diagonal matrix with `count` copies of each block."""
        xp = _elements.namespace(*(block for _, block in blocks))
        rows, start = [], 0
        for count, block in blocks:
            block = xp.kron(np.eye(count), block)
            rows.append(xp.pad(block, ((0, 0), (start, self.size - start - len(block)))))
            start += len(block)
        return xp.concatenate(rows) if rows else np.zeros((0, 0))

    def _layout(self, whole: frozenset[Group]) -> Node:
        return pieces_of([copies(count, term._layout(whole)) for count, term in self.terms])

    def _text(self) -> str:
        return " + ".join(map(_term_text, self.terms)) or "0"


@makes("+")
def add(*reps: Rep) -> Rep:
    """The sum of representations; brackets do not matter."""
    terms = tuple(block for rep in reps for block in rep.blocks)
    return terms[0][1] if len(terms) == 1 and terms[0][0] == 1 else Sum(terms)


@makes("n*")
def repeat(count: int, rep: Rep) -> Rep:
    """`count` copies: of one term as its multiplicity, of a sum by writing it out, since its order stays."""
    if count == 0:
        return Sum(())
    if len(rep.blocks) == 1:
        ((inner, term),) = rep.blocks
        return term if count * inner == 1 else Sum(((count * inner, term),))
    return Sum(rep.blocks * count)


def _term_text(block: tuple[int, Rep]) -> str:
    count, term = block
    text = term._text()
    if count == 1:
        return text
    return f"{count}*({text})" if text.startswith("(") else f"{count}*{text}"
