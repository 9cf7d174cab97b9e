"""Equivariant bases: ranks, exactness, and the same space as by brute force."""

import json
from pathlib import Path

import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

from scalaremlp.groups import EXAMPLES, SO, SU, Matrices, O, S, Trivial, U, Z
from scalaremlp.groups import parse as parse_group
from scalaremlp.reps import Alt, Sym, Symmetric, T, V, parse

from .conftest import elements
from .oracle import invariants

ROWS = json.loads((Path(__file__).parent / "emlp_ranks.json").read_text(encoding="utf-8"))["rows"]


def read(group, rep):
    """A row of the file: one group, or `G1|G2` for a mixed product."""
    if "|" not in group:
        return parse(rep)(parse_group(group))
    return parse(rep, dict(zip(("G1", "G2"), map(parse_group, group.split("|")), strict=True)))


@pytest.mark.parametrize("group", sorted({row[0] for row in ROWS}))
def test_ranks_are_those_known(group):
    rows = [row[1:4] for row in ROWS if row[0] == group]
    assert [[text, *read(group, text).equivariant_basis().shape] for text, _, _ in rows] == rows


TYPES = (
    T(0),
    V.T,
    T(2),
    T(0, 3),
    T(2, 2),
    V >> V,
    V.T * V,
    (2 * V + 1) >> (V.T + 2 * V),
    (V * V.conj() + 2) * V.conj().T * V,
    (V + T(2)) >> (1 + V),
    Sym(2) + Alt(2).T,
    Sym(2) >> Sym(2),
    Sym(3) >> V,
    Alt(2) * Sym(2).conj(),
    Symmetric(T(4), "ijkl=jikl=klij"),
    Symmetric(T(3), "ijk=-kji") >> Alt(3),
)
OWN = (  # as a user would give them, without a theorem: rotations, boosts, a Lie algebra with trace, shears, phases
    Matrices(lie_algebra=SO(3).lie_algebra),
    Matrices(lie_algebra=O(1, 2).lie_algebra, generators=O(1, 2).generators),
    Matrices(lie_algebra=[np.diag([1.0, 2.0, -3.0]), np.diag([0.0, 0.0, 1.0])]),
    Matrices(lie_algebra=[[[0.0, 1.0], [0.0, 0.0]]]),
    Matrices(generators=[[[1.0, 1.0], [0.0, 1.0]], [[0.5, 0.0], [0.0, 2.0]]]),
    Matrices(lie_algebra=SU(2).lie_algebra, generators=[1j * np.eye(2)]),
    Matrices(generators=[[[0.0, 1j], [1.0, 0.0]]]),
)
TABLE = [
    bound for group in (*EXAMPLES, *OWN) for rep in TYPES
    if (bound := rep(group)).size * (1 + (bound.field == "complex")) <= 110
]  # fmt: skip


def test_the_table_is_wide():
    assert len(TABLE) > 350


@pytest.mark.parametrize("group", (*EXAMPLES, *OWN), ids=range(len(EXAMPLES) + len(OWN)))
def test_the_space_is_that_found_by_brute_force(group):
    for rep in TABLE:
        if rep.groups == (group,):
            q, expected = rep.equivariant_basis().to_dense(), invariants(rep)
            assert q.shape == expected.shape, rep
            assert np.allclose(q @ q.conj().T, expected @ expected.conj().T, atol=1e-10), rep
            assert np.allclose(q.conj().T @ q, np.eye(q.shape[1]), atol=1e-13), rep


def test_columns_are_orthonormal_and_fixed(rep):
    q = rep.equivariant_basis().to_dense()
    rho = rep.rho(elements(rep, 3))
    assert q.shape == rep.equivariant_basis().shape == (rep.size, q.shape[1])
    assert np.allclose(q.conj().T @ q, np.eye(q.shape[1]), atol=1e-13)
    assert abs(rho @ q - q).max(initial=0) <= 1e-13 * max(1, np.linalg.norm(rho))
    assert q.dtype == (np.complex128 if rep.field == "complex" else np.float64)
    expected = invariants(rep)
    assert np.allclose(q @ q.conj().T, expected @ expected.conj().T, atol=1e-10)


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


def test_equal_factors_of_a_direct_product_act_independently():
    assert T(2)(SO(2) * SO(2)).equivariant_basis().shape == (16, 4)
    assert (V(SO(2)) * V(SO(2))).equivariant_basis().shape == (4, 2)  # while here one element acts on both


def test_duals_of_direct_products():
    group = O(1, 1) * SU(2)
    assert (V.T >> V.T)(group).equivariant_basis().shape == (16, 1)
    assert V.T(group).equivariant_basis().shape == (4, 0)


def test_no_symmetry_leaves_everything():
    assert np.array_equal(T(2)(Trivial(2)).equivariant_basis().to_dense(), np.eye(4))


def test_nearly_trivial_generators_still_count():
    cos, sin = np.cos(2e-6 * np.pi), np.sin(2e-6 * np.pi)
    small = Matrices(generators=[[[cos, -sin], [sin, cos]]])
    assert T(1)(small).equivariant_basis().shape == (2, 0) and T(2)(small).equivariant_basis().shape == (4, 2)
    assert T(2)(Matrices(lie_algebra=[1e-9 * np.diag([1.0, -1.0])])).equivariant_basis().shape == (4, 2)
