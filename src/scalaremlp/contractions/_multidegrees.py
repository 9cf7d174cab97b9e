"""Multidegrees up to the order of inputs of one kind, and the generators of all inputs from those of a few."""

from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from itertools import combinations, product
from math import comb

from ._generators import Algebra, Degrees, TooManyError
from .family import Family
from .graph import Graph
from .tensor import Tensor

MOST = 100_000
"""The most generators of one degree."""

_MOST_EQUAL = 12  # inputs of one kind that occur together: a generator of higher degree is beyond all limits


class Multidegrees:
    """The generators degree by degree, found for a few inputs of each kind and relabelled.

    Args:
        family: the group.
        tensors: the kinds of the inputs.
        probe: the kind of tensor that the output is contracted with; None for the invariants.
        limit: of the algebra.
    """

    def __init__(self, family: Family, tensors: tuple[Tensor, ...], probe: Tensor | None, limit: int):
        kinds = list(dict.fromkeys(tensors))
        self._count, self._probe = len(tensors), () if probe is None else (1,)
        self._places = [tuple(i for i, t in enumerate(tensors) if t == kind) for kind in kinds]
        self._used = [min(len(places), _MOST_EQUAL) for places in self._places]
        few = tuple(kind for kind, used in zip(kinds, self._used, strict=True) for _ in range(used))
        self._algebra = _algebra(family, few, probe, limit)

    def largest(self, total: int) -> int:
        """The most independent functions of one multidegree of this degree."""
        return max((self._algebra.count(degrees) for degrees in self._patterns(total)), default=0)

    def generators(self, total: int) -> list[Graph]:
        """The generators of this degree, of all inputs, in the order of their multidegrees."""
        found = []
        every = [(degrees, self._algebra.generators(degrees)) for degrees in self._patterns(total)]
        number = sum(len(graphs) * self._namings_count(degrees) for degrees, graphs in every if graphs)
        if number > MOST:
            raise TooManyError(number, "generators", str(MOST))
        for degrees, graphs in every:
            for graph in graphs:
                found += [graph.relabel(names) for names in self._namings(degrees)]
        return sorted(found, key=lambda graph: tuple(-n for n in graph.degrees(self._count)))

    def _namings_count(self, degrees: Degrees) -> int:
        """How many there are: of each kind, which inputs occur once, twice, …"""
        start, number = 0, 1
        for places, used in zip(self._places, self._used, strict=True):
            left = len(places)
            for equal in Counter(d for d in degrees[start : start + used] if d).values():
                number, left = number * comb(left, equal), left - equal
            start += used
        return number

    def _patterns(self, total: int) -> Iterator[Degrees]:
        """Multidegrees in which the degrees of inputs of one kind fall."""
        for shares in _compositions(total, len(self._used)):
            for parts in product(*(_partitions(share, n) for share, n in zip(shares, self._used, strict=True))):
                yield tuple(degree for part in parts for degree in part) + self._probe

    def _namings(self, degrees: Degrees) -> Iterator[tuple[int, ...]]:
        """Every way to give the inputs of the algebra the numbers of real ones that makes a difference."""
        start, choices = 0, []
        for places, used in zip(self._places, self._used, strict=True):
            choices.append(list(_assignments(degrees[start : start + used], places)))
            start += used
        for chosen in product(*choices):
            yield (*(name for names in chosen for name in names), self._count)


@lru_cache(maxsize=1)
def _algebra(family: Family, tensors: tuple[Tensor, ...], probe: Tensor | None, limit: int) -> Algebra:
    """The last one, where it is the same."""
    return Algebra(family, tensors, probe, limit)


def _compositions(total: int, parts: int) -> Iterator[Degrees]:
    """Ways to write `total` as a sum of `parts` numbers of at least 0."""
    if parts == 0:
        if total == 0:
            yield ()
        return
    for first in range(total, -1, -1):
        for rest in _compositions(total - first, parts - 1):
            yield (first, *rest)


def _partitions(total: int, parts: int, most: int | None = None) -> Iterator[Degrees]:
    """Ways to write `total` as a sum of `parts` falling numbers of at least 0."""
    if parts == 0:
        if total == 0:
            yield ()
        return
    for first in range(total if most is None else min(total, most), -1, -1):
        for rest in _partitions(total - first, parts - 1, first):
            yield (first, *rest)


def _assignments(degrees: Degrees, places: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Which place each degree goes to: places of equal degree rise, those of degree 0 do not matter."""
    if not any(degrees):
        yield places[: len(degrees)]
        return
    equal = sum(degree == degrees[0] for degree in degrees)
    for chosen in combinations(places, equal):
        left = tuple(place for place in places if place not in chosen)
        for rest in _assignments(degrees[equal:], left):
            yield chosen + rest
