"""Pieces of trajectories with their types."""

import jax
import numpy as np
import pytest

from scalaremlp.data import Trajectories
from scalaremlp.groups import O
from scalaremlp.reps import T

TYPES = (2 * T(1), T(1), O(2))


def pieces(n=4, k=3, size=4, extra=2):
    t = np.arange(k) * 0.5 + np.arange(n)[:, None]
    return t, np.arange(n * k * size, dtype=float).reshape(n, k, size), np.ones((n, extra))


def test_parts():
    data = Trajectories(*pieces(), *TYPES, name="mine")
    assert len(data) == 4 and repr(data) == "Trajectories(mine: 4 of 3 states, 2*T(1) given T(1), O(2))"
    for rows in (slice(2), [0, 1], np.array([True, True, False, False])):
        np.testing.assert_array_equal(data[rows].z, data.z[:2])
        assert data[rows].parameters.shape == (2, 2) and data[rows].rep == data.rep
    np.testing.assert_array_equal(data.first(2).z, data.z[:, :2])
    assert [leaf.shape[0] for leaf in jax.tree.leaves(data)] == [4, 4, 4]


@pytest.mark.parametrize("extra", [True, False])
def test_intervals(extra):
    t, z, parameters = pieces()
    parameters = np.arange(8.0).reshape(4, 2) if extra else None
    data = Trajectories(t, z, parameters, *((2 * T(1), T(1), O(2)) if extra else (2 * T(1), None, O(2)))).intervals()
    assert data.t.shape == (8, 2) and data.z.shape == (8, 2, 4)
    for i in range(4):
        for j in range(2):
            np.testing.assert_array_equal(data.t[2 * i + j], t[i, j : j + 2])
            np.testing.assert_array_equal(data.z[2 * i + j], z[i, j : j + 2])
            if extra:
                np.testing.assert_array_equal(data.parameters[2 * i + j], parameters[i])
    with pytest.raises(ValueError, match=r"at least two states in each trajectory\. Got 1"):
        data.first(1).intervals()


@pytest.mark.parametrize(
    "change, text",
    [
        (lambda t, z, p: (t, z[:, :2], p), r"states of shape \(n, k, 4\) and .* \(n, 2\).* Got \(4, 3\), \(4, 2, 4\)"),
        (lambda t, z, p: (t, z, None), r"Got \(4, 3\), \(4, 3, 4\)\. Flatten"),
        (lambda t, z, p: (t, z, p[:3]), r"Got .*, \(3, 2\)\. Flatten"),
        (lambda t, z, p: (t[:, ::-1], z, p), r"Times must increase\. Got 1 and then 0\.5 in trajectory 0\. Sort"),
        (lambda t, z, p: (t, z * [1, 1, 1, np.nan], p), r"The states must be finite\. Got NaN .* in trajectory 0"),
        (lambda t, z, p: (t, z, p * np.inf), r"The parameters must be finite"),
    ],
)
def test_bad_input(change, text):
    with pytest.raises(ValueError, match=text):
        Trajectories(*change(*pieces()), *TYPES)


def test_bad_rows():
    data = Trajectories(*pieces(), *TYPES)
    with pytest.raises(ValueError, match=r"indexed by a slice, indices or a mask\. Got 1\. For one of them"):
        data[1]
    with pytest.raises(ValueError, match=r"Each trajectory has 3 states\. Got 4 to keep"):
        data.first(4)
