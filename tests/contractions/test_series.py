"""Counts of invariants by characters, against quadrature over the group and against null spaces of its action."""

import numpy as np
import pytest

from scalaremlp.contractions.family import family
from scalaremlp.contractions.series import Characters, add, constant, constant_term, monomial, multiply
from scalaremlp.groups import GL, SL, SO, SU, Lorentz, O, O2eR3, SO2eR3, Sp, U

from .classes import COMPACT, far, mean_character
from .oracle import A2, ELASTICITY, HARMONIC3, MAP, S2, T02, T2, T3, W, X, dimension, named

# group, the compact group that has its invariants, tensors, multidegrees
BY_QUADRATURE = [
    (SO(2), "SO(2)", (T2, X), [(1, 0), (3, 2), (6, 4)]),
    (SO(2), "SO(2)", (T3,), [(2,), (4,)]),
    (O(2), "O(2)", (T2, A2), [(1, 1), (3, 2), (5, 1)]),
    (O(2), "O(2)", (S2, S2, X), [(1, 1, 0), (2, 2, 2)]),
    (O(2), "O(2)", (HARMONIC3,), [(1,), (2,), (4,)]),
    (SO(3), "SO(3)", (S2, X), [(2, 1), (3, 3), (3, 2), (6, 2)]),
    (SO(3), "SO(3)", (HARMONIC3,), [(4,), (10,), (15,)]),
    (O(3), "O(3)", (HARMONIC3,), [(4,), (9,), (10,), (15,)]),
    (O(3), "O(3)", (ELASTICITY,), [(1,), (2,), (5,)]),
    (O(3), "O(3)", (T2, X), [(2, 1), (2, 2), (5, 4)]),
    (SO(4), "SO(4)", (A2,), [(2,), (4,)]),
    (Lorentz(), "O(4)", (A2, X), [(2, 0), (2, 2), (1, 2)]),
    (Lorentz(), "O(4)", (S2,), [(1,), (4,), (5,)]),
    (Sp(1), "SU(2)", (T2, X), [(1, 0), (2, 2), (3, 4)]),
    (Sp(2), "Sp(2)", (S2, X), [(2, 0), (2, 2), (1, 2)]),
    (SU(2), "SU(2)", (MAP, X, W), [(2, 1, 1), (2, 2, 0), (0, 2, 2)]),
    (SU(3), "SU(3)", (MAP, X, W), [(2, 1, 1), (2, 3, 0)]),
    (U(2), "U(2)", (S2, T02), [(1, 1), (2, 2), (2, 1)]),
    (GL(2), "U(2)", (MAP, X, W), [(2, 0, 0), (2, 1, 1), (1, 2, 1)]),
    (SL(2), "SU(2)", (T2, T02), [(1, 0), (2, 0), (2, 2)]),
    (O2eR3(), "O2eR3", (S2, X), [(1, 0), (2, 2), (3, 1)]),
]

BY_NULL_SPACES = [
    (SO(2), (T2, X), [(1, 0), (2, 2), (3, 1)]),
    (O(2), (T3,), [(1,), (2,), (3,)]),
    (O(3), (S2, A2), [(1, 1), (2, 2)]),
    (SO(3), (T2, X), [(1, 1), (2, 1)]),
    (O(3), (HARMONIC3,), [(1,), (2,), (4,)]),
    (Lorentz(), (A2, X), [(1, 2), (2, 2)]),
    (Sp(1), (T2, X), [(1, 1), (2, 2), (3, 0)]),
    (Sp(2), (S2,), [(2,), (3,)]),
    (GL(2), (MAP, X, W), [(1, 1, 1), (2, 1, 1)]),
    (GL(2), (T2,), [(1,), (2,)]),
    (U(2), (S2, T02), [(1, 1), (2, 2)]),
    (SU(2), (T2, X), [(1, 0), (2, 0), (1, 2)]),
    (SO2eR3(), (S2, X), [(1, 0), (2, 1)]),
    (O2eR3(), (A2, X), [(1, 0), (1, 1), (2, 1)]),
]


@pytest.mark.parametrize("compact", COMPACT)
def test_the_quadrature_measures_the_whole_group(compact):
    """The mean of 1 is 1: densities are right up to a shape that the counts below would show."""
    assert abs(mean_character(compact, (), ()) - 1) < 1e-12
    assert far(0.0, np.pi) == pytest.approx(4)


@pytest.mark.parametrize("group, compact, tensors, multidegrees", BY_QUADRATURE, ids=named)
def test_counts_are_means_of_characters(group, compact, tensors, multidegrees):
    characters = Characters(family(group), tensors)
    means = [mean_character(compact, tensors, degrees) for degrees in multidegrees]
    assert np.abs(np.array(means) - np.round(means)).max() < 1e-8
    assert [characters.count(degrees) for degrees in multidegrees] == np.round(means).tolist()


@pytest.mark.parametrize("group, tensors, multidegrees", BY_NULL_SPACES, ids=named)
def test_counts_are_dimensions_of_null_spaces(group, tensors, multidegrees):
    characters = Characters(family(group), tensors)
    for degrees in multidegrees:
        assert characters.count(degrees) == dimension(group, tensors, degrees), degrees


def test_the_constant_is_one_invariant():
    assert Characters(family(O(3)), (S2,)).count((0,)) == 1


def test_laurent_polynomials():
    one_and_x = add([constant(1, 1), monomial((1,))])
    square = multiply(one_and_x, one_and_x)
    assert square.tolist() == [0, 0, 1, 2, 1]
    assert constant_term(square, monomial((-2,))) == 1 and constant_term(square, monomial((1,))) == 0
    assert multiply(monomial((1, -2)), monomial((-1, 2))).sum() == 1
    assert constant_term(multiply(monomial((1, -2)), monomial((-1, 2))), constant(3, 2)) == 3
