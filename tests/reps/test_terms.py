"""A type is taken apart copy by copy; offsets are what is invariant of a mean, sizes leave the range nowhere."""

import numpy as np
import pytest

from scalaremlp.groups import SU, O, Trivial
from scalaremlp.reps import T
from scalaremlp.reps.terms import offset_and_size, power_of_two, terms


def test_every_copy_is_a_term():
    found = terms(T(1) + 2 * T(0) + T(2), O(3))
    assert [term.label for term in found] == ["T(1)", "T(0) 1 of 2", "T(0) 2 of 2", "T(2)"]
    assert [(term.part.start, term.part.stop) for term in found] == [(0, 3), (3, 4), (4, 5), (5, 14)]
    assert [term.invariant.shape[1] for term in found] == [0, 1, 1, 1]


@pytest.mark.parametrize(
    "rep, group, offset",
    [
        (T(0), O(3), [2.0]),
        (T(1), O(3), [0.0, 0.0, 0.0]),
        (T(2), O(2), [1.5, 0.0, 0.0, 1.5]),  # δ
        (T(2), O(1, 1), [-0.5, 0.0, 0.0, 0.5]),  # η
        (T(1), Trivial(2), [1.0, 2.0]),
        (T(0), SU(2), [2.0 + 3.0j]),
    ],
    ids=str,
)
def test_only_what_is_invariant_is_shifted(rep, group, offset):
    mean = {1: [offset[0]], 2: [1.0, 2.0], 3: [1.0, 2.0, 3.0], 4: [1.0, 7.0, -5.0, 2.0]}[len(offset)]
    values = np.array(mean) + np.array([[1.0], [-1.0]])
    found, size = offset_and_size(values, terms(rep, group)[0].invariant)
    np.testing.assert_allclose(found, offset, atol=1e-14)
    assert size == pytest.approx(np.sqrt((np.abs(values - found) ** 2).sum(axis=1).mean()), rel=1e-12)


@pytest.mark.parametrize("unit", [1e-300, 1e-150, 1e-21, 1e150, 1e300])
def test_sizes_of_extreme_values(unit):
    values = np.random.default_rng(0).standard_normal((50, 3))
    alone = offset_and_size(values, terms(T(1), O(3))[0].invariant)[1]
    assert offset_and_size(unit * values, terms(T(1), O(3))[0].invariant)[1] / unit == pytest.approx(alone, rel=1e-12)


def test_a_constant_has_the_size_of_itself():
    basis = terms(T(0), O(3))[0].invariant
    values = np.full((7, 1), -1e5 / 3)
    assert offset_and_size(values, basis)[1] == pytest.approx(1e5 / 3)
    assert offset_and_size(0 * values, basis)[1] == 1.0
    assert offset_and_size(1e9 + np.arange(4.0)[:, None], basis)[1] == pytest.approx(np.std(np.arange(4)))


def test_powers_of_two():
    assert [power_of_two(np.array(v)) for v in (0.0, 3.0, -4e-200, 1j, 1.7e308, 5e-324)] == [
        1.0,
        2.0,
        2.0**-663,
        1.0,
        2.0**1023,
        2.0**-1022,
    ]
