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


def ragged():
    lengths = (3, 1, 2)
    return [np.arange(k) * 0.5 + k for k in lengths], [np.arange(4.0 * k).reshape(k, 4) + k for k in lengths]


def test_pieces_of_different_length():
    t, z = ragged()
    data = Trajectories(t, z, np.ones((3, 2)), *TYPES)
    assert data.lengths.tolist() == [3, 1, 2] and repr(data).startswith("Trajectories(unnamed: 3 of 1 to 3 states")
    assert data.mask.tolist() == [[True] * 3, [True, False, False], [True, True, False]]
    for (times, states), one, several in zip(data.pieces(), t, z, strict=True):
        np.testing.assert_array_equal(times, one)
        np.testing.assert_array_equal(states, several)
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(data))
    cut = data[[2, 0]]
    assert cut.lengths.tolist() == [2, 3] and data.first(2).lengths.tolist() == [2, 1, 2]
    intervals = data.intervals()
    assert len(intervals) == 3 and intervals.parameters.shape == (3, 2)
    np.testing.assert_array_equal(intervals.z, np.stack([z[0][:2], z[0][1:], z[2]]))
    with pytest.raises(ValueError, match=r"at least two states in a trajectory\. Got 1 in all"):
        data[[1]].first(2).intervals()


def test_pieces_of_different_length_are_read_again(tmp_path):
    """From their own arrays, from a file, and from arrays that end in NaN."""
    data = Trajectories(*ragged(), None, 2 * T(1), None, O(2))
    np.savez(tmp_path / "pieces.npz", t=data.t, z=data.z)
    with np.load(tmp_path / "pieces.npz") as file:
        again = Trajectories(file["t"], file["z"], None, 2 * T(1), None, O(2))
    holes = ~data.mask
    arrays = np.where(holes, np.nan, data.t), np.where(holes[..., None], np.nan, data.z)
    nan = Trajectories(*arrays, None, 2 * T(1), None, O(2))
    for other in (again, nan):
        np.testing.assert_array_equal(other.t, data.t)
        np.testing.assert_array_equal(other.z, data.z)


@pytest.mark.parametrize(
    "change, text",
    [
        (lambda t, z: (t[:2], z), r"Got 2 and 3 pieces"),
        (lambda t, z: (t, [z[0], z[1], z[2][:1]]), r"as many states.* Got \(2,\) and \(1, 4\)\. Give one array"),
        (lambda t, z: (t, [z[0], z[1], z[2][:, :3]]), r"with one d for all"),
        (lambda t, z: ([t[0], t[1], t[2][:0]], [z[0], z[1], z[2][:0]]), r"k ≥ 1.* Got \(0,\) and \(0, 4\)"),
    ],
)
def test_bad_pieces(change, text):
    with pytest.raises(ValueError, match=text):
        Trajectories(*change(*ragged()), None, 2 * T(1), None, O(2))


@pytest.mark.parametrize(
    "change, text",
    [
        (lambda t, z: t.__setitem__((0, 2), t[0, 1]), r"Times must increase\. Got 0\.5 and then 0\.5"),  # other states
        (lambda t, z: t.__setitem__((0, 1), np.nan), r"The times must be finite"),
        (lambda t, z: z.__setitem__((0, 2), np.nan), r"The states must be finite"),
        (lambda t, z: (t.__setitem__((0, slice(None)), np.nan), z.__setitem__(0, np.nan)), r"The times must be finite"),
    ],
)
def test_what_looks_like_an_end_and_is_none(change, text):
    t, z, _ = pieces()
    change(t, z)
    with pytest.raises(ValueError, match=text):
        Trajectories(t, z, None, 2 * T(1), None, O(2))
