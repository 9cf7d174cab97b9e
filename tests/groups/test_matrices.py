"""A user's own group."""

import numpy as np
import pytest

from scalaremlp.groups import Matrices, Z, parse

TURN = np.array([[0.0, -1.0], [1.0, 0.0]])
FLIP = np.diag([1.0, -1.0])


def test_equality_is_that_of_the_matrices_not_of_the_name():
    assert Matrices(generators=[TURN], name="a") == Matrices(generators=[TURN], name="b")
    assert hash(Matrices(generators=[TURN], name="a")) == hash(Matrices(generators=[TURN]))
    assert Matrices(generators=[TURN], name="a") != Matrices(generators=[FLIP], name="a")
    assert Matrices(generators=[TURN]) != Matrices(lie_algebra=[TURN])
    assert Matrices(generators=[-0.0 * FLIP + TURN]) == Matrices(generators=[TURN])


def test_later_changes_of_the_given_arrays_do_not_reach_the_group():
    given = TURN.copy()
    group = Matrices(generators=[given])
    given[0, 0] = 5
    assert np.array_equal(group.generators, [TURN])


def test_a_finite_group_is_sampled_entirely(draw):
    samples = draw(Matrices(generators=[TURN, FLIP]), 6)
    assert len({tuple(g.round().ravel()) for g in samples}) == 8


def test_a_long_cycle_is_sampled_uniformly(draw):
    counts = np.bincount(draw(Matrices(generators=Z(20).generators), 60)[:, :, 0].argmax(1), minlength=20)
    assert counts.min() > 130 and counts.max() < 260


def test_exponentials_and_words_are_mixed(draw):
    """O(2) from its Lie algebra and one reflection: both components, and angles all around."""
    samples = draw(Matrices(lie_algebra=[TURN], generators=[FLIP]))
    assert set(np.linalg.det(samples).round(9)) == {-1.0, 1.0}
    assert abs(samples.mT @ samples - np.eye(2)).max() < 1e-12
    assert len(np.unique(samples[:, 0, 0])) == 64


def test_generators_of_infinite_order(draw):
    stretch = Matrices(generators=[np.diag([2.0, 0.5])])
    powers = np.log2(draw(stretch)[:, 0, 0])
    assert not stretch.compact and np.allclose(powers, powers.round()) and len(set(powers.round())) > 8


def test_compactness_is_seen_where_the_matrices_are_orthogonal_or_unitary():
    assert Matrices(lie_algebra=[TURN], generators=[FLIP]).compact
    assert Matrices(lie_algebra=[1j * np.eye(2)]).conjugate_is_dual
    assert not Matrices(lie_algebra=[FLIP]).compact


@pytest.mark.parametrize(
    "group",
    [
        Matrices(lie_algebra=[[[0.1, 1e-17], [1 / 3, 2e300]]]),
        Matrices(generators=[[[0, -1j], [1j, -0.0]]], name='it\'s "quoted" \n and long'),
        Matrices(lie_algebra=np.ones((1, 1, 1), np.float32)),
    ],
    ids=["floats", "complex", "float32"],
)
def test_text_keeps_every_bit(group):
    assert parse(str(group)) == group and parse(str(group)).name == group.name


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "Matrices needs a Lie algebra or generators. Got neither. For no symmetry use Trivial(n)."),
        ({"generators": TURN}, "generators must be square matrices of one size. Got an array of shape (2, 2)."),
        ({"generators": np.ones((1, 2, 3))}, "Got an array of shape (1, 2, 3). Give generators an array of shape"),
        ({"generators": [TURN, np.eye(3)]}, "generators must be matrices of one size. Got shapes (2, 2), (3, 3)."),
        ({"lie_algebra": [TURN], "generators": [np.eye(3)]}, "must act on one space. Got matrices of size 2 and 3."),
        (
            {"lie_algebra": [TURN * np.nan]},
            "lie_algebra must be finite. Got lie_algebra[0] = [[nan, nan], [nan, nan]].",
        ),
        ({"generators": [TURN, np.ones((2, 2))]}, "must be invertible. Got generators[1] = [[1.0, 1.0], [1.0, 1.0]]"),
        ({"lie_algebra": "TURN"}, "lie_algebra must be matrices of one size."),
    ],
)
def test_bad_matrices(arguments, message):
    with pytest.raises(ValueError, match=r"^[^\n]+$") as error:
        Matrices(**arguments)
    assert message in str(error.value)
