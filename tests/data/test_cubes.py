"""Cubes that can be turned into the standard one, and cubes that cannot."""

import jax
import jax.random as jr
import numpy as np
import pytest
from sympy.combinatorics import Permutation, PermutationGroup

from scalaremlp.data import cube, rubiks_cube
from scalaremlp.data._cubes import broken_cubes
from scalaremlp.groups import RubiksCube
from scalaremlp.nn import EMLP

KINDS = {"edge flip": 12, "corner twist": 16, "swapped pair": 66 + 28}


@pytest.fixture(scope="module")
def rubiks_group():
    return PermutationGroup([Permutation(g.argmax(axis=0).tolist()) for g in RubiksCube().generators])


@pytest.mark.parametrize("kind, count", KINDS.items())
def test_no_turns_undo_a_broken_cube(rubiks_group, kind, count):
    orders = broken_cubes(kind)
    assert len({tuple(order) for order in orders}) == len(orders) == count
    for order in orders[:: max(1, len(orders) // 4)]:
        assert sorted(order) == list(range(48))
        assert Permutation(order.tolist()) not in rubiks_group


@pytest.mark.parametrize(
    "task, stickers, scrambled",
    [
        (cube, 1, False),
        (cube, 1, True),
        (rubiks_cube, 8, False),
        pytest.param(rubiks_cube, 8, True, marks=pytest.mark.slow),
    ],
)
def test_each_sticker_has_one_colour_and_the_classes_are_balanced(task, stickers, scrambled):
    data = task(60, key=jr.key(0), scrambled=scrambled)
    x = np.asarray(data.x).reshape(60, 6, -1)
    assert set(np.unique(x)) == {0.0, 1.0}
    assert (x.sum(axis=1) == 1).all() and (x.sum(axis=2) == stickers).all()
    assert np.asarray(data.y).sum(axis=0).tolist() == [30, 30] and (np.asarray(data.y).sum(axis=1) == 1).all()


def test_the_whole_ones_are_the_standard_one_and_turned_by_the_group_when_scrambled():
    data = cube(200, key=jr.key(1))
    whole = np.asarray(data.x)[np.asarray(data.y)[:, 0] == 1].reshape(-1, 6, 6)
    assert (whole == np.eye(6)).all()
    turned = cube(200, key=jr.key(1), scrambled=True)
    seen = {x.tobytes() for x in np.asarray(turned.x)[np.asarray(turned.y)[:, 0] == 1]}
    others = {x.tobytes() for x in np.asarray(turned.x)[np.asarray(turned.y)[:, 1] == 1]}
    assert 20 < len(seen) <= 24 and not seen & others


@pytest.mark.slow
def test_tensors_of_low_rank_do_not_tell_a_broken_rubiks_cube():
    """Up to degree 7 what turns leave unchanged is unchanged by taking the cube apart too."""
    data = rubiks_cube(40, key=jr.key(2))
    model = EMLP(data.rep_in, data.rep_out, data.group, width=97, depth=1, key=jr.key(0))
    y = np.asarray(jax.vmap(model)(data.x))
    assert np.abs(y - y[0]).max() <= 1e-10 * np.abs(y).max()
