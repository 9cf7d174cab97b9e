"""The generating invariants and covariants of n vectors and m covectors, from those of a few by relabelling."""

from collections.abc import Iterator
from functools import cache
from itertools import combinations, product
from math import comb

from .._check import TooLargeError
from ..contractions.family import Family
from ._count import check_candidates
from ._prune import generators
from .bracket import Bracket, Contraction, Degree, Slot, down, fixed_down, fixed_up, leg, up

_MOST_INVARIANTS = 1_000_000


@cache
def invariant_generators(family: Family, n_up: int, n_down: int) -> tuple[Bracket, ...]:
    """All brackets that generate the polynomial invariants; pairings first."""
    found = [c[0] for c in _instances(family, n_up, n_down, (), _MOST_INVARIANTS)]
    return tuple(sorted(found, key=lambda bracket: (bracket.kind != "pair", bracket.kind, bracket.slots)))


@cache
def covariant_generators(
    family: Family, n_up: int, n_down: int, legs: tuple[str, ...], limit: int
) -> tuple[Contraction, ...]:
    """All contractions that generate the covariants with these legs as a module over the invariants.

    Raises:
        TooLargeError: if there are more than `limit`, or if the contractions to choose them from are too many for it.
    """
    check_candidates(family, n_up, n_down, legs, limit)
    return tuple(_instances(family, n_up, n_down, legs, limit))


def _instances(family: Family, n_up: int, n_down: int, legs: tuple[str, ...], limit: int) -> Iterator[Contraction]:
    counted = 0
    for along, others in _along_fixed(family, legs):
        kinds = tuple(legs[number] for number in others)
        if legs and not others:
            yield along
            continue
        patterns = list(_patterns(family, n_up, n_down, kinds))
        for p in patterns:  # each is counted before the next, which may be beyond all patience
            counted += len(generators(family, p, kinds)) * comb(n_up, len(p.up)) * comb(n_down, len(p.down))
            if counted > limit:
                raise TooLargeError(_too_many(counted, limit, len(legs), n_up + n_down))
        renamed = {leg(i): leg(number) for i, number in enumerate(others)}
        for pattern in patterns:
            for template in generators(family, pattern, kinds):
                for names in _namings(pattern, n_up, n_down):
                    yield (*along, *(bracket.relabel(names | renamed) for bracket in template))


def _too_many(counted: int, limit: int, legs: int, vectors: int) -> str:
    if not legs:
        return f"there must be at most {limit} invariants. Got {counted} or more of {vectors} vectors: take fewer."
    return (
        f"there must be at most limit={limit} covariants. Got {counted} or more with {legs} indices of {vectors} "
        "vectors: raise limit=, or share coefficients over particles with permutation=True."
    )


def _along_fixed(family: Family, legs: tuple[str, ...]) -> Iterator[tuple[Contraction, tuple[int, ...]]]:
    """Every way to lay some legs along fixed vectors: their brackets, and the legs that are left."""
    choices = []
    for number, kind in enumerate(legs):
        upper = family.form is not None or kind == "V"
        fixed = map(fixed_up, range(len(family.fixed_up))) if upper else map(fixed_down, range(len(family.fixed_down)))
        choices.append([None, *(Bracket("pair", (slot, leg(number))) for slot in fixed)])
    for chosen in product(*choices):
        yield tuple(b for b in chosen if b), tuple(i for i, b in enumerate(chosen) if b is None)


def _namings(pattern: Degree, n_up: int, n_down: int) -> Iterator[dict[Slot, Slot]]:
    for ups in combinations(range(n_up), len(pattern.up)):
        for downs in combinations(range(n_down), len(pattern.down)):
            renamed_up = {up(i): up(k) for i, k in enumerate(ups)}
            yield renamed_up | {down(i): down(k) for i, k in enumerate(downs)}


def _patterns(family: Family, n_up: int, n_down: int, legs: tuple[str, ...]) -> Iterator[Degree]:
    """Multidegrees with all exponents positive in which a generator can occur."""
    most = highest_degree(family, legs)
    for total in range(0 if legs else 1, most + 1):
        for of_up in range(total + 1):
            for ups in _compositions(of_up, n_up):
                for downs in _compositions(total - of_up, n_down):
                    yield Degree(ups, downs)


def highest_degree(family: Family, legs: tuple[str, ...]) -> int:
    """The most inputs that a generator can be made of."""
    if not legs:
        return max(2, family.dim) if family.epsilon else 2
    if not family.epsilon:
        return len(legs)
    if family.form is not None:  # at most one Levi-Civita tensor, with one leg at least
        return max(len(legs), len(legs) + family.dim - 2)
    return len(legs) * max(1, family.dim - 1)


def _compositions(total: int, parts: int) -> Iterator[tuple[int, ...]]:
    """Ways to write `total` as an ordered sum of at most `parts` positive integers."""
    if total == 0:
        yield ()
        return
    if parts:
        for first in range(1, total + 1):
            for rest in _compositions(total - first, parts - 1):
                yield (first, *rest)
