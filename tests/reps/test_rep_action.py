"""ρ and dρ of every representation in the table, and of each operation against NumPy."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.linalg import block_diag, expm

from scalaremlp.groups import GL, SL, SU, Lorentz, O, S, U, Z
from scalaremlp.reps import T, V

from .conftest import direction, directions, element, elements

EXACT = 1e-12
G = GL(2)


def close(a, b, tolerance=EXACT):
    a, b = np.asarray(a), np.asarray(b)
    return a.shape == b.shape and bool(np.all(abs(a - b) <= tolerance * max(1.0, abs(b).max(initial=0))))


def test_rho_is_a_homomorphism(rep):
    g, h = elements(rep, 1), elements(rep, 2)
    both = {group: g[group] @ h[group] for group in g}
    assert close(rep.rho(g) @ rep.rho(h), rep.rho(both), 1e-11)
    assert close(rep.rho({}), np.eye(rep.size))


def test_drho_is_the_derivative_of_rho(rep):
    a = directions(rep, 3)
    assert close(expm(0.1 * rep.drho(a)), rep.rho({group: expm(0.1 * each) for group, each in a.items()}), 1e-11)
    assert close(rep.drho({}), np.zeros((rep.size, rep.size)))


def test_the_pairing_with_the_dual_is_invariant(rep):
    g = elements(rep, 4)
    assert close(rep.T.rho(g).T @ rep.rho(g), np.eye(rep.size), 1e-11)
    assert close(rep.T.drho(directions(rep)), -rep.drho(directions(rep)).T)


def test_the_conjugate_is_the_conjugate(rep):
    g, a = elements(rep, 5), directions(rep, 5)
    assert close(rep.conj().rho(g), rep.rho(g).conj())
    assert close(rep.conj().drho(a), rep.drho(a).conj())


def test_the_field_says_what_the_numbers_are(rep):
    dtype = np.asarray(rep.rho(elements(rep))).dtype
    assert rep.field == "complex" or dtype == np.float64
    assert rep.field == ("complex" if any(group.field == "complex" for group in rep.groups) else "real")


def test_jax_and_numpy_agree(rep):
    g, a = elements(rep, 6), directions(rep, 6)
    for method, given in ((rep.rho, g), (rep.drho, a)):
        assert isinstance(method(given), np.ndarray)
        assert close(jax.jit(method)({group: jnp.asarray(each) for group, each in given.items()}), method(given))


def test_rho_of_a_batch_by_vmap():
    rep, batch = T(1, 1)(G), np.stack([element(G, seed) for seed in range(3)])
    assert close(jax.vmap(rep.rho)(batch), np.stack([rep.rho(g) for g in batch]))
    mixed = V(G) * V(Z(3))
    assert jax.vmap(lambda g: mixed.rho({G: g}))(batch).shape == (3, 6, 6)


def test_rho_can_be_differentiated():
    rep, g = T(1, 1)(G), element(G, 1)
    _, tangent = jax.jvp(rep.rho, (jnp.eye(2),), (jnp.asarray(direction(G, 1)),))
    assert close(tangent, rep.drho(direction(G, 1)))
    assert np.isfinite(jax.grad(lambda g: (rep.rho(g) ** 2).sum())(jnp.asarray(g))).all()


def test_each_operation_against_numpy():
    g, a = element(G, 1), direction(G, 1)
    dual, eye = np.linalg.inv(g).T, np.eye(2)
    assert close(V(G).rho(g), g) and close(V.T(G).rho(g), dual)
    assert close((2 + V + 3 * V.T)(G).rho(g), block_diag(1, 1, g, dual, dual, dual))
    assert close((V * V.T)(G).rho(g), np.kron(g, dual)) and close((V.T * V)(G).rho(g), np.kron(dual, g))
    assert close((V * (2 * V))(G).rho(g), np.kron(g, np.kron(eye, g)))
    assert close(((2 * V) * V)(G).rho(g), np.kron(np.eye(2), np.kron(g, g)))
    assert close(((V + 1) * (1 + V))(G).rho(g), np.kron(block_diag(g, 1), block_diag(1, g)))
    assert close((V**3)(G).rho(g), np.kron(g, np.kron(g, g))) and close((V**0)(G).rho(g), [[1.0]])
    assert close((V * V.T)(G).drho(a), np.kron(a, eye) - np.kron(eye, a.T))


def test_products_are_row_major():
    """The first factor's index is the slow one, as in x.reshape(d, d)."""
    g, x = element(G, 1), np.arange(4.0)
    assert close(T(2)(G).rho(g) @ x, (g @ x.reshape(2, 2) @ g.T).ravel())
    h = element(S(3), 2)
    w = np.arange(6.0)
    assert close((V(G) * V(S(3))).rho({G: g, S(3): h}) @ w, (g @ w.reshape(2, 3) @ h.T).ravel())


def test_linear_maps_are_types_of_matrices():
    a, b = V + 2 * V.T + 1, T(1, 1) + V
    g = element(G, 1)
    w = np.random.default_rng(0).normal(size=(b(G).size, a(G).size))
    moved = b(G).rho(g) @ w @ np.linalg.inv(a(G).rho(g))
    assert close((a >> b)(G).rho(g) @ w.ravel(), moved.ravel(), 1e-11)


def test_unitary_groups_have_the_dual_as_conjugate():
    assert V.conj()(U(2)) == V.T(U(2)) and V.T.conj()(SU(3)) == V(SU(3))
    assert V.conj() != V.T and V.conj()(O(3)) == V(O(3)) and V.conj()(Lorentz()) == V(Lorentz())
    mixed = SU(2) * O(1, 1)
    assert V.conj()(mixed).legs == ("conj(V)",) and V.conj().T(mixed).legs == ("conj(V*)",)


def test_several_groups_act_on_their_own_factors():
    rep = V(Z(3)) * V(S(4)) + V(Z(3))
    g, h = element(Z(3), 1), element(S(4), 1)
    assert close(rep.rho({Z(3): g, S(4): h}), block_diag(np.kron(g, h), g))
    assert close(rep.rho({S(4): h}), block_diag(np.kron(np.eye(3), h), np.eye(3)))
    assert rep.groups == (Z(3), S(4))


BAD_ELEMENTS = [
    (lambda: V(O(3)).rho(np.eye(2)), "A matrix of O(3) has shape (3, 3). Got shape (2, 2)."),
    (lambda: V(O(3)).rho(np.zeros((5, 3, 3))), "For a batch of elements use `jax.vmap(rep.rho)`."),
    (
        lambda: V(O(3)).rho({SL(3): np.eye(3)}),
        "The matrices must belong to the groups of T(1)(O(3)). Got one of SL(3).",
    ),
    (lambda: (V(O(3)) * V(S(4))).rho(np.eye(3)), "needs a mapping from groups to matrices. Got one array."),
]


@pytest.mark.parametrize(("call", "message"), BAD_ELEMENTS, ids=range(len(BAD_ELEMENTS)))
def test_bad_elements(call, message):
    with pytest.raises(ValueError, match=r"^[^\n]+$") as error:
        call()
    assert message in str(error.value)
