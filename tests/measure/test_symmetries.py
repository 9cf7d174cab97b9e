"""What every symmetry does, and what of each is found in a function that breaks it."""

import jax.numpy as jnp
import numpy as np
import pytest

from scalaremlp import measure
from scalaremlp.groups import SU, Lorentz, Matrices, O, Trivial
from scalaremlp.measure import (
    GroupElements,
    Linear,
    Move,
    Permutations,
    Symmetry,
    UnitChanges,
    equivariance_error,
    equivariance_errors,
)
from scalaremlp.nn import ScalarMLP
from scalaremlp.reps import T

REP_IN, REP_OUT, GROUP = 4 * T(0) + 4 * T(1), T(1), O(3)
EVERY = [
    value for name in measure.__all__
    if isinstance(value := getattr(measure, name), type) and issubclass(value, Symmetry)
]  # fmt: skip
EVERY.remove(Symmetry)


def mean_point(x):
    """Follows rotations, and exchanges of the four particles."""
    return x[:4] @ x[4:].reshape(4, 3)


#: Of each symmetry a function that breaks it, and no other one.
BREAKS = {
    GroupElements: lambda x: jnp.abs(mean_point(x)),
    Permutations: lambda x: x[:1] * x[4:7],
    UnitChanges: lambda x: jnp.sum(x[:4]) ** 2 * mean_point(x),
}

#: How each is made without options.
MADE = {
    GroupElements: GroupElements,
    Permutations: Permutations,
    UnitChanges: lambda: UnitChanges.of(["kg"] * 4 + ["m"] * 4, "kg m", REP_IN, REP_OUT, GROUP),
}


def moves(symmetry, key, rep_in=REP_IN, rep_out=REP_OUT, group=GROUP):
    rng = np.random.default_rng(3)
    return list(symmetry.moves(rep_in(group), rep_out(group), key, rng))


def through(maps, rows):
    for each in maps:
        rows = each(rows)
    return rows


@pytest.mark.parametrize("kind", EVERY)
class TestEvery:
    def test_it_is_a_value(self, kind):
        one, same = MADE[kind](), MADE[kind]()
        assert one == same and hash(one) == hash(same) and len({one, same}) == 1
        with pytest.raises(AttributeError):
            one.name = "another"

    def test_the_same_key_makes_the_same_moves(self, kind, key):
        x = np.random.default_rng(0).standard_normal((5, 16))
        first, again = ([through(move.inputs, x) for move in moves(MADE[kind](), key)] for _ in range(2))
        assert len(first) == 16
        np.testing.assert_array_equal(first, again)
        assert not np.array_equal(first[0], first[1])

    def test_a_move_is_told_and_followed_by_what_follows_it(self, kind, key):
        x = np.random.default_rng(0).standard_normal((5, 16))
        y = np.stack([mean_point(each) for each in x])
        for move in moves(MADE[kind](), key):
            assert move.told and all(isinstance(name, str) for name, _ in move.told)
            expected = np.stack([mean_point(each) for each in through(move.inputs, x)])
            np.testing.assert_allclose(through(move.outputs, y), expected, atol=1e-12)

    def test_what_is_added_up_is_at_least_what_it_comes_to(self, kind, key):
        x = np.random.default_rng(0).standard_normal((5, 16))
        for move in moves(MADE[kind](), key):
            for each in move.inputs:
                assert (each.sizes(x) >= abs(each(x)) - 1e-12).all()
                np.testing.assert_array_equal(each.sizes(x), each.sizes(-x))

    def test_it_is_seen_by_itself(self, kind, key):
        symmetries = [MADE[each]() for each in EVERY]
        errors = equivariance_errors(BREAKS[kind], REP_IN, REP_OUT, GROUP, key=key, symmetries=symmetries)
        assert {name for name, error in errors.items() if error > 0.1} == {kind.name}
        assert all(error < 1e-12 for name, error in errors.items() if name != kind.name)


def test_the_breaking_functions_are_of_all_symmetries():
    assert set(BREAKS) == set(MADE) == set(EVERY)


def test_an_error_by_itself_is_the_error_of_a_call_for_it(key):
    types = (REP_IN, REP_OUT, GROUP)
    for f in (*BREAKS.values(), mean_point):
        found = equivariance_errors(f, *types, key=key, symmetries=[GroupElements()])
        assert found == {"group elements": equivariance_error(f, *types, key=key, permutations=False)}


def test_what_a_model_claims_is_what_is_tried(key):
    types = (REP_IN, REP_OUT, GROUP)
    for permutation, expected in ((False, {"group elements"}), (True, {"group elements", "permutations"})):
        model = ScalarMLP(*types, width=3, depth=1, permutation=permutation, key=key)
        assert equivariance_errors(model, *types, key=key).keys() == expected


def test_of_symmetries_of_one_name_the_larger_error_is_told_and_nan_before_all(key):
    class Sign(Symmetry):
        name = "sign"

        def moves(self, rep_in, rep_out, key, rng):
            yield Move((Linear(-np.eye(rep_in.size)),), (), ())

    class Nothing(Sign):
        def moves(self, rep_in, rep_out, key, rng):
            yield Move((), (), ())

    def error(f, *symmetries):
        return equivariance_errors(f, T(1), T(0), O(2), key=key, symmetries=symmetries, x=np.ones((1, 2)))["sign"]

    for symmetries in ((Sign(), Nothing()), (Nothing(), Sign())):
        assert error(lambda x: x[:1], *symmetries) == 2
        assert np.isnan(error(lambda x: jnp.sqrt(x[:1]), *symmetries))


def test_nan_at_one_move_is_not_forgotten_at_the_next(key):
    class Both(Symmetry):
        name = "both"

        def moves(self, rep_in, rep_out, key, rng):
            for sign in (1, -1, 1):
                yield Move((Linear(sign * np.eye(rep_in.size)),), (), ())

    def root(x):
        return jnp.sqrt(x[:1])

    found = equivariance_errors(root, T(1), T(0), O(1), key=key, symmetries=[Both()], x=np.ones((1, 1)))
    assert np.isnan(found["both"])


def test_exchanges_follow_each_move_of_another_symmetry(key):
    both, alone = moves(Permutations(after=GroupElements(5)), key), moves(GroupElements(5), key)
    assert len(both) == len(alone) == 5
    for one, other in zip(both, alone, strict=True):
        np.testing.assert_array_equal(one.inputs[0].matrix, other.inputs[0].matrix)
        assert len(one.inputs) == 2 and len(one.outputs) == 1
        assert [name for name, _ in one.told] == ["g of O(3)", "order of the particles"]


def test_generators_that_stretch_are_tried_with_their_inverses(key):
    squeeze = Matrices(generators=[[[2.0, 0.0], [0.0, 0.5]]], name="squeeze")
    found = [move.told[0][1] for move in moves(GroupElements(3), key, T(1), T(1), squeeze)]
    assert len(found) == 5
    np.testing.assert_allclose(found[3] @ found[4], np.eye(2))


def test_complex_groups(key):
    errors = equivariance_errors(lambda x: jnp.vdot(x[:2], x[2:])[None], 2 * T(1), T(0), SU(2), key=key)
    assert errors["group elements"] < 1e-12


@pytest.mark.parametrize("make, text", [
    (lambda: GroupElements(0), r"^`elements` must be a whole number of at least 1\. Got 0\. None would prove nothing"),
    (lambda: Permutations(exchanges=-1), r"^`exchanges` must be a whole number of at least 1\. Got -1\. None would"),
])  # fmt: skip
def test_none_would_prove_nothing(make, text):
    with pytest.raises(ValueError, match=text):
        make()


def test_no_symmetries_are_no_proof(key):
    with pytest.raises(ValueError, match=r"^`symmetries` must be at least one: none would prove nothing\. Got \[\]\."):
        equivariance_errors(mean_point, REP_IN, REP_OUT, GROUP, key=key, symmetries=[])


def test_where_all_overflows_nothing_is_proved(key):
    huge = Matrices(generators=[[[1e100, 0.0], [0.0, 1e-100]]], name="huge")
    with pytest.raises(ValueError, match=r"^A symmetry must have something to try\. Got .*overflows"):
        equivariance_error(lambda x: x, T(4), T(4), huge, key=key)


@pytest.mark.parametrize("f, found", [
    (lambda x: x[:2], r"3 components, as `rep_out` = T\(1\) says\. Got an output of shape \(2,\)\. Give"),
    (lambda x: x[0], r"Got an output of shape \(\)\."),
    (lambda x: x.reshape(1, 3), r"Got an output of shape \(1, 3\)\."),
])  # fmt: skip
def test_outputs_of_another_size(f, found, key):
    with pytest.raises(ValueError, match=found):
        equivariance_error(f, T(1), T(1), O(3), key=key)


def test_outputs_of_no_components(key):
    with pytest.raises(ValueError, match=r"must return at least 1 components, as `rep_out` = 0 says"):
        equivariance_error(lambda x: x[:0], T(1), 0 * T(1), O(3), key=key)


def by_assignment(x):
    x = np.array(x) if isinstance(x, np.ndarray) else x
    x[0] = -x[0]
    return x * [-1, 1, 1]


def by_parts(x):
    out = np.zeros(3)
    out[0], out[1], out[2] = x[0], x[1], x[2]
    return out


@pytest.mark.parametrize("f", [by_assignment, by_parts, list, lambda x: [float(each) for each in x]])
def test_functions_of_python_and_numpy(f, key):
    assert equivariance_error(f, T(1), T(1), O(3), key=key, samples=4, elements=3) < 1e-12


def test_the_error_of_a_function_that_fails_is_its_own(key):
    def fails(x):
        raise RuntimeError("no table for this")

    with pytest.raises(RuntimeError, match="no table for this"):
        equivariance_error(fails, T(1), T(1), O(3), key=key)


def test_a_trivial_group_asks_for_nothing(key):
    assert equivariance_errors(jnp.sin, T(1), T(1), Trivial(4), key=key) == {"group elements": 0.0}


def test_lorentz(key):
    square = lambda x: (x @ np.diag([1.0, -1, -1, -1]) @ x)[None]  # noqa: E731
    assert equivariance_errors(square, T(1), T(0), Lorentz(), key=key)["group elements"] < 1e-10
