"""The linear maps that bases are: products, transposes, JAX, equality, and what they refuse."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scalaremlp.groups import SO, SU, Group, Lorentz, Matrices, O, RubiksCube, S
from scalaremlp.reps import Action, Base, T, V, _word

BIG = 100 * T(0) + 100 * T(1) + 30 * T(2)


def numbers(seed, *shape, dtype=float):
    rng = np.random.default_rng(seed)
    real = rng.normal(size=shape)
    return real + 1j * rng.normal(size=shape) if np.dtype(dtype).kind == "c" else real


def test_every_map_does_what_its_matrix_does(rep):
    basis = rep.equivariant_basis()
    for made, dense in [
        (basis, basis.to_dense()),
        (basis.T, basis.to_dense().T),
        (basis.H, basis.to_dense().conj().T),
        (basis.conj(), basis.to_dense().conj()),
        (rep.equivariant_projector(), basis.to_dense() @ basis.to_dense().conj().T),
        (rep.equivariant_projector().T, (basis.to_dense() @ basis.to_dense().conj().T).T),
    ]:
        x = numbers(0, made.shape[1], 3, dtype=made.dtype)
        assert made.shape == dense.shape and made.dtype == dense.dtype
        assert np.allclose(made.to_dense(), dense, atol=1e-14)
        assert np.allclose(made @ x, dense @ x, atol=1e-13) and np.allclose(made @ x[:, 0], dense @ x[:, 0], atol=1e-13)


def test_bases_whose_entries_are_complex():
    basis = (V >> V + 1)(Matrices(generators=[[[0.0, 1j], [1.0, 0.0]]])).equivariant_basis()
    dense, x = basis.to_dense(), numbers(4, 6, dtype=complex)
    assert abs(dense.imag).max() > 0.5
    for made, matrix in ((basis.T, dense.T), (basis.H, dense.conj().T), (basis.conj().T, dense.conj().T)):
        assert np.allclose(made @ x, matrix @ x, atol=1e-14) and np.allclose(made.to_dense(), matrix, atol=1e-14)
    assert np.allclose(basis.conj() @ x[:2], dense.conj() @ x[:2], atol=1e-14)
    assert np.allclose((basis.H @ basis).to_dense(), np.eye(2), atol=1e-14)


def test_maps_are_the_same_in_jax(rep):
    basis = rep.equivariant_basis()
    w, x = numbers(1, basis.shape[1], dtype=basis.dtype), numbers(2, rep.size, 2, dtype=basis.dtype)
    in_jax = jax.jit(lambda w, x: (basis @ w, basis.H @ x))(jnp.asarray(w), jnp.asarray(x))
    for found, expected in zip(in_jax, (basis @ w, basis.H @ x), strict=True):
        assert found.dtype == basis.dtype and np.allclose(found, expected, atol=1e-13)


def test_gradients_and_batches():
    basis = (T(1) >> T(1) + T(2))(SO(3)).equivariant_basis()
    w = jnp.asarray(numbers(1, basis.shape[1]))
    assert np.allclose(jax.grad(lambda w: ((basis @ w) ** 2).sum() / 2)(w), w, atol=1e-13)
    assert jax.vmap(lambda w: basis @ w)(jnp.stack([w, w])).shape == (2, basis.shape[0])


def test_results_have_the_precision_of_what_the_map_is_applied_to():
    basis = (V >> V)(SO(3)).equivariant_basis()
    assert (basis @ jnp.ones(1, jnp.float32)).dtype == jnp.float32 and (basis @ [1]).dtype == np.float64
    complex_ = (V >> V)(SU(2)).equivariant_basis()
    assert (complex_ @ np.ones(1, np.float32)).dtype == np.complex64 and (complex_ @ [1.0]).dtype == np.complex128


def test_large_sums_are_never_made_dense():
    basis = (BIG >> BIG)(SO(3)).equivariant_basis()
    assert basis.shape == (448900, 34700)
    w = numbers(2, basis.shape[1])
    flat = basis @ w
    matrix = flat.reshape(670, 670)
    assert np.allclose(basis.T @ flat, w, atol=1e-13)
    assert np.allclose((BIG >> BIG)(SO(3)).equivariant_projector() @ flat, flat, atol=1e-13)
    g = np.array([[0.6, -0.8, 0.0], [0.8, 0.6, 0.0], [0.0, 0.0, 1.0]])
    rho = BIG(SO(3)).rho(g)
    assert np.allclose(rho @ matrix, matrix @ rho, atol=1e-12)
    with pytest.raises(ValueError, match=r"shape \(448900, 34700\) may take 2 GB. It would take 125 GB. Apply"):
        basis.to_dense()


def test_equal_blocks_are_solved_once(monkeypatch):
    solved = []
    monkeypatch.setattr(_word, "_SOLVED", _word._Solved())
    solve = _word._solve
    monkeypatch.setattr(_word, "_solve", lambda word, limit: solved.append(word) or solve(word, limit))
    rep = 7 * V + T(2) + 2 * V * V.T + V + 3
    (rep >> rep)(O(4)).equivariant_basis()
    assert len(solved) == 4  # T(1) … T(4), in whatever order and with whatever duals


def test_orbits_apply_without_a_matrix():
    basis = T(3)(RubiksCube()).equivariant_basis()
    assert basis.shape == (110592, 51)
    w = numbers(3, 51, 2)
    x = basis @ w
    assert np.allclose(basis.T @ x, w, atol=1e-13)
    assert np.allclose(jax.jit(lambda y: basis.T @ (basis @ y))(jnp.asarray(w)), w, atol=1e-13)
    h = RubiksCube().generators[3]
    cube = x[:, 0].reshape(48, 48, 48)
    assert np.array_equal(np.einsum("ai,bj,ck,ijk->abc", h, h, h, cube, optimize=True), cube)


def test_maps_compare_by_value_and_know_their_group():
    one, other = Matrices(generators=[[[-1.0]]], name="mine"), Matrices(generators=[[[1.0]]], name="mine")
    assert V(one).equivariant_basis().shape == (1, 0) and V(other).equivariant_basis().shape == (1, 1)
    assert V(one).equivariant_basis() != V(other).equivariant_basis()
    assert (V >> V)(O(3)).equivariant_basis() is (V >> V)(O(3)).equivariant_basis()
    a, b = (V >> V)(O(3)).equivariant_basis().H, (V >> V)(O(3)).equivariant_basis(max_bytes=10**6).H
    assert a is not b and a == b and hash(a) == hash(b) and a != a.T


def test_shapes_that_do_not_fit():
    basis = T(2)(SO(2)).equivariant_basis()
    with pytest.raises(ValueError, match=r"acts on shape \(2,\) or \(2, k\). Got shape \(3,\)"):
        basis @ np.zeros(3)
    with pytest.raises(ValueError, match=r"must fit. Got shapes \(4, 2\) and \(4, 2\)"):
        basis @ basis
    with pytest.raises(ValueError, match="read-only"):
        basis.to_dense()[0] = 1


def test_terms_that_do_not_fit_into_memory_are_refused_before_they_are_tried():
    with pytest.raises(ValueError, match=r"945 products of fixed tensors with 1048576 components may take 2 GB."):
        T(10)(O(4)).equivariant_basis()
    with pytest.raises(ValueError, match=r"Orbits of 1000000000000 components may take 2 GB. It would take 1.5e\+05"):
        T(12)(S(10)).equivariant_basis()
    with pytest.raises(ValueError, match=r"may take 1 kB. .* raise `max_bytes` if"):
        T(1, 5)(Lorentz()).equivariant_projector(max_bytes=1000)
    with pytest.raises(ValueError, match=r"A tensor with \d+ components may take 2 GB. .* Split the type"):
        T(40)(SO(2)).equivariant_basis()


@dataclasses.dataclass(frozen=True)
class Faulty(Action):
    rows: int
    value: float = 1.0

    def size(self, group):
        return 2

    def rho(self, g):
        return np.full((self.rows, self.rows), self.value)

    drho = rho


class Complex(Faulty):
    def rho(self, g):
        return np.eye(2) * 1j

    drho = rho


class Unhashable(Faulty):
    __hash__ = None


@dataclasses.dataclass(frozen=True)
class Bent(Group):
    dim = 3
    lie_algebra = np.zeros((1, 2, 2))

    def sample(self, key, n):
        raise NotImplementedError


def test_faulty_groups_and_actions_are_told_what_is_wrong():
    with pytest.raises(ValueError, match=r"`drho` of Faulty\(O\(3\)\) must .* \(2, 2\).* Got shape \(3, 3\)"):
        Base(Faulty(3))(O(3)).equivariant_basis()
    with pytest.raises(ValueError, match=r"`rho` of Faulty\(S\(3\)\) must be finite"):
        Base(Faulty(2, np.nan))(S(3)).equivariant_basis()
    with pytest.raises(ValueError, match=r"`rho` of Complex\(S\(3\)\) must be real .* Got complex128. Define `field`"):
        Base(Complex(2))(S(3)).equivariant_basis()
    with pytest.raises(ValueError, match=r"an action must be hashable. .* Write @dataclasses.dataclass\(frozen=True\)"):
        Base(Unhashable(2))(S(3)).equivariant_basis()
    with pytest.raises(ValueError, match=r"lie_algebra of Bent\(\) must .* \(k, 3, 3\). Got shape \(1, 2, 2\)"):
        V(Bent()).equivariant_basis()
