"""Which scalars are squares and products of two vectors, of which norms and cosines are made."""

import pytest

from scalaremlp.groups import GL, SL, O, Trivial, U
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
