"""A user's own representation."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.linalg import expm

from scalaremlp.groups import GL, SO, SU, Embed, O, O2eR3, Trivial
from scalaremlp.reps import Action, Base, T, V, parse

from .conftest import direction, element
from .oracle import invariants


@dataclasses.dataclass(frozen=True)
class Axial(Action):
    """Axial vectors: det(g) g."""

    def size(self, group):
        if group.field != "real":
            raise ValueError(f"Axial vectors need a real group. Got {group}.")
        return group.dim

    def rho(self, g):
        return jnp.linalg.det(g) * g

    def drho(self, a):
        return np.trace(a) * np.eye(len(a)) + a


@dataclasses.dataclass(frozen=True)
class Turns(Action):
    """A complex number that turns m times as fast as the plane."""

    m: int

    @property
    def name(self):
        return f"Turns{self.m}"

    def field(self, group):
        return "complex"

    def size(self, group):
        return 1

    def rho(self, g):
        return (g[:1, :1] + 1j * g[1:, :1]) ** self.m

    def drho(self, a):
        return 1j * self.m * a[1:, :1]


B = Base(Axial())


@pytest.mark.parametrize(
    ("rep", "group"), [(B, O(3)), (B.T, GL(2)), (Base(Turns(2)), SO(2)), (Base(Turns(3)).T.conj(), SO(2))]
)
def test_it_obeys_the_contract(rep, group):
    rho, a = rep(group).rho, direction(group, 1)
    g, h = element(group, 1), element(group, 2)
    assert np.allclose(rho(g) @ rho(h), rho(g @ h), atol=1e-12)
    assert np.allclose(rep(group).drho(a), (rho(expm(1e-6 * a)) - rho(expm(-1e-6 * a))) / 2e-6, atol=1e-8)
    assert np.allclose(rep.T(group).rho(g).T @ rho(g), np.eye(rep(group).size))
    assert np.allclose(jax.jit(rho)(jnp.asarray(g)), rho(g))


def test_it_mixes_with_the_others():
    rep = (2 * V + B * V.T)(GL(2))
    g = element(GL(2), 3)
    expected = np.kron(np.linalg.det(g) * g, np.linalg.inv(g).T)
    assert rep.size == 8 and np.allclose(rep.rho(g)[4:, 4:], expected)
    assert [part.shape for part in rep.split(np.zeros(8))] == [(2, 2), (1, 2, 2)]
    assert hash(rep) == hash((2 * V + Base(Axial()) * V.T)(GL(2)))


def test_equivariant_bases():
    """The cross product of two polar vectors is axial, under all of O(3)."""
    assert (T(2) >> B)(O(3)).equivariant_basis().shape == (27, 1)
    assert (T(2) >> V)(O(3)).equivariant_basis().shape == (27, 0)
    assert (Base(Turns(1)) * Base(Turns(1)) >> Base(Turns(2)))(SO(2)).equivariant_basis().shape == (1, 1)
    assert (Base(Turns(1)).conj() >> Base(Turns(1)))(SO(2)).equivariant_basis().shape == (1, 0)


@pytest.mark.parametrize("group", [O2eR3(), O(2) * O(2), Embed(O(1, 1), 3), Trivial(2)], ids=str)
def test_groups_are_not_taken_apart_where_an_action_depends_on_all_of_them(group):
    for rep in (V * B, (V + B) >> (1 + V)):
        basis, expected = rep(group).equivariant_basis(), invariants(rep(group))
        assert basis.shape == expected.shape
        assert np.allclose(basis.to_dense() @ basis.to_dense().T, expected @ expected.T, atol=1e-12)


def test_text_reads_back_by_name():
    rep = (2 * V + B.T * Base(Turns(2)).conj())(SO(2))
    assert str(rep) == "(2*T(1) + Axial.T*Turns2.conj())(SO(2))"
    assert parse(str(rep), {"Axial": B, "Turns2": Base(Turns(2))}) == rep
    assert str(B(O(3))) == "Axial(O(3))" and parse("Axial(O(3))", {"Axial": B}) == B(O(3))


def test_errors():
    with pytest.raises(ValueError, match=r"Axial vectors need a real group. Got SU\(2\)."):
        _ = B(SU(2)).size
    with pytest.raises(TypeError, match=r"Legs belong to tensors, made of V and V\.T. Got Axial"):
        _ = (B * V).legs


def test_bases_need_double_precision():
    with jax.enable_x64(False), pytest.raises(ValueError, match=r"computed in float64. Got float32 from an action"):
        B(O(3)).equivariant_basis()
