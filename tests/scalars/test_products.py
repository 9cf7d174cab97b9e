"""Which scalars are squares and products of two vectors, of which norms and cosines are made."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

from scalaremlp.groups import GL, SL, O, Sp, Trivial, U
from scalaremlp.reps import T
from scalaremlp.scalars import Cosines, Invariants, Norms


@pytest.mark.parametrize("group", [Trivial(1), Trivial(3), GL(2), SL(2)], ids=str)
def test_a_covector_times_a_vector_is_no_square(group):
    phi = Invariants(2 * T(1) + 2 * T(0, 1), group)
    assert phi.size and not phi.squares and not phi.products
    assert Norms(phi).size == Cosines(phi).size == 0


@pytest.mark.parametrize("group, products", [(O(3), ["<x1,x2>"]), (U(2), ["Re <x1,x2>", "Im <x1,x2>"])], ids=str)
def test_squares_and_products_of_vectors(group, products):
    phi = Invariants(2 * T(1), group)
    assert [phi.names[i].split("<")[1] for i in phi.squares.values()] == ["x1,x1>", "x2,x2>"]
    assert [phi.names[i] for i, _ in phi.products] == products


@pytest.mark.parametrize(
    "group, form, skip",
    [(O(3), np.eye(3), 0), (O(2, 1), np.diag([1, 1, -1]), 0), (Sp(1), np.array([[0, 1], [-1, 0]]), 1)],
    ids=["O(3)", "O(2,1)", "Sp(1)"],
)
@pytest.mark.parametrize("vectors", [1, 2, 8, 9, 16, 17, 40])
def test_packed_products_are_the_upper_triangle(group, form, skip, vectors):
    """Blocks of rows, also where the last one is short, give the entries of the full matrix, row after row."""
    x = np.random.default_rng(vectors).normal(size=(vectors, group.dim))
    expected = (x @ form @ x.T)[np.triu_indices(vectors, skip)]
    phi = eqx.filter_jit(Invariants(vectors * T(1), group))
    np.testing.assert_allclose(phi(jnp.asarray(x.ravel())), expected, rtol=1e-12, atol=1e-12)
