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
    "h",
    [
        [[1.0, 0.0], [-4.0e4, 1.0]],
        [[1.0, 0.0], [0.0, 1e10]],
        [[1.0, 1e5], [0.0, 1.0]],
        [[1e-200, 0.0], [0.0, 1e200]],
        [[1e8 + 1, 1e8], [1e8, 1e8 - 1]],
        [[np.cosh(12.0), np.sinh(12.0)], [np.sinh(12.0), np.cosh(12.0)]],
        [[0.0, 1e-9j], [1e9, 0.0]],
    ],
    ids=["Galilei", "units", "shear", "powers", "integers", "boost", "complex"],
)
def test_what_counts_is_the_determinant(h):
    assert np.array_equal(Matrices(generators=[h]).generators, [np.array(h)])


@pytest.mark.parametrize(
    ("h", "words"),
    [
        (np.diag([1.0, 0.0]), "which is not. Remove"),
        ([[0.1, 0.3], [0.3, 0.9]], "which is not. Remove"),
        ([[1 / 3, 1.0], [1.0, 3.0]], "which is not. Remove"),
        ([[1e10, 2e-10], [2e20, 4.0]], "which is not. Remove"),
        ([[np.cosh(20.0), np.sinh(20.0)], [np.sinh(20.0), np.cosh(20.0)]], "which is not to within rounding. Remove"),
        ([[np.pi, 2 * np.pi], [np.e, 2 * np.e]], "which is not to within rounding. Remove"),
        ([[0.0, np.pi], [0.0, 1.0]], "which is not to within rounding. Remove"),
    ],
    ids=range(7),
)
def test_singular_generators_are_refused(h, words):
    text = r"^Discrete generators must be invertible\. Got generators\[0\] = [^\n]*$"
    with pytest.raises(ValueError, match=text) as error:
        Matrices(generators=[h])
    assert words in str(error.value)


def test_words_in_generators_that_stretch_are_elements(draw):
    """They preserve the metric as far as digits go; a long word would be rounding errors times e^100 after h h⁻¹."""
    h = np.array([[np.cosh(5.0), np.sinh(5.0)], [np.sinh(5.0), np.cosh(5.0)]])
    samples = draw(Matrices(generators=[h]))
    metric = np.diag([1.0, -1.0])
    sizes = np.linalg.norm(samples, 2, axis=(1, 2))
    rest = np.linalg.norm(samples.mT @ metric @ samples - metric, axis=(1, 2))
    assert (rest <= 1e-14 * sizes**2).all()
    powers = np.round(np.arcsinh(samples[:, 0, 1]) / 5)
    assert set(powers) == {-1, 1} and np.allclose(samples[:, 0, 0], np.cosh(5 * powers))


def test_a_generator_that_stretches_far_comes_alone(draw):
    """One letter of each word is kept, however far it stretches, or nothing but the identity would be tried."""
    powers = np.log10(draw(Matrices(generators=[np.diag([1e9, 1e-9])]))[:, 0, 0])
    assert set(powers.round(6)) == {-9.0, 9.0}


def test_rounded_rotations_count_as_compact():
    turn = np.array([[np.cos(1.2), -np.sin(1.2)], [np.sin(1.2), np.cos(1.2)]])
    assert Matrices(generators=[turn.round(3)]).compact and Matrices(generators=[turn.astype(np.float32)]).compact
    assert Matrices(generators=[1j * turn.round(6)]).conjugate_is_dual
    assert not Matrices(generators=[1.1 * turn]).compact


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


def test_masked_matrices_are_refused():
    masked = np.ma.masked_equal([[0.0, -1.0], [1.0, -9999.0]], -9999.0)
    for given in ([masked], masked[None]):
        with pytest.raises(ValueError, match=r"`generators` must have no missing values\. Got 1 masked"):
            Matrices(generators=given)
