"""Scalars made from scalars: values, names, and gradients that stay finite where a square root would not."""

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scalaremlp.groups import GL, SL, SU, Lorentz, O, SO2eR3, SOp, U
from scalaremlp.reps import T
from scalaremlp.scalars import (
    Concatenate,
    Cosines,
    Covariants,
    Decades,
    Differences,
    Invariants,
    Monomials,
    Norms,
    RadialBasis,
    SignedLog,
    SignedRoot,
    gram,
    monomials,
    together,
)

from .oracles import draw, element

X = np.array([3.0, 4.0, 0.0, 1.0, 0.0, 2.0])
PHI = Invariants(2 * T(1), O(3))


def values(scalars, x=X):
    found = np.asarray(scalars(jnp.asarray(x)))
    assert found.shape == (scalars.size,) == (len(scalars.names),)
    return dict(zip(scalars.names, found.tolist(), strict=True))


def test_norms_and_cosines():
    assert values(Norms(PHI)) == pytest.approx({"|x1|": 5.0, "|x2|": 5**0.5})
    assert values(Cosines(PHI)) == pytest.approx({"cos <x1,x2>": 3 / 5 / 5**0.5})


def test_norms_and_cosines_of_other_groups():
    x = draw(U(2), 4)
    a, b = x.reshape(2, 2)
    ratio = np.vdot(a, b) / np.linalg.norm(a) / np.linalg.norm(b)
    phi = Invariants(2 * T(1), U(2))
    assert values(Cosines(phi), x) == pytest.approx({"cos Re <x1,x2>": ratio.real, "cos Im <x1,x2>": ratio.imag})
    axial = values(Cosines(Invariants(T(1), SO2eR3())), X[:3] + np.array([0, 0, 12.0]))
    assert list(axial.values()) == pytest.approx([12 / 13])
    assert Norms(Invariants(2 * T(1), GL(2))).size == Cosines(Invariants(T(1), O(3))).size == 0
    assert Cosines(Invariants(T(1), O(3)))(jnp.ones(3)).shape == (0,)


def test_signed_roots_and_logarithms():
    phi = Invariants(T(1), Lorentz())
    for x in ([5.0, 3.0, 0, 0], [3.0, 5.0, 0, 0], [1.0, 1.0, 0, 0]):
        s = x[0] ** 2 - x[1] ** 2
        root = np.sign(s) * abs(s) ** 0.5
        assert values(SignedRoot(phi), np.array(x))["root <x1,x1>"] == pytest.approx(root, rel=1e-5)
        assert values(SignedLog(phi, 0.5), np.array(x))["log <x1,x1>"] == pytest.approx(np.arcsinh(s / 0.5))


def test_radial_basis_has_a_grid_for_each_scalar():
    basis = RadialBasis(PHI, jnp.array([0.0, 0.0, 1.0]), jnp.array([30.0, 4.0, 5.0]), 3)
    s, low, high = np.array([25.0, 3.0, 5.0]), np.array([0.0, 0.0, 1.0]), np.array([30.0, 4.0, 5.0])
    width = (high - low) / 2
    centres = low[:, None] + width[:, None] * np.arange(3)
    found = values(basis)
    assert list(found.values()) == pytest.approx(np.exp(-(((s[:, None] - centres) / width[:, None]) ** 2) / 2).ravel())
    assert list(found)[:4] == ["bump1 <x1,x1>", "bump2 <x1,x1>", "bump3 <x1,x1>", "bump1 <x1,x2>"]


def test_monomials_and_nesting():
    nested = Monomials(Concatenate(PHI, Norms(PHI)), degree=2)
    found = values(nested)
    assert nested.size == 5 + 15
    assert found["<x1,x2>·|x1|"] == pytest.approx(15.0)
    assert found["|x2|·|x2|"] == pytest.approx(5)
    assert np.array_equal(monomials(jnp.array([2.0, 3.0]), 3), [2, 3, 4, 6, 9, 8, 12, 18, 27])
    assert monomials(jnp.zeros(0), 2).shape == (0,)


def test_what_several_are_made_of_is_traced_once():
    parts = [PHI, Norms(PHI), Cosines(Invariants(2 * T(1), O(3))), SignedLog(Differences(PHI)), Differences(PHI)]
    whole, x = Monomials(Concatenate(Concatenate(*parts[:2]), *parts[2:]), degree=1), jnp.asarray(X)
    products = [str(jax.make_jaxpr(each)(x)).count("dot_general") for each in (partial(together, [whole]), PHI)]
    assert products[0] == products[1]
    assert np.array_equal(together([whole], x)[0], np.concatenate([part(x) for part in parts]))


def test_functions_of_different_invariants_share_nothing():
    others = Invariants(T(0) + T(1) + 2 * T(0), O(3))
    x = jnp.asarray(X)
    found = together((PHI, Norms(others), lambda x: 2 * x), x)
    for one, true in zip(found, (PHI(x), Norms(others)(x), 2 * x), strict=True):
        assert np.array_equal(one, true)


def special(group, count):
    """Zero, equal, opposite, collinear, orthogonal, light-like, and one tiny and one usual vector."""
    d = group.dim
    a, light, other = draw(group, d), np.eye(d)[0] + np.eye(d)[-1], np.roll(np.eye(d)[0], 1)
    pairs = [(0 * a, 0 * a), (a, 0 * a), (a, a), (a, -a), (a, 2 * a), (np.eye(d)[0], other), (light, light), (light, a)]
    pairs += [(light, -light), (1e-200 * a, a), (1e-3 * a, a)]
    return np.stack([np.concatenate([*pair, *[pair[0] + pair[1]] * (count - 2)]) for pair in pairs])


@pytest.mark.parametrize(
    "group",
    [O(3), U(2), SL(2), *(pytest.param(group, marks=pytest.mark.slow) for group in (SU(2), SO2eR3(), SOp(1, 2)))],
    ids=str,
)
def test_gradients_are_finite_at_special_points(group):
    phi = Invariants(3 * T(1), group)
    parts = [phi, SignedRoot(phi), SignedLog(phi), RadialBasis(phi, jnp.array(0.0), jnp.array(1.0), 2)]
    parts += [Norms(phi), Cosines(phi)] if group.compact else []
    scalars, cov = Concatenate(*parts), Covariants(3 * T(1), T(1), group)
    weights = jnp.linspace(0.5, 1.5, scalars.size)

    def total(x):
        return weights @ scalars(x) + jnp.sum(jnp.abs(jnp.sum(cov(x), axis=0)) ** 2)

    points = jnp.asarray(special(group, 3))
    with jax.debug_nans(True):
        found, slope = jax.jit(jax.vmap(jax.value_and_grad(total)))(points)
    assert np.isfinite(found).all() and np.isfinite(slope).all()


@settings(deadline=None, max_examples=30)
@given(st.integers(0, 10**6), st.sampled_from([O(3), O(1, 2), SOp(1, 2), SO2eR3()]))
def test_products_are_unchanged_by_random_elements(seed, group):
    form = next(t.array for t in group.fixed_tensors if t.kind == "form" and t.q == 2)
    x, g = draw(group, 4, 3, seed=seed), element(group, seed % 50)
    before, after = (np.asarray(gram(jnp.asarray(v), jnp.asarray(v), form)) for v in (x, x @ g.T))
    assert np.abs(after - before).max() <= 1e-12 * max(1.0, np.abs(x).max() ** 2 * np.linalg.norm(g, 2) ** 2)
    assert np.allclose(before, np.einsum("ia,ab,jb->ij", x, form, x))


def test_cosines_with_a_vector_too_small_to_be_inverted():
    """Of length 1e-105 its square is a number, but the derivative of the inverse root of that is none."""
    x = jnp.array([1e-105, 0.0, 0.0, 1.0, 0.0, 0.0])
    cosines = Cosines(PHI)
    assert cosines(x).tolist() == [0.0] and not jax.jacobian(cosines)(x).any()


def test_scalars_of_which_none_spans_decades_have_no_share():
    decades = Decades(Invariants(2 * T(0), GL(1)), (0, 1), jnp.array([jnp.inf, jnp.inf]))
    assert decades(jnp.array([1.0, 3.0])).tolist() == [0.0] * 5
