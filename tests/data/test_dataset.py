"""A data set keeps its arrays and types together and refuses arrays that do not fit."""

import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

from scalaremlp.data import Dataset
from scalaremlp.groups import O, S, U
from scalaremlp.reps import T, V


def points(n: int = 6, size: int = 8) -> np.ndarray:
    return np.arange(n * size, dtype=float).reshape(n, size)


def made(**changes: object) -> Dataset:
    values = {"x": points(), "y": points(6, 3), "rep_in": 2 * T(0) + 2 * T(1), "rep_out": T(1), "group": O(3)}
    return Dataset(**{**values, **changes})


def rows(parts):
    """Which rows of `points()` are in each part."""
    return [(np.asarray(part.x)[:, 0] // 8).astype(int).tolist() for part in parts]


def test_split_keeps_the_type():
    parts = made(name="mine", permutations=True).split(1, 3)
    assert [len(part) for part in parts] == [1, 3, 2]
    for part in parts:
        np.testing.assert_array_equal(part.y[:, 0] / 3, part.x[:, 0] / 8)  # outputs stay with their inputs
        assert (part.rep_in, part.rep_out, part.group) == (2 * T(0) + 2 * T(1), T(1), O(3))
        assert (part.name, part.permutations) == ("mine", True)


def test_split_shuffles_always_alike_or_by_a_key():
    parts = rows(made().split(1, 3))
    drawn = [row for part in parts for row in part]
    assert sorted(drawn) == [*range(6)] != drawn
    assert parts == rows(made().split(1, 3)) == [[3], [2, 5, 4], [0, 1]]  # as promised for ever
    by_key = [rows(made().split(1, 3, key=jr.key(seed))) for seed in (1, 1, 2)]
    assert by_key[0] == by_key[1] != by_key[2]
    with jax.enable_x64(False):
        assert rows(made().split(1, 3)) == parts and rows(made().split(1, 3, key=jr.key(1))) == by_key[0]


def test_split_keeps_the_order_when_asked():
    assert rows(made().split(1, 3, shuffle=False)) == [[0], [1, 2, 3], [4, 5]]
    with pytest.raises(ValueError, match=r"^An order that is kept needs no key\. Got one with shuffle=False\. Leave"):
        made().split(1, key=jr.key(0), shuffle=False)


@pytest.mark.parametrize("sizes", [(), (6,), (3, 3), (0,), (-1,), (2, 0)])
def test_split_refuses_empty_parts(sizes):
    with pytest.raises(ValueError, match=r"leave a rest\. Got .* of 6 samples\. Choose sizes"):
        made().split(*sizes)


@pytest.mark.parametrize("rows", [slice(1, 4), [1, 2, 3], np.array([False, True, True, True, False, False])])
def test_indexing(rows):
    np.testing.assert_array_equal(made()[rows].x, points()[1:4])
    np.testing.assert_array_equal(made()[rows].y, points(6, 3)[1:4])


def test_a_single_index_is_refused():
    with pytest.raises(ValueError, match=r"indexed by a slice, indices or a mask\. Got 2\. For one sample"):
        made()[2]


def test_it_is_frozen():
    with pytest.raises(AttributeError):
        made().x = jnp.zeros((6, 8))


def test_bound_representations_of_several_groups():
    mixed = V(S(4)) * V(O(3)) + 2 * V(O(3))
    data = Dataset(np.ones((2, 18)), np.ones((2, 3)), mixed, V(O(3)), None)
    assert data.split(1)[0].rep_in == mixed
    same = Dataset(points(), points(6, 3), (2 * T(0) + 2 * T(1))(O(3)), T(1)(O(3)), O(3))
    assert same.x.shape == (6, 8)


def test_whole_numbers_become_floats_and_complex_groups_get_complex_arrays():
    assert made(x=points().astype(int)).x.dtype == jnp.float64
    data = Dataset(points(6, 3), points(6, 1), T(1), T(0), U(3))
    assert data.x.dtype == data.y.dtype == jnp.complex128


@pytest.mark.filterwarnings("error")
def test_single_precision_without_x64():
    with jax.enable_x64(False):
        assert made().x.dtype == jnp.float32


def nan_at(row: int, column: int) -> np.ndarray:
    x = points()
    x[row, column] = np.nan
    return x


@pytest.mark.parametrize(
    "changes, text",
    [
        (
            {"x": points(6, 7)},
            r"shape \(n, 8\).* for 2\*T\(0\) \+ 2\*T\(1\) of O\(3\)\. Got shape \(6, 7\)\.",
        ),
        ({"y": points(6, 1)}, r"`y` must have shape \(n, 3\).*Got shape \(6, 1\)\. Flatten"),
        ({"x": points()[0]}, r"`x` must have shape \(n, 8\).*Got shape \(8,\)\."),
        ({"x": points().reshape(3, 2, 8)}, r"`x` must have shape \(n, 8\).*Got shape \(3, 2, 8\)\."),
        ({"y": points(5, 3)}, r"same number of samples\. Got 6 and 5\. Row i"),
        ({"x": points()[:0], "y": points(6, 3)[:0]}, r"at least one sample\. Got `x` of shape \(0, 8\)\. Add"),
        ({"x": points() + 1j}, r"`x` must be real, since O\(3\) is real\. Got dtype complex128\. Pass real"),
        ({"x": points().astype(str)}, r"`x` must be an array of numbers\. Got dtype .*\. Convert"),
        ({"x": nan_at(4, 7)}, r"`x` must be finite\. Got nan in sample 4, column 7\. Repair"),
        ({"y": points(6, 3) + np.inf}, r"`y` must be finite\. Got inf in sample 0, column 0\."),
    ],
)
def test_arrays_that_do_not_fit(changes, text):
    with pytest.raises(ValueError, match=text) as error:
        made(**changes)
    assert "\n" not in str(error.value)
