"""The ways to solve a word: each is right, they agree, and what they find is the same in every process."""

import dataclasses
import json
import subprocess
import sys

import numpy as np
import pytest

from scalaremlp.groups import (
    GL,
    SL,
    SO,
    SU,
    Cube,
    D,
    FixedTensor,
    Group,
    Lorentz,
    Matrices,
    O,
    RubiksCube,
    S,
    SOp,
    Sp,
    U,
)
from scalaremlp.reps import T, V, _contractions, _equivariant, _null_space, _orbits, _word, parse

from .conftest import element
from .oracle import invariants

HUGE = 10**12
TENSORS = [
    (O(3), 4, 0), (O(2), 3, 3), (SO(3), 3, 2), (SO(2), 4, 0), (SO(4), 4, 0), (Lorentz(), 2, 2), (SOp(1, 3), 1, 3),
    (Sp(1), 3, 1), (Sp(2), 2, 2), (GL(3), 2, 2), (SL(2), 5, 1), (SL(3), 1, 4), (SL(3), 4, 1), (U(2), 3, 3),
    (SU(2), 0, 4), (SU(3), 3, 0),
]  # fmt: skip


def projector(columns):
    return columns @ columns.conj().T


@pytest.mark.parametrize(("group", "p", "q"), TENSORS, ids=str)
def test_products_of_fixed_tensors_are_all_that_the_null_space_has(group, p, q):
    assert _contractions.applies(group, p, q)
    closed = _contractions.columns(group, p, q, HUGE)
    word = T(p, q)(group).leaves
    numerical = _null_space.columns(group, word, group.field == "complex", HUGE)
    assert closed.shape == numerical.shape and closed.shape[1] > 0
    assert np.allclose(projector(closed), projector(numerical), atol=1e-11)
    assert np.allclose(closed.T @ closed, np.eye(closed.shape[1]), atol=2e-14)


@dataclasses.dataclass(frozen=True)
class Skewed(Group):
    """O(3) in other coordinates, so that its form is no orthogonal matrix."""

    @property
    def dim(self):
        return 3

    _change = np.array([[1.0, 0.5, 0.0], [0.0, 2.0, 0.3], [0.0, 0.0, 1.0]])

    @property
    def lie_algebra(self):
        return np.linalg.inv(self._change) @ O(3).lie_algebra @ self._change

    @property
    def generators(self):
        return np.linalg.inv(self._change) @ O(3).generators @ self._change

    @property
    def fixed_tensors(self):
        lower = self._change.T @ self._change
        upper = np.linalg.inv(lower)
        return FixedTensor("g", "form", 0, 2, lambda: lower), FixedTensor("g", "form", 2, 0, lambda: upper)

    fundamental = True

    def sample(self, key, n):
        raise NotImplementedError


@pytest.mark.parametrize(("p", "q"), [(4, 0), (2, 2), (1, 3)])
def test_a_form_of_ones_own_coordinates(p, q):
    found = T(p, q)(Skewed()).equivariant_basis().to_dense()
    assert found.shape == (81, 3) and _contractions.applies(Skewed(), p, q)
    assert np.allclose(projector(found), projector(invariants(T(p, q)(Skewed()))), atol=1e-11)
    assert np.allclose(found.T @ found, np.eye(3), atol=1e-14)


class Axial(Skewed):
    """SO(3) about an axis, which is a fixed vector; it says nothing of its components."""

    lie_algebra = O(3).lie_algebra[2:]
    generators = np.zeros((0, 3, 3))
    fixed_tensors = (*SO(3).fixed_tensors, FixedTensor("x", "vector", 1, 0, lambda: np.array([1.0, 0.0, 0.0])))


def test_fixed_vectors_are_no_forms():
    """Invariants of rotations about an axis are more than those of all rotations."""
    assert not _contractions.applies(Axial(), 2, 0)
    assert [T(p)(Axial()).equivariant_basis().shape[1] for p in (1, 2)] == [1, 3]


@pytest.mark.parametrize("group", [S(4), Cube(), D(4), O(1), Matrices(generators=[np.diag([1.0, -1.0, 1.0])])], ids=str)
def test_orbits_are_what_the_null_space_has(group):
    for rep in (V(group), T(2)(group), T(1, 2)(group)):
        word = rep.leaves
        permutations = _word._signed_permutations(group, word)
        orbits = _orbits.columns(tuple(leaf.size for leaf in word), permutations, HUGE).dense().matrix
        numerical = _null_space.columns(group, word, False, HUGE)
        assert orbits.shape == numerical.shape
        assert np.allclose(projector(orbits), projector(numerical), atol=1e-12)


def test_long_cycles_are_connected():
    n = 3000
    shuffled = np.random.default_rng(0).permutation(n)
    cycle = np.empty(n, int)
    cycle[shuffled] = np.roll(shuffled, 1)
    assert _orbits.columns((n,), [[(cycle, np.ones(n))]], HUGE).rank == 1
    signs = np.ones(n)
    signs[7] = -1.0  # going round once changes the sign
    assert _orbits.columns((n,), [[(cycle, signs)]], HUGE).rank == 0


def test_matrices_that_are_no_signed_permutations():
    for matrix in (np.diag([1.0, 2.0]), np.ones((2, 2)), np.array([[1.0, 0.0], [1.0, 0.0]]), np.diag([1j, 1])):
        assert _orbits.as_signed_permutation(matrix) is None


def test_the_form_of_a_null_space_depends_on_the_space_alone():
    rng = np.random.default_rng(0)
    columns = np.linalg.qr(rng.normal(size=(40, 5)) + 1j * rng.normal(size=(40, 5)))[0]
    turned = columns @ np.linalg.qr(rng.normal(size=(5, 5)) + 1j * rng.normal(size=(5, 5)))[0]
    found = _null_space.canonical(columns)
    assert np.allclose(found, _null_space.canonical(turned), atol=1e-13)
    assert np.allclose(projector(found), projector(columns), atol=1e-13)
    solved = _null_space.columns(D(3), T(4)(D(3)).leaves, False, HUGE)
    turned = solved @ np.linalg.qr(rng.normal(size=(solved.shape[1],) * 2))[0]
    assert solved.shape == (16, 3) and np.allclose(solved, _null_space.canonical(turned), atol=1e-13)


SAME = [
    "T(4)(SO(3))",
    "T(2, 2)(SU(2))",
    "T(4)(C(3))",
    "(T(2) + V >> 2*V)(Cube())",
    "(V*V.conj())(U(2)*D(3))",
    "T(4)(H)",
]
_PROGRAM = """
import json, sys
import numpy as np
import scalaremlp as se
from scalaremlp.groups import Matrices, SO
names = {"H": Matrices(lie_algebra=SO(3).lie_algebra)}
found = [se.reps.parse(text, names).equivariant_basis().to_dense() for text in json.loads(sys.argv[1])]
print(json.dumps([[q.real.tolist(), q.imag.tolist()] for q in found]))
"""


def test_another_process_and_another_time_give_the_same_basis(monkeypatch):
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, json.dumps(SAME)], capture_output=True, text=True, check=True
    )
    names = {"H": Matrices(lie_algebra=SO(3).lie_algebra)}
    for text, (real, imaginary) in zip(SAME, json.loads(done.stdout), strict=True):
        found = []
        for _ in range(2):
            _equivariant._basis.cache_clear()
            monkeypatch.setattr(_word, "_SOLVED", _word._Solved())
            found.append(parse(text, names).equivariant_basis().to_dense())
        assert found[0].shape[1] > 0 and np.array_equal(found[0], found[1])
        assert np.allclose(found[0], np.array(real) + 1j * np.array(imaginary), atol=1e-13, rtol=0)


def test_kept_solutions_take_bounded_memory(monkeypatch):
    kept = _word._Solved()
    monkeypatch.setattr(_word, "_KEPT_BYTES", 20_000)
    for n in range(2, 6):
        word = T(4)(O(n)).leaves
        assert kept.get(word, HUGE) is kept.get(word, HUGE)
    assert kept._bytes == sum(columns.nbytes for columns in kept._found.values())
    assert len(kept._found) == 1 and kept._bytes > 0  # the last one stays, large as it is


@pytest.mark.slow
@pytest.mark.parametrize(
    ("rep", "rank"),
    [
        ((T(4) >> T(4))(O(3)), 91),
        (T(10)(O(3)), 603),
        (T(6)(SO(4)), 25),
        (T(4, 4)(SU(3)), 23),
        (T(6)(S(10)), 203),
        (T(3)(RubiksCube()), 51),
        (T(8)(Lorentz()), 105),
        (T(7)(Matrices(lie_algebra=SO(3).lie_algebra)), 36),
        (T(12)(SU(2)), 132),
        (T(3, 3)(Matrices(lie_algebra=GL(3).lie_algebra)), 6),
    ],
    ids=str,
)
def test_large_terms(rep, rank):
    """Ranks that are known: Motzkin, Bell and Catalan numbers and their like; columns are orthonormal and fixed."""
    basis = rep.equivariant_basis()
    w = np.random.default_rng(0).normal(size=rank)
    x = basis @ w
    assert basis.shape == (rep.size, rank)
    assert np.allclose(basis.H @ x, w, atol=1e-11)
    (group,) = rep.groups
    moved = x
    before = 1
    for leaf in rep.leaves:
        matrix = leaf.rho(element(group, 1))
        moved = np.matmul(matrix, moved.reshape(before, leaf.size, -1)).ravel()
        before *= leaf.size
    assert np.allclose(moved, x, atol=1e-10 * np.linalg.norm(x))
