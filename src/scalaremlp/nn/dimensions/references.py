"""Positive invariants with a unit, which a model measures its inputs by."""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple

import numpy as np

from ...groups import Group
from ...reps import Rep
from ...scalars import Invariants
from ...scalars.inputs import inputs
from ...units import DIMENSIONLESS, Unit

_MOST = 40  # terms, above which single ones are no candidates beside those of one unit together


@dataclass(frozen=True)
class Reference:
    """An invariant above zero: what it is computed from.

    Attributes:
        kind: "norm", the root of the sum of squares of some terms of the input, all of one dimension; "products", the
            root of the sum of squares of some invariants of degree two; "constant", 1 in SI units.
        at: the numbers of the terms, or the positions of the invariants.
    """

    kind: str
    at: tuple[int, ...] = ()

    def as_json(self) -> list[Any]:
        """JSON values, from which `Reference.of` makes it again."""
        return [self.kind, list(self.at)]

    @classmethod
    def of(cls, values: Sequence[Any]) -> "Reference":
        """The reference that `as_json` described."""
        return cls(str(values[0]), tuple(int(each) for each in values[1]))


class Candidate(NamedTuple):
    """A reference and its unit."""

    reference: Reference
    unit: Unit


@dataclass(frozen=True)
class Measured:
    """The terms of an input with their units.

    Attributes:
        rep_in: the type.
        group: its group.
        units: one for each term.
    """

    rep_in: Rep
    group: Group
    units: tuple[Unit, ...]

    @property
    def parts(self) -> tuple[slice, ...]:
        """Where the terms stand in the flat input."""
        found, start = list[slice](), 0
        for copies, term in self.rep_in(self.group).blocks:
            for _ in range(copies):
                found.append(slice(start, start + term.size))
                start += term.size
        return tuple(found)

    @property
    def blocks(self) -> tuple[int, ...]:
        """The number of the block that each term is of."""
        sizes = enumerate(copies for copies, _ in self.rep_in(self.group).blocks)
        return tuple(number for number, copies in sizes for _ in range(copies))

    @property
    def classes(self) -> tuple[int, ...]:
        """For each term the number of its dimension, from 0 in the order of the first ones."""
        known = dict.fromkeys(unit.dimension for unit in self.units)
        numbers = {dimension: number for number, dimension in enumerate(known)}
        return tuple(numbers[unit.dimension] for unit in self.units)

    def normed(self, term: int) -> bool:
        """Whether the norm of a term is invariant: of orthogonal and unitary matrices all are, else those of T(0)."""
        part = self.parts[term]
        written = self.rep_in.blocks[self.blocks[term]][1]
        return self.group.compact or (part.stop - part.start == 1 and str(written) == "T(0)")


def candidates(measured: Measured, *, identical: bool) -> list[Candidate]:
    """All references of some unit: of all terms of one dimension together, of each by itself, and products.

    With `identical` particles those of all copies in a block take the place of single terms.
    """
    found = [each for number in dict.fromkeys(measured.classes) for each in _norms(measured, number, identical)]
    return found + _products(measured)


def _norms(measured: Measured, number: int, identical: bool) -> list[Candidate]:
    own = [term for term, each in enumerate(measured.classes) if each == number]
    unit = Unit(measured.units[own[0]].dimension)
    if unit.dimensionless:
        return []
    normed = [term for term in own if measured.normed(term)]
    pools = [tuple(normed)] if normed else []
    if identical:
        blocks = dict.fromkeys(measured.blocks[term] for term in normed)
        pools += [tuple(term for term in normed if measured.blocks[term] == block) for block in blocks]
    elif len(normed) <= _MOST:
        pools += [(term,) for term in normed]
    return [Candidate(Reference("norm", pool), unit) for pool in dict.fromkeys(pools)]


def _products(measured: Measured) -> list[Candidate]:
    """Invariants of degree two, where norms are none, together by the dimensions of what they are made of."""
    if measured.group.compact:
        return []
    found: dict[tuple[int, ...], list[int]] = {}
    for position, degrees in enumerate(second_degree(measured)):
        if sum(degrees) == 2:
            found.setdefault(degrees, []).append(position)
    every = [
        Candidate(Reference("products", tuple(positions)), unit_of(measured, degrees))
        for degrees, positions in found.items()
    ]
    return [each for each in every if not each.unit.dimensionless]


def unit_of(measured: Measured, degrees: tuple[int, ...]) -> Unit:
    """The unit of what has these degrees in the dimensions of the inputs."""
    unit = DIMENSIONLESS
    for number, degree in enumerate(degrees):
        one = measured.units[measured.classes.index(number)]
        unit = unit * Unit(one.dimension) ** degree
    return unit


@cache
def second_degree(measured: Measured) -> tuple[tuple[int, ...], ...]:
    """For each invariant up to degree two its degree in each dimension of the inputs that are no scalars."""
    columns = inputs(measured.rep_in, measured.group).columns
    starts = {part.start: number for number, part in enumerate(measured.parts)}
    found = []
    for symbol in invariants(measured.rep_in, measured.group).symbols:
        degrees = np.zeros(len(set(measured.classes)), int)
        for name, degree in symbol.degrees:
            degrees[measured.classes[starts[columns[name.rstrip("*")].start]]] += degree
        found.append(tuple(degrees.tolist()))
    return tuple(found)


@cache
def invariants(rep_in: Rep, group: Group) -> Invariants:
    """All up to degree two; what that leaves out is not needed here."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Invariants(rep_in, group, 2)
