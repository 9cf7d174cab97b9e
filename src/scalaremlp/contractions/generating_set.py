"""All generators of the invariants or covariants of some tensors, up to the degree beyond which there are no more.

Where a theorem bounds the degree of generators, the search ends there. Elsewhere it goes on until in every degree up to
max(2 h, d) + 2, with h the highest degree of a generator found and d the dimension where ε is fixed, products of the
generators are as many as the characters count. That is strong evidence and no proof: the invariants of a harmonic tensor
of rank 3 need nothing at degrees 7, 8 and 9, and a generator of degree 10. What was checked is told.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, product
from math import comb, prod
from typing import NamedTuple

from ..groups import Group
from ._generators import Algebra, Degrees
from .family import Family, family
from .graph import Graph
from .tensor import Tensor

LIMIT = 600
"""The most independent functions of one multidegree that are looked at by default: some seconds."""

_MOST_GENERATORS = 20_000
_NILPOTENT = {1: 1, 2: 3, 3: 6, 4: 10}
"""Degree N(n) from which products of n×n matrices are combinations of others with traces as coefficients."""


class GeneratingSet(NamedTuple):
    """Generators, and how far they are known to be all.

    Attributes:
        graphs: the generators, low degrees first.
        checked: the degree up to which they generate everything, by the count of characters.
        complete: whether there are no others, by a theorem or by the rule of this file.
        reason: what is known, in words.
    """

    graphs: tuple[Graph, ...]
    checked: int
    complete: bool
    reason: str


def generating_set(
    group: Group, tensors: tuple[Tensor, ...], probe: Tensor | None = None, degree: int | None = None, limit: int = LIMIT
) -> GeneratingSet:
    """A minimal set of generators.

    Args:
        group: with a first fundamental theorem.
        tensors: the kinds of the inputs, each of one index at least.
        probe: the kind of tensor that the output is contracted with, for the covariants as a module over the
            invariants; its graphs have it as their last input, once. None for the invariants.
        degree: the highest degree in the inputs; None for as far as there are generators.
        limit: refuse a degree of which one multidegree has more independent functions than this; with `degree=None` the
            search ends before it.

    Returns:
        The generators, with what is known of them.

    Raises:
        ValueError: above the limit, for a degree that is asked for.
    """
    search = _Search(family(group), tensors, probe, limit)
    return search.to(degree) if degree is not None else search.to_the_end()


@dataclass(frozen=True)
class _Search:
    family: Family
    tensors: tuple[Tensor, ...]
    probe: Tensor | None
    limit: int

    def to(self, degree: int) -> GeneratingSet:
        """Up to a degree."""
        work = _Work(self, degree)
        for total in range(0 if self.probe else 1, degree + 1):
            self._refuse(work, total)
        graphs = [graph for total in range(0 if self.probe else 1, degree + 1) for graph in work.of_degree(total)]
        bound = degree_bound(self.family, self.tensors, self.probe)
        complete = bound is not None and bound <= degree
        return GeneratingSet(tuple(graphs), degree, complete, f"all of degree at most {degree}")

    def to_the_end(self) -> GeneratingSet:
        """Up to the degree beyond which there are no more, or as far as the limit lets it."""
        bound = degree_bound(self.family, self.tensors, self.probe)
        graphs: list[Graph] = []
        total, highest = 0 if self.probe else 1, 0
        while not self._ends(total - 1, highest, bound):
            work = _Work(self, total)
            if (largest := work.largest(total)) > self.limit:
                return GeneratingSet(tuple(graphs), total - 1, False, _stopped(total, largest, self.limit, bound))
            new = list(work.of_degree(total))
            graphs += new
            highest = total if new else highest
            total += 1
        if bound is not None:
            return GeneratingSet(tuple(graphs), bound, True, f"all: none has a degree above {bound}, by a theorem")
        return GeneratingSet(tuple(graphs), total - 1, True, f"as many as characters count up to degree {total - 1}")

    def _ends(self, done: int, highest: int, bound: int | None) -> bool:
        if bound is not None:
            return done >= bound
        least = self.family.dim if self.family.epsilon else 0
        return done >= max(2 * highest, least, self._one_each()) + 2

    def _one_each(self) -> int:
        """A degree at which every input has occurred with a partner."""
        return max((2 + tensor.rank % 2 for tensor in self.tensors), default=0)

    def _refuse(self, work: "_Work", total: int) -> None:
        if (largest := work.largest(total)) > self.limit:
            raise ValueError(
                f"`degree` must leave at most limit={self.limit} independent functions of one multidegree. Got "
                f"{largest} at degree {total}, about {_seconds(largest)}: lower it, or raise limit=."
            )


class _Work:
    """The generators up to one degree, with as many inputs of each kind as can occur in one of them."""

    def __init__(self, search: _Search, degree: int):
        self.search = search
        self.kinds = list(dict.fromkeys(search.tensors))
        self.places = [[i for i, t in enumerate(search.tensors) if t == kind] for kind in self.kinds]
        self.used = [min(len(places), max(degree, 1)) for places in self.places]
        tensors = tuple(kind for kind, n in zip(self.kinds, self.used, strict=True) for _ in range(n))
        self.algebra = _algebra(search.family, tensors, search.probe)

    def largest(self, total: int) -> int:
        """The most independent functions of one multidegree of this degree."""
        return max((self.algebra.count(degrees) for degrees in self._patterns(total)), default=0)

    def of_degree(self, total: int) -> Iterator[Graph]:
        """The generators of this degree, of all inputs."""
        found = []
        for degrees in self._patterns(total):
            for graph in self.algebra.generators(degrees):
                found += [graph.relabel(names) for names in self._namings(degrees)]
        count = len(self.search.tensors)
        key = lambda graph: tuple(-n for n in graph.degrees(count))  # noqa: E731
        return iter(sorted(found, key=key))

    def _patterns(self, total: int) -> Iterator[Degrees]:
        """Multidegrees in which the degrees of inputs of one kind fall."""
        probe = () if self.search.probe is None else (1,)
        for shares in _compositions(total, len(self.kinds)):
            for parts in product(*(_partitions(share, n) for share, n in zip(shares, self.used, strict=True))):
                yield tuple(degree for part in parts for degree in part) + probe

    def _namings(self, degrees: Degrees) -> Iterator[tuple[int, ...]]:
        """Every way to give the inputs of the algebra the numbers of real ones that makes a difference."""
        start, choices = 0, []
        for places, used in zip(self.places, self.used, strict=True):
            choices.append(list(_assignments(degrees[start : start + used], tuple(places))))
            start += used
        for chosen in product(*choices):
            yield (*(name for names in chosen for name in names), len(self.search.tensors))


_algebras: dict[tuple, Algebra] = {}


def _algebra(of: Family, tensors: tuple[Tensor, ...], probe: Tensor | None) -> Algebra:
    """The last algebra, where it is the same."""
    key = (of, tensors, probe)
    if key not in _algebras:
        _algebras.clear()
        _algebras[key] = Algebra(of, tensors, probe)
    return _algebras[key]


def _compositions(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """Ways to write `total` as a sum of `parts` numbers of at least 0, first ones large first."""
    if parts == 0:
        if total == 0:
            yield ()
        return
    for first in range(total, -1, -1):
        for rest in _compositions(total - first, parts - 1):
            yield (first, *rest)


def _partitions(total: int, parts: int, most: int | None = None) -> Iterator[tuple[int, ...]]:
    """Ways to write `total` as a sum of `parts` falling numbers of at least 0."""
    if parts == 0:
        if total == 0:
            yield ()
        return
    for first in range(min(total, total if most is None else most), -1, -1):
        for rest in _partitions(total - first, parts - 1, first):
            yield (first, *rest)


def _assignments(degrees: Degrees, places: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Which place each degree goes to: places of equal degree rise, those of degree 0 do not matter."""
    if not any(degrees):
        yield tuple(places[: len(degrees)])
        return
    equal = [i for i, degree in enumerate(degrees) if degree == degrees[0]]
    for chosen in combinations(places, len(equal)):
        left = tuple(place for place in places if place not in chosen)
        for rest in _assignments(degrees[len(equal) :], left):
            yield chosen + rest


def degree_bound(of: Family, tensors: tuple[Tensor, ...], probe: Tensor | None) -> int | None:
    """The highest degree that a generator can have, where a theorem says it; None elsewhere.

    Of tensors with at most two indices and no ε, invariants are traces of words and ⟨v, W w⟩. A matrix of n rows
    satisfies its characteristic equation, so that words are nilpotent modulo products with invariants, of degree
    N = 1, 3, 6, 10 for n = 1, 2, 3, 4: traces have at most N matrices, and words between vectors at most N − 1.

    References:
        Kuzmin (1975) and Vaughan-Lee, Int. J. Algebra Comput. 3 (1993), 119, for N; Procesi, Adv. Math. 19 (1976),
        306, for traces and nilpotency.
    """
    every = (*tensors, *(() if probe is None else (probe,)))
    if of.epsilon or len(of.fixed_up) or len(of.fixed_down) or of.dim not in _NILPOTENT:
        return None
    ranks = Counter(tensor.rank for tensor in every)
    if max(ranks, default=0) > 2:
        return None
    most = _NILPOTENT[of.dim]
    bound = max(2, most + 1) if ranks[1] and ranks[2] else 2 if ranks[1] else most
    return bound - (probe is not None)


def _stopped(total: int, largest: int, limit: int, bound: int | None) -> str:
    theorem = "" if bound is None else f" (a theorem says that none is above {bound})"
    return (
        f"all of degree below {total}{theorem}: degree {total} has {largest} independent functions of one multidegree, "
        f"more than limit={limit}, about {_seconds(largest)}"
    )


def _seconds(functions: int) -> str:
    """How long it takes, very roughly: products of a generator and a basis are reduced by elimination."""
    seconds = 2e-8 * functions**3
    return f"{seconds:.0f} s" if seconds < 120 else f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"
