"""Finite groups: their order, that samples are uniform, and what Rubik's cube can and cannot do."""

import jax.random as jr
import numpy as np
import pytest
from scipy.stats import chisquare
from sympy.combinatorics import Permutation, PermutationGroup

from scalaremlp.groups import EXAMPLES, C, Cube, D, DkeR3, Embed, Finite, Parity, RubiksCube, S, TimeReversal, ZksZnxZn

from .closure import closure

SMALL = [group for group in EXAMPLES if isinstance(group, Finite) and group.order < 1000]
SMALL += [C(5), D(6), Cube(), ZksZnxZn(4, 3), ZksZnxZn(2, 4)]


@pytest.mark.parametrize("group", SMALL, ids=str)
def test_the_order_is_the_number_of_products_of_the_generators(group):
    assert len(closure(group)) == group.order


@pytest.mark.parametrize("group", [C(5), D(4), S(4), Cube(), ZksZnxZn(2, 3), Parity(), TimeReversal()], ids=str)
def test_samples_are_uniform(group, draw):
    elements, samples = closure(group), draw(group, 40)
    distances = abs(samples[:, None] - elements[None]).max(axis=(2, 3))
    assert distances.min(axis=1).max() < 1e-12
    assert chisquare(np.bincount(distances.argmin(axis=1), minlength=len(elements))).pvalue > 1e-3


def test_polygons_keep_their_corners():
    for k in (3, 4, 5):
        angles = np.pi / 2 + 2 * np.pi * np.arange(k) / k
        corners = np.stack([np.cos(angles), np.sin(angles)])
        for g in closure(D(k)):
            distances = np.linalg.norm((g @ corners)[:, :, None] - corners[:, None], axis=0)
            assert np.allclose(np.sort(distances.min(axis=0)), 0, atol=1e-12)
    assert np.allclose(C(8).generators[0] @ [1, 0], [np.sqrt(0.5), np.sqrt(0.5)])
    assert DkeR3(4) == Embed(D(4), 3) and np.array_equal(DkeR3(4).generators[:, 2, 2], [1, 1])


def test_rotations_of_a_cube_keep_opposite_faces_opposite():
    opposite = np.eye(6)[[5, 2, 1, 4, 3, 0]]  # of up, back, front, left, right, down
    for g in closure(Cube()):
        assert np.array_equal(g @ opposite, opposite @ g)


@pytest.mark.parametrize("k, n", [(2, 3), (4, 3), (4, 4)])
def test_the_grid_is_shifted_and_turned(k, n):
    f = np.random.default_rng(0).normal(size=(k, n, n))
    down, right, turn = ((h @ f.ravel()).reshape(f.shape) for h in ZksZnxZn(k, n).generators)
    assert np.array_equal(down, np.roll(f, 1, axis=1)) and np.array_equal(right, np.roll(f, 1, axis=2))
    assert np.array_equal(turn, np.roll(np.rot90(f, 4 // k, axes=(1, 2)), 1, axis=0))


# Rubik's cube. Stickers are numbered up, back, front, left, right, down; UP, BACK … are the generators.
UP, BACK, FRONT, LEFT, RIGHT, DOWN = RubiksCube().generators
FACE = {name: np.repeat(np.arange(6) == i, 8).astype(float) for i, name in enumerate("UBFLRD")}


def permutation(matrix):
    return Permutation(matrix.argmax(axis=0).tolist())


def order(matrix):
    return permutation(matrix).order()


@pytest.fixture(scope="module")
def rubik():
    return PermutationGroup([permutation(turn) for turn in RubiksCube().generators])


def test_the_order_of_rubiks_group(rubik):
    assert rubik.order() == RubiksCube().order == 43_252_003_274_489_856_000


def test_quarter_turns_are_clockwise():
    """Of the up face: what is in front goes left, then back, then right, as who looks down at it sees a clock turn."""
    for start, goal in ("FL", "LB", "BR", "RF"):
        assert FACE[goal] @ UP @ FACE[start] == 3
    for start, goal in ("UR", "RD", "DL", "LU"):  # of the front face
        assert FACE[goal] @ FRONT @ FACE[start] == 3
    assert all(order(turn) == 4 and np.trace(turn) == 28 for turn in RubiksCube().generators)


def test_orders_of_well_known_sequences():
    assert order(RIGHT @ UP) == 105 and order(RIGHT @ UP.T) == 63
    assert order(RIGHT @ UP @ RIGHT.T @ UP.T) == 6
    assert order(RIGHT @ RIGHT @ UP @ UP) == 6
    assert np.array_equal(UP @ DOWN, DOWN @ UP) and not np.array_equal(UP @ LEFT, LEFT @ UP)
    assert np.array_equal(FRONT @ BACK, BACK @ FRONT)


@pytest.mark.slow
def test_samples_can_be_reached_by_turns(rubik):
    assert all(rubik.contains(permutation(g)) for g in np.asarray(RubiksCube().sample(jr.key(3), 40)))


def test_one_flip_one_twist_and_one_exchange_cannot_be_reached(rubik):
    corners, edges = pieces()
    for cycle in (corners[0], edges[0], *zip(corners[0], corners[1], strict=True)):
        assert not rubik.contains(Permutation([list(cycle)], size=48))
    exchange = [[a, b] for a, b in zip(edges[0], edges[1], strict=True)]
    assert not rubik.contains(Permutation(exchange, size=48))


def test_samples_exchange_corners_as_often_as_edges(draw):
    """The permutation of the corners is even where that of the edges is: else no turns lead there."""
    rubik = RubiksCube()
    for g in draw(rubik)[:8].argmax(axis=1):
        signs = []
        for pieces in (rubik.corners, rubik.edges):
            number = {sticker: index for index, each in enumerate(pieces.tolist()) for sticker in each}
            signs.append(Permutation([number[g[each[0]]] for each in pieces]).parity())
        assert signs[0] == signs[1]


@pytest.mark.slow
def test_samples_of_rubiks_group_are_uniform():
    """Every corner sticker goes to each of 24 places alike, every edge sticker to each of 24."""
    samples = np.asarray(RubiksCube().sample(jr.key(0), 4000)).argmax(axis=1)
    corners, edges = pieces()
    for stickers in (corners, edges):
        for sticker in stickers[[0, -1]].ravel():
            counts = np.bincount(samples[:, sticker], minlength=48)[np.unique(stickers)]
            assert counts.sum() == 4000 and chisquare(counts).pvalue > 1e-4


def pieces():
    """The stickers that move together: corners are moved by three turns, edges by two."""
    turns = [set(np.flatnonzero(np.diag(turn) == 0)) for turn in RubiksCube().generators]
    moved = [frozenset(i for i, turn in enumerate(turns) if sticker in turn) for sticker in range(48)]
    groups = [[s for s in range(48) if moved[s] == each] for each in dict.fromkeys(moved)]
    return tuple(np.array([g for g in groups if len(g) == size]) for size in (3, 2))
