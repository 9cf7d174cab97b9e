"""The scalars of some samples, and which others lie outside of their range."""

import numpy as np
import pytest

from scalaremlp.groups import O, Z
from scalaremlp.reps import T, V
from scalaremlp.train._ranges import Scalars, decades, in_pieces, outside, ranges_of


@pytest.fixture
def scalars():
    return Scalars.of(2 * T(1), O(3))


def inputs(n, seed=0):
    return np.random.default_rng(seed).normal(size=(n, 6))


def test_samples_of_the_same_kind_lie_inside_and_larger_ones_do_not(scalars):
    values = scalars(inputs(300))
    ranges = ranges_of(scalars.names, values)
    assert outside(scalars.names, values, ranges)["rows"] == 0
    assert outside(scalars.names, scalars(inputs(2000, 1)), ranges)["rows"] < 20
    x = inputs(300, 2)
    x[:100, :3] *= 4
    found = outside(scalars.names, scalars(x), ranges)
    assert 60 < found["rows"] <= 100 and found["of"] == 300 and found["scalar"] == "<x1,x1>"


def test_a_constant_scalar_is_left_by_any_other_value(scalars):
    values = np.full((5, 1), 2.0)
    ranges = ranges_of(["s1"], values)
    assert outside(["s1"], np.array([[2.0], [2.0 + 1e-12], [2.1]]), ranges)["rows"] == 1


def test_the_sample_farthest_out_is_marked_by_its_scalar(scalars):
    ranges = ranges_of(scalars.names, scalars(inputs(300)))
    x = inputs(1)
    x[0, :3] = [5.3, 0, 0]
    assert scalars.most_unusual(scalars(x)[0], ranges) == "|x1| = 5.3"


def test_types_without_known_scalars():
    assert Scalars.of(V, Z(3)) is None and Scalars.of(40 * T(1), O(3)) is None


def test_decades():
    rng = np.random.default_rng(0)
    assert decades(10 ** rng.uniform(-4.5, 4.5, 5000)) == pytest.approx(8.1, abs=0.1)
    assert decades(rng.normal(size=5000)) < 1.6 and decades(np.zeros(50)) == 0
    assert decades(1e-300 * 10 ** rng.uniform(0, 5, 5000)) == pytest.approx(4.5, abs=0.1)


@pytest.mark.parametrize("n", [1, 1023, 1024, 1025])
def test_pieces(n):
    x = inputs(n)
    np.testing.assert_array_equal(in_pieces(lambda one: 2 * one, x), 2 * x)
