"""The polynomial beside the network: its degree and its limit; and which scalars enter."""

import equinox as eqx
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

from scalaremlp.groups import Lorentz, O, Sp, U
from scalaremlp.nn import ScalarMLP
from scalaremlp.nn._coefficients import Coefficients, Settings
from scalaremlp.nn._features import scalar_features
from scalaremlp.reps import T
from scalaremlp.scalars import Concatenate, Cosines, Invariants, Norms

SMALL = {"width": 4, "depth": 1, "key": jr.key(0)}


def settings(quadratic=True):
    return Settings(width=4, depth=1, activation="tanh", quadratic=quadratic)


@pytest.mark.parametrize(
    "size, linear, size_out, degree",
    [
        (9, 0, 18, 2),  # 9 + 45 monomials for each of 18 coefficients: 972
        (9, 0, 19, 1),  # 1026
        (4, 6, 50, 2),  # (4 + 10 + 6) * 50 = 1000
        (4, 7, 50, 1),
        (43, 0, 1, 2),  # 43 + 946 = 989
        (44, 0, 1, 1),  # 1034
        (0, 3, 2, 2),
    ],
)
def test_the_limit_of_a_thousand(size, linear, size_out, degree, key):
    coefficients = Coefficients(size, size_out, linear=linear, settings=settings(), key=key)
    assert coefficients.degree == degree
    count = size + linear + (size * (size + 1) // 2 if degree == 2 else 0)
    assert coefficients.polynomial.shape == (size_out, count) and (coefficients.polynomial == 0).all()
    assert Coefficients(size, size_out, linear=linear, settings=settings(False), key=key).degree == 1


def test_the_formula(key):
    """c = W1 s + W2 (s x s) + W3 t + b + network(s, u), term by term."""
    c = Coefficients(2, 1, linear=1, hidden=1, settings=settings(), key=key)
    c = eqx.tree_at(lambda c: c.polynomial, c, jnp.array([[2.0, 3, 5, 7, 11, 13]]))
    c = eqx.tree_at(lambda c: c.bias, c, jnp.array([17.0]))
    s, t, u = jnp.array([0.5, -2.0]), jnp.array([3.0]), jnp.array([1.0])
    wanted = 2 * 0.5 + 3 * -2 + 5 * 0.25 + 7 * -1 + 11 * 4 + 13 * 3 + 17
    assert c(s, t, u).item() == pytest.approx(wanted, rel=1e-12)
    c = eqx.tree_at(lambda c: c.layers.weights[-1], c, jnp.ones((1, 4)))
    network = c.layers(jnp.array([0.5, -2.0, 1.0])).item()
    assert c(s, t, u).item() == pytest.approx(wanted + network, rel=1e-12) and abs(network) > 1e-3


def test_degrees_of_a_model():
    """2 vectors and 2 scalars of O(3) have 8 scalars, so 44 monomials; 22 covariants fit below a thousand."""
    degrees = {n: model_degree(2 * T(0) + 2 * T(1), n * T(1)) for n in (11, 12)}
    assert degrees == {11: 2, 12: 1}
    assert model_degree(2 * T(0) + 2 * T(1), T(1), quadratic=False) == 1


def model_degree(rep_in, rep_out, **options):
    model = ScalarMLP(rep_in, rep_out, O(3), **SMALL, **options)
    part = model.body.coefficients
    size = model.body.features.size
    assert size == 8 and part.polynomial.shape[1] == (44 if part.degree == 2 else 8)
    return part.degree


@pytest.mark.parametrize("permutation", [False, True])
def test_without_squares_there_are_none(permutation):
    model = ScalarMLP(2 * T(0) + 2 * T(1), T(0) + T(1), O(3), permutation=permutation, quadratic=False, **SMALL)
    assert all(c.degree == 1 for c in model.body.all_coefficients)
    if permutation:
        singles, pairs = (t.scalars.mean.size for t in model.body.tuples[1:3])
        assert model.body.moments.mean.size == singles + pairs


@pytest.mark.parametrize("group, permutation", [(O(3), False), (U(2), False), (O(3), True)], ids=str)
def test_norms_of_a_compact_group(group, permutation):
    """Beside the products there are 2 norms and the cosine, two parts for U(2); norms=False has none."""
    rep_in = 2 * T(0) + 2 * T(1)
    plain = Invariants(rep_in, group)
    full = Concatenate(plain, Norms(plain), Cosines(plain))
    names = features(ScalarMLP(rep_in, T(0) + T(1), group, permutation=permutation, **SMALL)).names
    assert names == full.names and len(names) == plain.size + 3 + (group == U(2))
    without = ScalarMLP(rep_in, T(0) + T(1), group, permutation=permutation, norms=False, **SMALL)
    assert features(without).names == plain.names


@pytest.mark.parametrize("group", [Lorentz(), Sp(1)], ids=str)
def test_norms_change_nothing_for_an_indefinite_form(group):
    rep_in = 2 * T(0) + 2 * T(1)
    with_norms, without = (ScalarMLP(rep_in, T(1), group, norms=norms, **SMALL) for norms in (True, False))
    assert features(with_norms).names == features(without).names == Invariants(rep_in, group).names
    assert eqx.tree_equal(with_norms.body, without.body)


def features(model):
    """The scalars that a model sees; with permutations those of a pair."""
    return model.body.tuples[2].features if model.permutation else model.body.features


def test_no_scalars_at_all(key):
    """A function of nothing but its constant."""
    c = Coefficients(0, 3, settings=settings(), key=key)
    assert np.array_equal(c(jnp.zeros(0)), np.zeros(3)) and c.polynomial.shape == (3, 0)


def test_the_limit_holds_for_pooled_squares_too():
    """Particles with two vectors each have 230 products of their pairs' scalars, too many for three covariants."""
    rep_in = 5 * T(0) + 5 * T(1) + 5 * T(1)
    for rep_out, degree in ((T(1), 1), (T(0), 2)):
        model = ScalarMLP(rep_in, rep_out, O(3), permutation=True, key=jr.key(0))
        assert model.body.degree == degree
        assert all(c.polynomial.size <= 1000 for c in model.body.all_coefficients)


def test_a_negative_form_has_no_norms():
    """O(0,n) is compact, but √⟨x, x⟩ would be zero for every vector."""
    assert scalar_features(2 * T(1), O(0, 3), norms=True).size == 3
    assert scalar_features(2 * T(1), O(3), norms=True).size == 6
