"""Which numbers and matrices were meant by those that are typed."""

from fractions import Fraction

import numpy as np
import pytest

from scalaremlp.groups import Lorentz, Matrices, RubiksCube, S
from scalaremlp.groups.digits import determinant, fraction, fractions, rounding, typed
from scalaremlp.groups.meant import meant


@pytest.mark.parametrize(
    ("x", "known"),
    [(0.0, 0), (0.1, "1/10"), (-2.5e-20, "-1/40000000000000000000"), (1 / 3, "1/3"), (1e5 / 7, "100000/7"),
     (2.0**40, 2**40), (123456789012345.0, None), (np.pi, None), (1e6 * np.pi, None), (1 / 99991, "1/99991"),
     (299792458.0, 299792458)],
)  # fmt: skip
def test_fractions(x, known):
    assert fraction(x) == (None if known is None else Fraction(known))


def test_numbers_of_any_size_hardly_ever_pass_for_fractions():
    rng = np.random.default_rng(0)
    for size in 10.0 ** np.arange(-12, 13):
        assert sum(fraction(x) is not None for x in size * rng.uniform(1, 10, 300)) <= 5, size


def test_fractions_of_a_matrix():
    assert fractions(np.array([[0.5, 1 / 7]])) == [[Fraction(1, 2), Fraction(1, 7)]]
    assert fractions(np.array([[0.5, np.pi]])) is None and fractions(np.array([[1j]])) is None


def test_determinants():
    rng = np.random.default_rng(0)
    for size in range(1, 6):
        matrix = rng.integers(-9, 10, (size, size))
        assert determinant([[Fraction(int(x)) for x in row] for row in matrix]) == round(np.linalg.det(matrix))
    assert determinant([[Fraction(0), Fraction(2)], [Fraction(3), Fraction(5)]]) == -6


def test_how_a_matrix_was_typed():
    turn = np.array([[np.cos(1.2), -np.sin(1.2)], [np.sin(1.2), np.cos(1.2)]])
    assert typed(turn) is None and typed(turn.astype(np.float32).astype(float)) == "float32"
    assert typed(turn.round(5)) == "5 digits" and typed(1j * turn.round(3)) == "3 digits"
    assert typed(np.diag([2.0, 0.5])) is None and typed(np.diag([1 / 3, 3.0])) is None
    assert np.allclose(rounding(np.diag([1.234, 200.0]), "4 digits"), np.diag([5e-4, 0]))
    assert np.allclose(rounding(np.diag([1.234, 201.0]), "4 digits"), np.diag([5e-4, 5e-2]))


@pytest.mark.parametrize(
    ("matrix", "certain"),
    [
        ([[233, 144], [144, 89]], True),  # determinant 1
        ([[2001.0, -0.2002], [10010000.0, -1002.0]], True),  # 1000 and -1
        ([[-0.035, -0.09], [0.0675, 0.145]], True),  # 0.1 and 0.01
        ([[1.667, 1.333], [1.333, 1.667]], False),  # 3 and 0.334, which any such matrix has
        ([[11.0, 3333.3333], [-0.03, -9.0]], False),  # 0.999 and 1.001
        ([[233, 144], [144, 88]], False),
    ],
)
def test_blocks_that_rounding_would_not_give_are_certain(matrix, certain):
    matrix = np.array(matrix, float)
    assert typed(matrix) is not None and rounding(matrix, typed(matrix)).any() != certain


@pytest.mark.parametrize("group", [S(60), RubiksCube(), Lorentz(), Matrices(generators=[[[2, 1], [1, 1]]])], ids=str)
def test_generators_of_integers_are_meant(group):
    assert np.array_equal(meant(group).generators, group.generators) and meant(group).remarks == ()


def test_a_rounded_rotation_becomes_orthogonal_and_of_finite_order():
    for order, digits in ((3, 3), (7, 4), (12, 6)):
        angle = 2 * np.pi / order
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        found = meant(Matrices(generators=[turn.round(digits)]))
        assert np.allclose(found.generators[0], turn, atol=1e-14, rtol=0)
        assert 0 < found.uncertainty < 10.0 ** (1 - digits) and f"of order {order}" in found.remarks[0]
