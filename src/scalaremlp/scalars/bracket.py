"""Contractions as products of brackets, the classical symbolic notation.

A bracket joins slots by one fixed tensor: `pair` by the form or the identity, `down` by the lower Levi-Civita tensor
(which takes upper indices), `up` by the upper one. A slot is an index of an input or an open index (a leg) of the
output. With vectors as inputs an input has one slot; an input tensor would have one slot for each of its indices,
spread over several brackets of one product.
"""

from dataclasses import dataclass
from typing import NamedTuple


class Slot(NamedTuple):
    """One index: of the input vector `number` (kind "up" or "down"), of a fixed vector, or of the output ("leg").

    Ordering puts inputs before fixed vectors before legs.
    """

    order: int
    kind: str
    number: int

    @property
    def is_leg(self) -> bool:
        """Whether it is an open leg."""
        return self.kind == "leg"

    @property
    def is_input(self) -> bool:
        """Whether it is an input."""
        return self.kind in ("up", "down")


def up(number: int) -> Slot:
    """The input with upper index of this number."""
    return Slot(0, "up", number)


def down(number: int) -> Slot:
    """The input with lower index of this number."""
    return Slot(1, "down", number)


def fixed_up(number: int) -> Slot:
    """The fixed vector of this number."""
    return Slot(2, "fixed_up", number)


def fixed_down(number: int) -> Slot:
    """The fixed covector of this number."""
    return Slot(3, "fixed_down", number)


def leg(number: int) -> Slot:
    """The open leg of this number."""
    return Slot(4, "leg", number)


class Bracket(NamedTuple):
    """One fixed tensor and the slots it joins, in order."""

    kind: str
    slots: tuple[Slot, ...]

    @property
    def legs(self) -> tuple[int, ...]:
        """The numbers of its open legs."""
        return tuple(s.number for s in self.slots if s.is_leg)

    @property
    def inputs(self) -> tuple[Slot, ...]:
        """The inputs in it."""
        return tuple(s for s in self.slots if s.is_input)

    def relabel(self, names: dict[Slot, Slot]) -> "Bracket":
        """The same bracket of other slots."""
        return Bracket(self.kind, tuple(names.get(s, s) for s in self.slots))


Contraction = tuple[Bracket, ...]
"""A product of brackets."""


@dataclass(frozen=True)
class Degree:
    """Multidegree: how often each upper and each lower input vector occurs."""

    up: tuple[int, ...]
    down: tuple[int, ...]

    @property
    def total(self) -> int:
        """The number of indices."""
        return sum(self.up) + sum(self.down)

    def __sub__(self, other: "Degree") -> "Degree | None":
        """The difference, or None where it is negative."""
        ups = tuple(a - b for a, b in zip(self.up, other.up, strict=True))
        downs = tuple(a - b for a, b in zip(self.down, other.down, strict=True))
        return Degree(ups, downs) if min((*ups, *downs, 0)) >= 0 else None


def degree(contraction: Contraction, n_up: int, n_down: int) -> Degree:
    """The multidegree of a contraction."""
    slots = [s for bracket in contraction for s in bracket.slots]
    return Degree(
        tuple(slots.count(up(i)) for i in range(n_up)),
        tuple(slots.count(down(i)) for i in range(n_down)),
    )
