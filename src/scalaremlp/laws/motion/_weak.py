"""Which terms a law of motion is made of, from the integrals of the terms along the windows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import log
from typing import NamedTuple

import numpy as np

from .._expression import Constant, times
from .._judge import Judged
from .._problem import Guess
from .._pursuit import pursue
from .._sums import different, shortest
from .._table import Dimension, Table
from ._nodes import Nodes, Term
from ._polish import Gram, polished
from ._windows import Windows, integrals

_THROUGH = 6  # states that polynomials go through, and one fewer to see how far off they are
_POLISHED = 3  # sums
_OF_A_COST = 2.4  # log evidence of the cost of a term, twice that of a node
_LEAST = 1e-26
_FACTOR = 4.0  # by which integrals may be further off than that
_FLOOR = 1e-11  # of what is left by Gram matrices


class Effort(NamedTuple):
    """How many terms there are to choose from, of how many at most a sum is, and how many sums are kept."""

    most: int
    terms: int
    beam: int
    pairs: int


class Sum(NamedTuple):
    """A sum of terms, with constants of least squares.

    Attributes:
        judged: the formula, and how well it fits.
        rest: what it leaves in each window, (w,): a mean square, in units of the states' scale.
        rough: how far off the integrals may be, likewise.
        errors: standard errors of the constants by these equations.
    """

    judged: Judged
    rest: np.ndarray
    rough: np.ndarray
    errors: tuple[float, ...]


@dataclass(frozen=True, eq=False)
class Weak:
    """The equations for one formula: a Hamiltonian, or the rate of change of one tensor of the state.

    Attributes:
        nodes: the states of the windows.
        windows: the windows.
        place: the components of the state that the formula moves.
        scale: the size of each component of the state.
        own: the tensors, by their place among those of the nodes, that the formula may have.
        dimension: of the formula; `None` where units are not known.
        weights: how much each window counts, (w,).
    """

    nodes: Nodes
    windows: Windows
    place: slice
    scale: np.ndarray
    own: tuple[int, ...]
    dimension: Dimension | None
    weights: np.ndarray

    @cached_property
    def _fine(self) -> np.ndarray:
        return integrals(self.windows.t, _THROUGH)

    @cached_property
    def _aside(self) -> np.ndarray:
        """How much polynomials through fewer states differ."""
        return integrals(self.windows.t, min(_THROUGH, self.windows.t.shape[1]) - 1) - self._fine

    @cached_property
    def target(self) -> np.ndarray:
        """States about their mean, (w, m·size)."""
        z = self.windows.z
        return self._scaled(z - z.mean(axis=1, keepdims=True))

    @property
    def seen(self) -> np.ndarray:
        """Which windows are not held out."""
        return ~self.windows.held

    def _scaled(self, states: np.ndarray) -> np.ndarray:
        own = (states / self.scale)[:, :, self.place].reshape(len(states), -1)
        return np.asarray(own * self.weights[:, None])

    @cached_property
    def _known(self) -> dict[Term, tuple[np.ndarray, np.ndarray]]:
        return {}

    def _columns(self, term: Term) -> tuple[np.ndarray, np.ndarray]:
        """The integral of a term along the windows, (w, m·size), and how far off it may be."""
        if term not in self._known:
            with np.errstate(all="ignore"):
                moved = self.nodes.moved(term)[:, self.place].reshape(*self.windows.t.shape, -1)
                moved = moved / self.scale[self.place] * self.weights[:, None, None]
                fine, aside = (by @ moved for by in (self._fine, self._aside))
                self._known[term] = fine.reshape(len(moved), -1), aside.reshape(len(moved), -1)
        return self._known[term]

    def sums(self, table: Table, effort: Effort) -> list[Sum]:
        """Sums of few terms, the one of most evidence first."""
        if not (terms := self.terms(table, effort.most)):
            raise ValueError(
                "A term of a law of motion has its unit. Got no product of the inputs that has it. Check `units`, "
                '`units_parameters` and `time_unit`, or allow constants="any".'
            )
        columns = np.stack([self._columns(term)[0][self.seen].ravel() for term in terms], axis=1)
        size, target = np.linalg.norm(columns, axis=0), self.target[self.seen].ravel()
        good = np.flatnonzero(np.isfinite(size) & (size > _LEAST * np.linalg.norm(target)))
        good = good[different(columns[:, good] / size[good])]
        columns, kept = columns[:, good] / size[good], [terms[i] for i in good]
        found = pursue(columns, target, effort.terms, beam=effort.beam, pairs=effort.pairs, exact=_LEAST)
        supports = {tuple(sorted(each.support)) for each in found}
        sums = {support: self.sum([kept[i] for i in support]) for support in supports}
        best = sorted(supports, key=lambda own: -sums[own].judged.evidence)[:_POLISHED]
        for support in best:
            shorter = tuple(sorted(polished(self._gram(columns, kept, target, sums[support]), support)))
            if shorter not in sums:
                sums[shorter] = self.sum([kept[i] for i in shorter])
        return sorted(sums.values(), key=lambda each: -each.judged.evidence)

    def terms(self, table: Table, most: int) -> list[Term]:
        """The shortest ones."""
        entries = [self.nodes.tensors[i] for i in self.own]
        of, powers = shortest(table, entries, self.dimension, most)
        costs = table.cost(powers) + np.array([entries[i].cost for i in of])
        told = [self.nodes.undecided(table, e) for e in powers]
        rows = zip(of, powers, costs, told, strict=True)
        return [Term(self.own[i], table.expression(e), float(c)) for i, e, c, out in rows if not out]

    def _gram(self, columns: np.ndarray, terms: Sequence[Term], target: np.ndarray, start: Sum) -> Gram:
        size = float(np.linalg.norm(target))
        floor = float(np.sum(start.rough[self.seen]) / np.sum(self._squares()[self.seen]))
        costs = np.array([self._cost(term) for term in terms])
        return Gram(columns.T @ columns, columns.T @ target / size, costs, self._count, max(floor, _FLOOR))

    @property
    def _count(self) -> float:
        """How many numbers tell of the terms: the mean of a window does not."""
        return float(np.sum(self.seen)) * self.target.shape[1] * (1 - 1 / self.windows.t.shape[1])

    def _cost(self, term: Term) -> float:
        return 0.5 * log(self._count) + _OF_A_COST * (1 + term.cost)

    def _squares(self) -> np.ndarray:
        return np.asarray(np.mean(self.target**2, axis=1))

    def sum(self, terms: Sequence[Term]) -> Sum:
        """A sum with constants of least squares. What polynomials err by counts as noise that no term can mend."""
        columns = np.stack([self._columns(term)[0] for term in terms], axis=2)
        flat = columns[self.seen].reshape(-1, len(terms))
        size = np.linalg.norm(flat, axis=0)
        constants = np.linalg.lstsq(flat / size, self.target[self.seen].ravel(), rcond=1e-13)[0] / size
        rest = np.mean((self.target - columns @ constants) ** 2, axis=1)
        off = np.stack([self._columns(term)[1] for term in terms], axis=2) @ constants
        rough, total = _FACTOR * np.mean(off**2, axis=1), self._squares()
        fitted = float(rest[self.seen].sum() / total[self.seen].sum())
        floor = float(rough[self.seen].sum() / total[self.seen].sum())
        evidence = -0.5 * self._count * log(max(fitted, floor, _LEAST)) - sum(map(self._cost, terms))
        error = float(rest[self.windows.held].sum() / total[self.windows.held].sum())
        guess = Guess.of_terms([
            (term.tensor, times(Constant(0), term.scalar), float(value))
            for term, value in zip(terms, constants, strict=True)
        ])  # fmt: skip
        inverse = np.linalg.pinv((flat / size).T @ (flat / size))
        errors = np.sqrt(np.diag(inverse) * rest[self.seen].mean()) / size
        judged = Judged(guess, error, fitted, evidence)
        return Sum(judged, rest / self.weights**2, rough / self.weights**2, tuple(map(float, errors)))

    def weighed(self, found: Sum) -> "Weak":
        """With windows counting less where more is left than in most: what happens between their states is not seen."""
        variance = np.median(found.rest) + found.rest + found.rough
        return replace(self, weights=np.sqrt(variance.min() / variance))
