"""Invariants times covariants span all equivariant polynomial maps, degree by degree, and no generator is idle."""

from functools import cache
from itertools import product

import numpy as np
import pytest

from scalaremlp.contractions.family import family
from scalaremlp.groups import GL, O11, SL, SO, SU, Group, Lorentz, O, O2eR3, SO2eR3, SO11p, SOp, Sp, Trivial, U
from scalaremlp.scalars._prune import generators
from scalaremlp.scalars.bracket import Degree, degree
from scalaremlp.scalars.generators import covariant_generators, invariant_generators

from .oracles import Contracted, dimension, rank

V, W = "V", "V*"
OUTPUTS = ((), (V,), (W,), (V, V), (V, W), (W, W))

# group, upper vectors, lower vectors (conjugates for U and SU), highest degree
QUICK = [
    (O(1), 2, 0, 3),
    (SO(1), 2, 0, 3),
    (O(2), 3, 0, 3),
    (SO(2), 3, 0, 3),
    (O(3), 2, 0, 4),
    (SO(3), 3, 0, 4),
    (O11(), 2, 0, 3),
    (SO(1, 1), 2, 0, 3),
    (SO11p(), 2, 0, 3),
    (O(1, 2), 2, 0, 4),
    (SO(1, 2), 3, 0, 4),
    (SOp(1, 2), 2, 0, 4),
    (Sp(1), 3, 0, 3),
    (U(1), 2, 2, 3),
    (SU(1), 1, 1, 2),
    (U(2), 2, 2, 3),
    (SU(2), 2, 2, 3),
    (GL(1), 2, 1, 3),
    (SL(1), 1, 1, 2),
    (GL(2), 2, 1, 3),
    (SL(2), 2, 1, 3),
    (SL(2), 1, 2, 3),
    (O2eR3(), 2, 0, 3),
    (SO2eR3(), 2, 0, 3),
    (Trivial(1), 2, 1, 2),
    (Trivial(2), 2, 1, 2),
]
SLOW = [
    (O(2), 3, 0, 5),
    (SO(2), 4, 0, 4),
    (O(3), 3, 0, 4),
    (Lorentz(), 2, 0, 3),
    (SO(4), 3, 0, 4),
    (Sp(1), 4, 0, 4),
    (Sp(2), 2, 0, 3),
    (SU(2), 2, 2, 4),
    (SU(3), 2, 2, 3),
    (SL(3), 3, 1, 3),
    (SL(2), 2, 2, 4),
    (GL(3), 2, 2, 3),
    (SO2eR3(), 3, 0, 3),
]
over_groups = pytest.mark.parametrize(
    "group, n_up, n_down, most",
    [*QUICK, *(pytest.param(*case, marks=pytest.mark.slow) for case in SLOW)],
    ids=lambda value: str(value),
)


class Products:
    """Products of generating invariants, and of those with covariants, at random points."""

    def __init__(self, group: Group, n_up: int, n_down: int, points: int):
        rng = np.random.default_rng(1)
        ups, downs = (rng.normal(size=(points, n, group.dim)) for n in (n_up, n_down))
        if group.field == "complex":  # a vector and its conjugate as independent variables
            ups, downs = (v + 1j * rng.normal(size=v.shape) for v in (ups, downs))
        self.group, self.counts, self.at = group, (n_up, n_down), Contracted(group, ups, downs)
        self.brackets = [(b,) for b in invariant_generators(family(group), n_up, n_down)]
        self.values = [self.at.value(c) for c in self.brackets]
        self.invariants = cache(self.invariants)

    def invariants(self, wanted: Degree, first: int = 0) -> tuple[tuple[int, np.ndarray], ...]:
        """All monomials of a multidegree in the invariants from `first` on: number of factors, values."""
        if wanted.total == 0:
            return ((0, np.ones(self.at.points)),)
        found = []
        for i in range(first, len(self.brackets)):
            rest = wanted - degree(self.brackets[i], *self.counts)
            if rest is not None:
                found += [(n + 1, self.values[i] * value) for n, value in self.invariants(rest, i)]
        return tuple(found)

    def maps(self, wanted: Degree, legs: tuple[str, ...]) -> tuple[np.ndarray, np.ndarray]:
        """Generators of this multidegree, and products of lower ones: each (number, values)."""
        if not legs:
            every = self.invariants(wanted)
            parts = [[v for n, v in every if (n == 1) == new] for new in (True, False)]
        else:
            parts = [[], []]
            for contraction in covariant_generators(family(self.group), *self.counts, legs, 10_000):
                rest = wanted - degree(contraction, *self.counts)
                if rest is not None:
                    tensor = self.at.value(contraction, legs).reshape(self.at.points, -1)
                    parts[rest.total > 0] += [(tensor * value[:, None]).ravel() for _, value in self.invariants(rest)]
        size = self.at.points * self.group.dim ** len(legs)
        return tuple(np.array(part).reshape(-1, size) for part in parts)


def multidegrees(n_up: int, n_down: int, most: int):
    for exponents in product(range(most + 1), repeat=n_up + n_down):
        if sum(exponents) <= most:
            yield Degree(exponents[:n_up], exponents[n_up:])


def expected(group: Group, wanted: Degree, legs: tuple[str, ...]) -> int:
    """Brute force, once for all orders of the vectors."""
    ups, downs = (tuple(sorted((e for e in part if e), reverse=True)) for part in (wanted.up, wanted.down))
    return dimension(group, ups, downs, legs)


@over_groups
def test_the_span_is_complete_and_the_generators_are_few(group, n_up, n_down, most):
    every = list(multidegrees(n_up, n_down, most))
    dimensions = {(wanted, legs): expected(group, wanted, legs) for wanted in every for legs in OUTPUTS}
    products = Products(group, n_up, n_down, points=max(dimensions.values()) + 10)
    for (wanted, legs), count in dimensions.items():
        new, lower = products.maps(wanted, legs)
        assert rank(np.concatenate([new, lower]), count) == count, (wanted, legs)
        assert rank(lower, count) + len(new) == count, f"idle generators: {wanted}, {legs}"


@pytest.mark.parametrize(
    "group, ups, downs, legs, count",
    [
        (O(3), (1, 1), (), (), 1),
        (O(3), (1, 1, 1), (), (), 0),
        (SO(3), (1, 1, 1), (), (), 1),
        (SO(3), (1, 1), (), (V,), 1),
        (SO(2), (2,), (), (), 1),
        (O(2), (2,), (), (V, V), 2),
        (SO(2), (2,), (), (V, V), 4),
        (Sp(1), (2,), (), (), 0),
        (U(2), (1,), (1,), (), 1),
        (SU(2), (1, 1), (), (), 1),
        (GL(2), (1,), (), (V,), 1),
        (GL(2), (), (), (V, V), 0),
        (SL(2), (), (), (V, V), 1),
        (Trivial(2), (1,), (), (V,), 4),
    ],
    ids=str,
)
def test_the_oracle_knows_what_is_known(group, ups, downs, legs, count):
    assert dimension(group, ups, downs, legs) == count


def test_more_generators_than_there_are_points_at_first():
    """The 105 products of four metrics are independent in four dimensions."""
    assert len(generators(family(O(4)), Degree((), ()), (V,) * 8)) == 105
