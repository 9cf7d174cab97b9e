"""A minimal set of generators, degree by degree: what no product of lower ones and no other graph replaces.

The invariants of some tensors are graded by how often each occurs. In every multidegree products of generators of lower
degree are added to an echelon form of values at random points modulo a prime, until there are as many as the
characters count. What is missing is looked for among the connected graphs (graded Nakayama lemma: the kept ones
generate, and none could be left out). Where the last input is a probe that occurs once, of the kind that the output is
contracted with, the same gives the covariants as a module over the invariants.

Inputs of equal kind are interchangeable: one order of their degrees is worked out, the others by relabelling.
"""

from collections.abc import Iterator
from itertools import islice
from math import comb, factorial, prod
from typing import TypeVar

import numpy as np

from .candidates import connected_graphs
from .echelon import Echelon, residue
from .family import Family
from .graph import Graph
from .residues import Residues
from .series import Characters
from .tensor import Tensor

_MARGIN = 20  # more points than functions: a false dependence has a chance of PRIME^-20
_BATCH = 16  # graphs that are looked at together
_BLOCK = 64  # products that are added together

_Item = TypeVar("_Item")
Degrees = tuple[int, ...]
Monomial = tuple[Graph, ...]
"""A product of generators, sorted."""


class TooManyError(Exception):
    """More than a limit allows; its arguments are the number, of what, and the limit."""


class Algebra:
    """The invariants of some tensors, or the covariants where the last one is a probe.

    Args:
        family: the group.
        tensors: the kinds of the inputs.
        probe: the kind of tensor that the output is contracted with; None for the invariants.
        limit: look through no more graphs of one multidegree than about so many.

    Raises:
        TooManyError: by its methods, above the limit.
    """

    def __init__(self, family: Family, tensors: tuple[Tensor, ...], probe: Tensor | None, limit: int):
        self.family, self.limit = family, limit
        self.tensors = tuple(t.with_indices(family) for t in (*tensors, *(() if probe is None else (probe,))))
        self.inputs = len(tensors)
        self.characters = Characters(family, self.tensors)
        self._found: dict[Degrees, tuple[tuple[Graph, ...], tuple[Monomial, ...]]] = {}
        self._residues: Residues | None = None

    def generators(self, degrees: Degrees) -> tuple[Graph, ...]:
        """The needed graphs of one multidegree; the degree of a probe, at the end, is 0 or 1."""
        return self._relabelled(degrees)[0]

    def basis(self, degrees: Degrees) -> tuple[Monomial, ...]:
        """Products of generators that are a basis of everything of one multidegree."""
        return self._relabelled(degrees)[1]

    def count(self, degrees: Degrees) -> int:
        """How many there are, by their characters."""
        return self.characters.count(degrees)

    def _relabelled(self, degrees: Degrees) -> tuple[tuple[Graph, ...], tuple[Monomial, ...]]:
        order = self._order(degrees)
        sorted_degrees = tuple(degrees[i] for i in order)
        if sorted_degrees not in self._found:
            self._found[sorted_degrees] = self._find(sorted_degrees)
        graphs, basis = self._found[sorted_degrees]
        if order == tuple(range(len(order))):
            return graphs, basis
        renamed = {graph: graph.relabel(order) for graph in {*graphs, *(g for m in basis for g in m)}}
        return tuple(renamed[g] for g in graphs), tuple(tuple(sorted(renamed[g] for g in m)) for m in basis)

    def _order(self, degrees: Degrees) -> tuple[int, ...]:
        """The inputs, those of equal kind by falling degree."""
        order: list[int] = list(range(len(degrees)))
        for kind in dict.fromkeys(self.tensors[: self.inputs]):
            places = [i for i in range(self.inputs) if self.tensors[i] == kind]
            for place, source in zip(places, sorted(places, key=lambda i: -degrees[i]), strict=True):
                order[place] = source
        return tuple(order)

    def _find(self, degrees: Degrees) -> tuple[tuple[Graph, ...], tuple[Monomial, ...]]:
        wanted = self.count(degrees)
        if not any(degrees):
            return (), ((),)
        if not wanted:
            return (), ()
        for lower in _below(degrees):  # whatever they need is there before points are drawn
            self._relabelled(lower)
        points = self._points(wanted)
        echelon, basis = Echelon(points.points), []
        for products in _batches(self._products(degrees), _BLOCK):
            values = [self._value(monomial) for monomial in products]
            basis += [m for m, new in zip(products, echelon.extend(np.array(values)), strict=True) if new]
            if echelon.rank == wanted:
                return (), tuple(basis)
        if (expected := graph_count(self.family, self.tensors, degrees)) > self.limit:
            raise TooManyError(expected, "graphs of one multidegree", f"effort={self.limit}")
        graphs: list[Graph] = []
        start = len(degrees) - 1 if len(degrees) > self.inputs and degrees[-1] else None
        for candidates in _batches(connected_graphs(self.family, self.tensors, degrees, start), _BATCH):
            mask = echelon.extend(points.values(candidates))
            graphs += [g for g, new in zip(candidates, mask, strict=True) if new]
            points.forget([g for g, new in zip(candidates, mask, strict=True) if not new])
            if echelon.rank == wanted:
                return tuple(graphs), (*basis, *((g,) for g in graphs))
        raise AssertionError(f"{wanted} of degrees {degrees} by characters, {echelon.rank} among the graphs")

    def _products(self, degrees: Degrees) -> Iterator[Monomial]:
        """Products of a generator and of what is a basis of the rest, each once."""
        seen: set[Monomial] = set()
        for lower in _below(degrees):
            rest = tuple(a - b for a, b in zip(degrees, lower, strict=True))
            for graph in self.generators(lower):
                for others in self.basis(rest):
                    monomial = tuple(sorted((graph, *others)))
                    if monomial not in seen:
                        seen.add(monomial)
                        yield monomial

    def _value(self, monomial: Monomial) -> np.ndarray:
        assert self._residues is not None
        total = np.ones(self._residues.points)
        for row in self._residues.values(monomial):
            total = residue(total * row)
        return total

    def _points(self, wanted: int) -> Residues:
        """Enough random points."""
        if self._residues is None or self._residues.points < wanted + _MARGIN:
            self._residues = Residues(self.family, self.tensors, max(64, 2 * wanted + _MARGIN))
        return self._residues


def graph_count(family: Family, tensors: tuple[Tensor, ...], degrees: Degrees) -> int:
    """About how many graphs there are up to isomorphism: ways to join all indices, over the orders that are equal."""
    legs = sum(degree * tensor.rank for degree, tensor in zip(degrees, tensors, strict=True))
    equal = prod(len(t.group) ** degree * factorial(degree) for degree, t in zip(degrees, tensors, strict=True))
    ways = _pairings(legs)
    if family.epsilon and legs >= family.dim:
        ways += comb(legs, family.dim) * _pairings(legs - family.dim)
    return ways // equal


def _pairings(legs: int) -> int:
    return prod(range(1, legs, 2)) if legs % 2 == 0 else 0


def _batches(items: Iterator[_Item], size: int) -> Iterator[list[_Item]]:
    while batch := list(islice(items, size)):
        yield batch


def _below(degrees: Degrees) -> Iterator[Degrees]:
    """Multidegrees below, neither none nor all, small ones first."""
    ranges = [range(degree + 1) for degree in degrees]
    found = np.stack(np.meshgrid(*ranges, indexing="ij"), axis=-1).reshape(-1, len(degrees))
    for row in found[np.argsort(found.sum(axis=1), kind="stable")][1:-1]:
        yield tuple(int(i) for i in row)
