"""What a fit has left over speaks for a smaller group only where it is made of that group's tensors."""

import numpy as np
import pytest

from scalaremlp.groups import GL, SL, SO, SU, O, O2eR3, SO2eR3, SOp, Sp, U
from scalaremlp.reps import T
from scalaremlp.train._smaller import SMALLER, TOLD, smaller

N = 200


def vectors(count, dim, seed=0, imaginary=False):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(N, count, dim))
    return x + 1j * rng.normal(size=x.shape) if imaginary else x


def found(x, rep_out, group, residuals, noise=0.0):
    residuals = residuals + noise * np.random.default_rng(5).normal(size=residuals.shape)
    return smaller(x.shape[1] * T(1), rep_out, group, x.reshape(N, -1), residuals)


def det(x):
    return np.linalg.det(x)[:, None]


def test_a_cross_product_with_a_coefficient_and_noise():
    x = vectors(3, 3)
    left = np.cross(x[:, 0], x[:, 1]) * np.sum(x[:, 2] ** 2, axis=-1, keepdims=True)
    remedy = found(x, T(1), O(3), left, noise=0.3)
    assert remedy.group == "SO(3)" and (remedy.scalars, remedy.tensors) == (1, 3) and remedy.gain > 0.9


def test_a_determinant_of_a_scalar_output():
    x = vectors(4, 4)
    for group, expected in ((O(4), "SO(4)"), (O(1, 3), "SO(1,3)")):
        remedy = found(x, T(0), group, det(x))
        assert remedy.group == expected and remedy.gain > 0.9


def test_an_orientation_in_time():
    x = vectors(2, 4)
    x[:, 0, 0] = np.sign(x[:, 0, 0]) * (1 + np.linalg.norm(x[:, 0, 1:], axis=1))  # time-like
    remedy = found(x, T(0), SO(1, 3), np.sign(x[:, :1, 0]))
    assert remedy.group == "SOp(1,3)" and remedy.gain > 0.8


def test_a_complex_determinant():
    x = vectors(2, 2, imaginary=True)
    remedy = found(x, T(0), U(2), det(x))
    assert remedy.group == "SU(2)" and remedy.gain > 0.9


@pytest.mark.parametrize("group, rep_out", [(O(3), T(1)), (O(3), T(2)), (O(1, 3), T(1))], ids=str)
def test_a_rest_that_reflects_rightly_says_nothing(group, rep_out):
    """Such as that of a fit that has not begun, also where a sample has many numbers."""
    x = vectors(3, group.dim)
    left = np.sum(x[:, 1] ** 2, axis=-1, keepdims=True) * x[:, 0]
    left = left if rep_out == T(1) else (left[:, :, None] * left[:, None, :]).reshape(N, -1)
    assert not found(x, rep_out, group, left).gain > TOLD


def test_noise_says_nothing():
    x = vectors(3, 3)
    assert not found(x, T(2), O(3), np.zeros((N, 9)), noise=1.0).gain > TOLD


def test_groups_without_a_smaller_one_and_types_that_gain_nothing():
    x = vectors(2, 4)
    assert found(x, T(1), Sp(2), x[:, 0]) is None
    assert found(vectors(1, 3), T(1), O(3), vectors(1, 3)[:, 0]) is None
    many = vectors(40, 3)
    assert found(many, T(1), O(3), many[:, 0]) is None, "counting all determinants would take long"


def test_the_table():
    made = [(O(3), [SO(3)]), (O(1, 3), [SO(1, 3), SOp(1, 3)]), (SO(1, 3), [SOp(1, 3)]), (SO(3), []), (U(2), [SU(2)]),
            (GL(2), [SL(2)]), (O2eR3(), [SO2eR3()])]  # fmt: skip
    assert {type(group) for group, _ in made} == set(SMALLER)
    for group, expected in made:
        assert SMALLER[type(group)](group) == expected
