"""The null space of the constraints: known ranks, invariance, and the mean over the group."""

import json
import re
from pathlib import Path

import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

from scalaremlp.groups import SO, SU, Matrices, O, S, Trivial, U, Z
from scalaremlp.groups import parse as parse_group
from scalaremlp.reps import T, V, parse

from .conftest import elements

ROWS = json.loads((Path(__file__).parent / "emlp_ranks.json").read_text(encoding="utf-8"))["rows"]


def turn(n):
    angle = 2 * np.pi / n
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def in_space(matrix):
    return np.block([[matrix, np.zeros((2, 1))], [np.zeros((1, 2)), np.eye(1)]])


FLIP = np.diag([1.0, -1.0])
OWN = {
    "C": lambda n: Matrices(generators=[turn(n)]),
    "D": lambda n: Matrices(generators=[turn(n), FLIP]),
    "DkeR3": lambda n: Matrices(generators=[in_space(turn(n)), in_space(FLIP)]),
    "Scaling": lambda n: Matrices(lie_algebra=[np.eye(n)]),
}


def read_group(text):
    own = re.fullmatch(r"(\w+)\((\d+)\)", text)
    return OWN[own[1]](int(own[2])) if own and own[1] in OWN else parse_group(text)


def read(group, rep):
    if "|" not in group:
        return parse(rep)(read_group(group))
    first, second = group.split("|")
    return parse(rep, {"G1": read_group(first), "G2": read_group(second)})


@pytest.mark.parametrize("group", sorted({row[0] for row in ROWS}))
def test_ranks_are_those_known(group):
    rows = [row for row in ROWS if row[0] == group]
    found = [[group, text, *read(group, text).equivariant_basis().shape] for _, text, _, _ in rows]
    assert found == rows


def test_columns_are_orthonormal_and_fixed(rep):
    basis = rep.equivariant_basis()
    q = basis.to_dense()
    assert q.shape == basis.shape == (rep.size, q.shape[1])
    assert np.allclose(q.conj().T @ q, np.eye(q.shape[1]), atol=1e-12)
    assert np.allclose(rep.rho(elements(rep, 3)) @ q, q, atol=1e-10)
    assert q.dtype == (np.complex128 if rep.field == "complex" else np.float64)


@pytest.mark.parametrize(
    ("group", "rep"),
    [(O(3), T(2)), (U(2), T(1, 1)), (S(4), T(2)), (SO(2) * Z(2), T(1))],
    ids=str,
)
def test_the_projector_is_the_mean_over_a_compact_group(group, rep):
    """So the Lie algebra and generators leave nothing out that the samples have, and the other way round."""
    elements = jnp.concatenate([group.sample(jr.key(seed), 64) for seed in range(40)])
    mean = np.asarray(jax.vmap(rep(group).rho)(elements)).mean(0)
    assert abs(mean - rep(group).equivariant_projector().to_dense()).max() < 0.08


def test_ranks_of_complex_groups_count_complex_dimensions():
    assert (V >> V)(U(2)).equivariant_basis().shape == (4, 1)
    assert (V >> V)(SU(2) * SU(2)).equivariant_basis().shape == (16, 1)
    assert (V >> V)(U(2) * SU(3)).equivariant_basis().shape == (36, 1)
    assert (V.conj() >> V)(SU(2)).equivariant_basis().shape == (4, 1)
    assert (V.conj() >> V)(SU(2) * O(1, 1)).equivariant_basis().shape == (16, 1)


def test_factors_of_different_groups_multiply_ranks():
    one = (V >> V)(SO(2)).equivariant_basis().shape[1]
    two = (V >> V)(S(3)).equivariant_basis().shape[1]
    both = (V(SO(2)) * V(S(3)) >> V(SO(2)) * V(S(3))).equivariant_basis()
    assert both.shape == (36, one * two) == (36, 4)


def test_duals_of_direct_products():
    group = O(1, 1) * SU(2)
    assert (V.T >> V.T)(group).equivariant_basis().shape == (16, 1)
    assert V.T(group).equivariant_basis().shape == (4, 0)


def test_no_symmetry_leaves_everything():
    assert np.array_equal(T(2)(Trivial(2)).equivariant_basis().to_dense(), np.eye(4))


def test_nearly_trivial_generators_still_count():
    small = Matrices(generators=[turn(10**6)])
    assert T(1)(small).equivariant_basis().shape == (2, 0) and T(2)(small).equivariant_basis().shape == (4, 2)
    assert T(2)(Matrices(lie_algebra=[1e-9 * np.diag([1.0, -1.0])])).equivariant_basis().shape == (4, 2)


def test_the_map_applies_to_arrays():
    rep = T(2)(SO(2))
    basis = rep.equivariant_basis()
    x, many = np.arange(2.0), np.ones((2, 5))
    assert np.array_equal(basis @ x, basis.to_dense() @ x) and (basis @ many).shape == (4, 5)
    assert np.allclose(basis.T @ (basis @ jnp.asarray(x)), x)
    projector = rep.equivariant_projector()
    assert projector.shape == (4, 4) and np.allclose((projector @ projector).to_dense(), projector.to_dense())
    with pytest.raises(ValueError, match=r"acts on shape \(2,\) or \(2, k\). Got shape \(3,\)"):
        basis @ np.zeros(3)
    with pytest.raises(ValueError, match="read-only"):
        basis.to_dense()[0] = 1


def test_large_spaces_are_refused():
    with pytest.raises(ValueError, match=r"limited to size 5000. Got size 6561 for T\(8\)\(O\(3\)\). Raise"):
        T(8)(O(3)).equivariant_basis()
    with pytest.raises(ValueError, match=r"limited to size 8. Got size 9"):
        T(2)(O(3)).equivariant_projector(limit=8)
