"""Which contractions are needed: those that are no combination of others with polynomial invariants as coefficients.

The covariants of given legs form a module over the invariants, graded by multidegree. In each degree a candidate is
kept if it is independent of the products invariant × covariant of lower degree and of the candidates kept before it
(graded Nakayama lemma), so that the kept ones generate all equivariant polynomial maps, and none could be left out.
Independence is decided by values at random points modulo a prime; open indices are closed with random vectors.

Where vectors are fixed, an index of the output either lies along one of them or is orthogonal to all of them. Here
legs are of the second kind (their random vectors are); `generators` adds the first.
"""

from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

import numpy as np

from scalaremlp.contractions.echelon import PRIME, Echelon, matmul, residue

from ..contractions.family import Family
from ._enumerate import closed_brackets, open_contractions
from ._wedge import wedge_steps
from .bracket import Bracket, Contraction, Degree, Slot, degree, down, fixed_down, fixed_up, leg, up

_MARGIN = 20


class _Graded(NamedTuple):
    kept: tuple[Contraction, ...]
    values: np.ndarray  # a basis of the module in this degree: values at the points


@dataclass(frozen=True)
class GradedModule:
    """Invariants (no legs) or covariants of `n_up` vectors and `n_down` covectors, degree by degree."""

    family: Family
    n_up: int
    n_down: int
    legs: tuple[str, ...] = ()

    def generators(self, degree: Degree) -> tuple[Contraction, ...]:
        """The needed contractions of this multidegree."""
        if self.legs and not any(open_contractions(self.family, degree, self.legs)):
            return ()
        return tuple(c for found in self._evaluate(degree) for c in found.kept)

    def _evaluate(self, degree: Degree) -> tuple["_Graded", "_Graded"]:
        points = 64
        while True:
            evaluation = _evaluation(self, points)
            even, odd = (evaluation.graded(degree, True, parity) for parity in (0, 1))
            if max(len(even.values), len(odd.values)) <= points - _MARGIN:
                return even, odd
            points *= 2


@dataclass(frozen=True)
class _Evaluation:
    module: GradedModule
    points: int

    @cached_property
    def vectors(self) -> dict[Slot, np.ndarray]:
        """Random residues for every slot, (points, dim) each; fixed vectors as they are."""
        m, d = self.module, self.module.family.dim
        slots = [*map(up, range(m.n_up)), *map(down, range(m.n_down)), *map(leg, range(len(m.legs)))]
        rng = np.random.default_rng(0)
        drawn = {slot: rng.integers(1, PRIME, (self.points, d)).astype(float) for slot in slots}
        for number, kind in enumerate(m.legs):
            drawn[leg(number)] = _away_from_fixed(m.family, kind, drawn[leg(number)])
        for make, fixed in ((fixed_up, m.family.fixed_up), (fixed_down, m.family.fixed_down)):
            drawn |= {make(i): np.broadcast_to(v % PRIME, (self.points, d)) for i, v in enumerate(fixed)}
        return drawn

    def value(self, contraction: Contraction) -> np.ndarray:
        total = np.ones(self.points)
        for bracket in contraction:
            total = residue(total * self.bracket_values(bracket))
        return total

    @cached_property
    def _bracket_values(self) -> dict[Bracket, np.ndarray]:
        return {}

    def bracket_values(self, bracket: Bracket) -> np.ndarray:
        if bracket not in self._bracket_values:
            self._bracket_values[bracket] = self._bracket(bracket)
        return self._bracket_values[bracket]

    def _bracket(self, bracket: Bracket) -> np.ndarray:
        vectors = [self.vectors[slot] for slot in bracket.slots]
        if bracket.kind != "pair":
            return _determinant(vectors, self.module.family.dim)
        first, second = vectors
        if self.module.family.form is not None:
            first = matmul(first, self.module.family.form % PRIME)
        return residue(residue(first * second).sum(axis=1))

    @cached_property
    def _memo(self) -> dict[tuple[Degree, bool, int], _Graded]:
        return {}

    def graded(self, wanted: Degree, legs: bool, parity: int) -> _Graded:
        """Kept generators and a basis in one degree, of the module itself or (legs=False) of the invariants.

        Even and odd under reflections, with an even or odd number of Levi-Civita tensors, are independent.
        """
        key = (wanted, legs and bool(self.module.legs), parity)
        if key not in self._memo:
            self._memo[key] = self._graded(*key)
        return self._memo[key]

    def _graded(self, wanted: Degree, legs: bool, parity: int) -> _Graded:
        if not legs and wanted.total == 0:
            return _Graded((), np.ones((1 - parity, self.points)))
        echelon = Echelon(self.points)
        for bracket in self.invariant_candidates:
            rest = wanted - degree((bracket,), self.module.n_up, self.module.n_down)
            if rest is None or (not legs and rest.total == 0):
                continue
            lower = self.graded(rest, legs, parity ^ self._parity((bracket,)))
            echelon.extend(residue(lower.values * self.bracket_values(bracket)))
        candidates = [c for c in self._candidates(wanted, legs) if self._parity(c) == parity]
        if candidates:
            mask = echelon.extend(np.stack([self.value(c) for c in candidates]))
            candidates = [c for c, new in zip(candidates, mask, strict=True) if new]
        return _Graded(tuple(candidates), echelon.rows)

    def _parity(self, contraction: Contraction) -> int:
        """Reflections tell contractions with and without a Levi-Civita tensor apart where there is a form."""
        if self.module.family.form is None:
            return 0
        return sum(bracket.kind != "pair" for bracket in contraction) % 2

    def _candidates(self, wanted: Degree, legs: bool) -> list[Contraction]:
        if legs:
            return list(open_contractions(self.module.family, wanted, self.module.legs))
        n_up, n_down = self.module.n_up, self.module.n_down
        return [(b,) for b in self.invariant_candidates if degree((b,), n_up, n_down) == wanted]

    @cached_property
    def invariant_candidates(self) -> list[Bracket]:
        return closed_brackets(self.module.family, self.module.n_up, self.module.n_down)


@lru_cache(maxsize=4)
def _evaluation(module: GradedModule, points: int) -> _Evaluation:
    """Shared by the degrees of one module, which are built from one another."""
    return _Evaluation(module, points)


def _away_from_fixed(family: Family, kind: str, probes: np.ndarray) -> np.ndarray:
    """Remove from the vectors that close a leg their parts along the fixed vectors.

    A probe of an upper index without a form is a covector, hence the dual bases change places.
    """
    along, dual = family.fixed_projection if kind == "V*" else family.fixed_projection[::-1]
    for vector, covector in zip(along, dual, strict=True):
        probes = residue(probes - np.outer(matmul(probes, (covector % PRIME)[:, None]), vector % PRIME))
    return probes


def _determinant(vectors: list[np.ndarray], dim: int) -> np.ndarray:
    wedge = np.ones((len(vectors[0]), 1))
    for step, vector in zip(wedge_steps(dim, dim), vectors, strict=True):
        terms = residue(wedge[:, step.previous] * vector[:, step.vector]) * step.sign
        wedge = residue(terms.sum(axis=-1))
    return wedge[:, 0]


@cache
def generators(family: Family, wanted: Degree, legs: tuple[str, ...]) -> tuple[Contraction, ...]:
    """The needed contractions of one multidegree whose exponents are all positive."""
    return GradedModule(family, len(wanted.up), len(wanted.down), legs).generators(wanted)
