"""Samples that are copies of each other are found and kept together."""

import numpy as np
import pytest

from scalaremlp._copies import alike, apart, by_norms

RNG = np.random.default_rng(0)


def test_rows_that_are_alike():
    x = RNG.standard_normal((6, 3))
    copies = np.concatenate([x, x[::-1] + 1e-13, x[:2] + 1e-6])
    assert alike(copies).tolist() == [0, 1, 2, 3, 4, 5, 5, 4, 3, 2, 1, 0, 6, 7]
    assert alike(x + 1j * x[::-1]).tolist() == [0, 1, 2, 3, 4, 5]
    assert alike(np.zeros((3, 2))).tolist() == [0, 0, 0]


@pytest.mark.parametrize("unit", [1.0, 1e-150, 1e150])
def test_turned_samples_have_the_same_norms(unit):
    x, turn = unit * RNG.standard_normal((5, 3)), np.linalg.qr(RNG.standard_normal((3, 3)))[0]
    assert by_norms(np.concatenate([x, x @ turn])).tolist() == [0, 1, 2, 3, 4] * 2


def test_copies_stay_on_one_side():
    labels, order = np.repeat(np.arange(10), 3), RNG.permutation(30)
    for few in (1, 3, 4, 6):
        rows = apart(labels, order, few)
        assert len(rows) == 3 * -(-few // 3) and len(set(labels[rows])) == len(rows) // 3
    assert apart(np.arange(30), order, 6).tolist() == order[:6].tolist()
    assert apart(np.zeros(30, int), order, 6).tolist() == order[:6].tolist(), "all of one kind are no copies"
