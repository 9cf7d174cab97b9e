"""Which inputs a contraction is made of, and what it is after an exchange of inputs."""

from collections.abc import Hashable
from typing import NamedTuple

from ..contractions.graph import Graph
from .bracket import Contraction, Slot


class Opened(NamedTuple):
    """A graph with a probe, the number of which is not that of an input."""

    graph: Graph
    probe: int


def members_of(contraction: Contraction | Opened) -> tuple[int, ...]:
    """The numbers of the inputs it is made of."""
    if isinstance(contraction, Opened):
        return tuple(number for number in contraction.graph.nodes if number != contraction.probe)
    return tuple(slot.number for bracket in contraction for slot in bracket.slots if slot.is_input)


def relabelled(contraction: Contraction | Opened, names: tuple[int, ...]) -> Hashable:
    """A contraction after a permutation of the inputs, of which those of each kind are in groups, up to sign."""

    def renamed(number: int) -> int:
        group, member = divmod(number, len(names))
        return group * len(names) + names[member]

    if isinstance(contraction, Opened):
        return contraction.graph.relabel((*map(renamed, range(contraction.probe)), contraction.probe))

    def moved(slot: Slot) -> Slot:
        return slot._replace(number=renamed(slot.number)) if slot.is_input else slot

    return frozenset((b.kind, tuple(sorted(map(moved, b.slots)))) for b in contraction)
