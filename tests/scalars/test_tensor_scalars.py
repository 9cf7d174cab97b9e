"""Invariants of tensors are invariant and covariants equivariant, in both precisions, and smooth everywhere."""

from functools import cache

import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

from scalaremlp.groups import GL, SL, SO, SU, Lorentz, O, S, SO2eR3, SOp, Sp, Trivial, U
from scalaremlp.nn import ScalarMLP
from scalaremlp.reps import Alt, Sym, Sym0, Symmetric, T
from scalaremlp.scalars import Covariants, Invariants, Sizes, UnitScalars

from .oracles import draw, element

EXACT, SINGLE = 1e-12, 1e-4
REAL_OUT, UPPER = T(1) + Sym(2) + T(0, 1) + Alt(2), T(1) + T(2)
CASES = [
    (Sym(2) + T(1), O(3), None, REAL_OUT),
    (2 * Sym(2) + T(1), O(3), 4, T(1) + Sym(2)),
    (T(2), O(3), None, REAL_OUT),
    (Sym(2) + Alt(2) + T(1), SO(3), 3, REAL_OUT),
    (Sym0(3) + T(1), O(3), 3, Sym0(2) + Sym(3)),
    (Symmetric(T(4), "ijkl=jikl=klij"), O(3), 2, Sym(2) + T(0)),
    (Alt(2) + T(1), Lorentz(), None, REAL_OUT),
    (Alt(2) + T(1), SOp(1, 3), None, T(1) + Alt(2)),
    (T(0) + T(0, 2) + T(0, 1), Lorentz(), 3, REAL_OUT),
    (T(2) + T(1), Sp(1), 4, REAL_OUT),
    (Sym(2) + T(1), Sp(2), 4, T(1) + T(1, 1)),
    (Sym(2) + T(1), U(2), 4, T(1) + Sym(2) + T(0, 1)),
    (T(1, 1) + T(0, 1), SU(2), 3, T(1) + Sym(2) + Alt(2)),
    (T(1, 1) + T(1), GL(2), None, T(1) + T(1, 1)),
    (T(2) + T(0, 2), GL(2), 4, T(2) + T(1, 1)),
    (T(2) + T(1), SL(2), None, T(1) + T(0, 1) + T(2)),
    (Sym(2) + T(1), SO2eR3(), 3, REAL_OUT),
    (T(2) + T(1), S(3), 2, UPPER),
    (T(2) + T(1), Trivial(2), None, UPPER),
]
over_cases = pytest.mark.parametrize("rep, group, degree, rep_out", CASES, ids=str)


@cache
def scalars_and_tensors(rep, group, degree, rep_out):
    """Both, of many inputs, compiled once."""
    phi, cov = Invariants(rep, group, degree), Covariants(rep, rep_out, group, degree=degree)
    assert cov.size
    return jax.jit(jax.vmap(lambda x: (phi(x), cov(x))))


def moved(rep, group, rep_out):
    """Matrices ρ(g) of inputs and outputs, of several elements."""
    elements = [element(group, seed) for seed in range(3)]
    return [(np.asarray(rep(group).rho(g)), np.asarray(rep_out(group).rho(g))) for g in elements]


@over_cases
def test_equivariance(rep, group, degree, rep_out):
    f, x = scalars_and_tensors(rep, group, degree, rep_out), draw(group, 4, rep(group).size)
    scalars, tensors = f(jnp.asarray(x))
    assert scalars.dtype == np.float64 and tensors.dtype == x.dtype
    for before, after in moved(rep, group, rep_out):
        size = np.linalg.norm(before, 2) ** 6
        there, carried = f(jnp.asarray(x @ before.T))
        assert np.abs(there - scalars).max(initial=0) <= EXACT * size * (1 + np.abs(scalars).max(initial=0))
        expected = np.asarray(tensors) @ after.T
        assert np.abs(carried - expected).max() <= EXACT * size * (1 + np.abs(expected).max())


@pytest.mark.parametrize("rep, group, degree, rep_out", [CASES[0], CASES[8], CASES[9], CASES[12]], ids=str)
def test_single_precision(rep, group, degree, rep_out):
    f, x = scalars_and_tensors(rep, group, degree, rep_out), jnp.asarray(draw(group, 4, rep(group).size))
    single = x.astype(jnp.complex64 if group.field == "complex" else jnp.float32)
    for one, other in zip(f(single), f(x), strict=True):
        assert one.dtype == other.astype(one.dtype).dtype and one.dtype.itemsize * 2 == other.dtype.itemsize
        assert np.abs(one - other).max() <= SINGLE * (1 + np.abs(other).max())


# Where eigenvectors and square roots have no derivatives.

TYPES = Sym(2) + Alt(2) + T(1), T(1), O(3)


def special():
    """Tensors that are zero, isotropic, of equal eigenvalues, or far in size from each other."""
    eye, two = np.eye(3), np.diag([1.0, 1.0, 2.0])
    spin, along = np.array([[0.0, 1, 0], [-1, 0, 0], [0, 0, 0]]), np.array([0.0, 0, 1])
    some = [(0 * eye, 0 * eye, 0 * along), (eye, 0 * eye, 0 * along), (two, spin, along), (two, 0 * spin, along)]
    return np.stack(
        [TYPES[0](O(3)).merge([s[None], w[None], v[None]]) for s, w, v in [*some, (1e-6 * two, spin, along)]]
    )


def everything(dtype):
    """All that a model of tensors computes, as one function."""
    phi, cov = Invariants(TYPES[0], O(3), 3), Covariants(*TYPES, degree=2)
    model = ScalarMLP(*TYPES, width=4, depth=1, key=jr.key(0))
    model = model.calibrate(jnp.asarray(draw(O(3), 20, 12)), jnp.asarray(draw(O(3), 20, 3)))
    small = jax.tree.map(lambda leaf: leaf.astype(dtype) if isinstance(leaf, jax.Array) else leaf, model)
    parts = (phi, Sizes(phi), UnitScalars(phi), lambda x: cov(x).ravel(), small)
    return lambda x: jnp.concatenate([part(x) for part in parts])


def derivatives(f, x, v):
    """f, its first and its second derivative along v: a Hessian that is not finite is not so in a random direction."""

    def first(x):
        return jax.jvp(f, (x,), (v,))

    (value, along), (_, twice) = jax.jvp(first, (x,), (v,))
    return value, along, twice


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_values_and_two_derivatives_are_finite_where_tensors_are_special(dtype):
    f, x = everything(dtype), jnp.asarray(special(), dtype)
    of = jax.jit(jax.vmap(lambda x, v: derivatives(f, x, v)))
    with jax.debug_nans(True):
        found = of(x, jnp.asarray(draw(O(3), *x.shape), dtype))
    assert all(each.dtype == dtype and np.isfinite(each).all() for each in found)
    assert np.abs(found[2]).max() > 0


def test_reverse_gradients_are_finite_there_too():
    f = everything("float32")
    of = jax.jit(jax.vmap(jax.grad(lambda x: jnp.sum(f(x) ** 2))))
    with jax.debug_nans(True):
        assert np.isfinite(of(jnp.asarray(special(), "float32"))).all()


@pytest.mark.parametrize("size", [1e-8, 1e8])
def test_scalars_of_unit_tensors_are_the_same_at_any_size_in_single_precision(size):
    unit = UnitScalars(Invariants(Sym(2) + Alt(2), O(3)))
    x = draw(O(3), 9)
    of = jax.jit(unit)
    np.testing.assert_allclose(of(jnp.asarray(size * x, "float32")), of(jnp.asarray(x, "float32")), atol=1e-4)


def test_a_size_of_a_complex_tensor_is_no_scalar_of_unit_tensors():
    phi = Invariants(T(1, 1), U(2))
    assert [phi.names[i] for i in phi.lengths] == ["Re tr(A1 A1*ᵀ)"]
    assert "unit Re tr(A1 A1*ᵀ)" not in UnitScalars(phi).names
