"""Groups that are orthogonal in the basis of a lattice alone are told to the person, once."""

import warnings

import numpy as np
import pytest

from scalaremlp.cli import main
from scalaremlp.groups import EXAMPLES, BasisWarning, Finite, Matrices, parse
from scalaremlp.groups._lattice import _warn_once, in_other_basis

HEXAGONAL = np.array([[1.0, 0.0, 0.0], [-0.5, np.sqrt(3) / 2, 0.0], [0.0, 0.0, 1.6]])  # lattice vectors in its rows
THREEFOLD = np.array([[0.0, -1.0, 0.0], [1.0, -1.0, 0.0], [0.0, 0.0, 1.0]])
MIRROR = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
QUARTER = np.array([[0.0, -1.0], [1.0, 0.0]])


@pytest.fixture(autouse=True)
def forgotten():
    """What was said before, in other tests, is said again."""
    _warn_once.cache_clear()
    with warnings.catch_warnings():
        warnings.simplefilter("error", BasisWarning)
        yield


def cartesian(w):
    return HEXAGONAL.T @ w @ np.linalg.inv(HEXAGONAL.T)


def test_a_trigonal_group_in_its_lattice_basis():
    with pytest.warns(BasisWarning) as caught:
        Matrices(generators=[MIRROR, THREEFOLD], name="3m")
    text = str(caught[0].message)
    assert len(caught) == 1 and "\n" not in text and f"generators[1] = {THREEFOLD.tolist()}" in text
    again = Matrices(generators=[MIRROR, THREEFOLD], name="another name")  # it has been said
    assert parse(str(again)) == again


def test_the_remedy_is_right():
    for w in (THREEFOLD, MIRROR):
        assert np.allclose(cartesian(w).T @ cartesian(w), np.eye(3))
    assert Matrices(generators=[cartesian(THREEFOLD), cartesian(MIRROR)]).compact  # and nothing is said


@pytest.mark.parametrize("seed", range(5))
def test_any_other_basis(seed):
    basis = np.random.default_rng(seed).normal(size=(3, 3))
    moved = [basis @ cartesian(w) @ np.linalg.inv(basis) for w in (THREEFOLD, MIRROR, -np.eye(3))]
    with pytest.warns(BasisWarning, match=r"generators\[0\]"):
        Matrices(generators=moved)


def test_a_unitary_group_in_another_basis():
    basis = np.array([[1.0, 1.0], [0.0, 1.0]])
    with pytest.warns(BasisWarning):
        Matrices(generators=[basis @ np.diag([1j, -1.0]) @ np.linalg.inv(basis)])


@pytest.mark.parametrize(
    "arguments",
    [
        {"generators": [QUARTER, np.diag([1.0, -1.0])]},
        {"generators": [[[0, 0, 1], [1, 0, 0], [0, 1, 0]]]},
        {"generators": [np.diag([2.0, 0.5])]},
        {"generators": [[[1, 1], [0, 1]]]},
        {"generators": [[[0, -1], [1, 0]], [[0, -1], [1, 1]]]},  # of orders 4 and 6; together they are all of SL(2, Z)
        {"generators": [[[1, 1], [0, -1]], [[1, -5], [0, -1]]]},  # of order 2 each; their product is a shear
        {"generators": [np.diag([1e4, 1e-4])]},
        {"generators": [[[0.866, -0.5], [0.5, 0.866]]]},  # rounded
        {"generators": [[[1, -1], [1, 0]]], "lie_algebra": [[[1, 0], [0, -1]]]},
        {"lie_algebra": [QUARTER]},
    ],
    ids=["square", "cycle", "stretch", "shear", "SL(2,Z)", "mirrors", "large", "rounded", "squeezed", "rotations"],
)
def test_nothing_is_said_of_other_groups(arguments):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        Matrices(**arguments)


@pytest.mark.parametrize("group", [group for group in EXAMPLES if isinstance(group, Finite)], ids=str)
def test_our_finite_groups_are_orthogonal(group):
    assert in_other_basis(np.asarray(group.generators)) is None


def test_a_line_on_the_terminal(tmp_path, capsys):
    with warnings.catch_warnings():
        warnings.simplefilter("default", BasisWarning)
        group = "Matrices(generators=[[[1.0, -1.0], [1.0, 0.0]]])"
        assert main(["basis", "T(1) >> T(1)", group, "--out", str(tmp_path / "basis.png")]) == 0
    assert capsys.readouterr().err.count("warning: The matrices of a finite group are orthogonal") == 1
