"""Equivariant polynomials: the degree that is chosen, errors of samples left out, and data that say little."""

from functools import cache

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

import scalaremlp as se
from scalaremlp.groups import SO, Lorentz, O, Sp
from scalaremlp.nn import ScalarMLP, ScalarPolynomial, _polynomial_fit
from scalaremlp.nn._monomials import count, products
from scalaremlp.reps import Alt, Sym, T

from .models import draw

STRAIN = Sym(2)(O(3))


def strains(n, seed=0):
    return 0.4 * np.asarray(draw(O(3), n, 6, seed=seed))


def law(x, degree):
    """E^degree − tr(E) E^(degree−1) of a strain; the unit tensor for degree 0."""
    (strain,) = STRAIN.split(x)
    power = [np.linalg.matrix_power(strain, k) for k in range(degree + 1)]
    trace = np.trace(strain, axis1=-2, axis2=-1)[..., None, None]
    return STRAIN.merge([power[degree] - (trace * power[degree - 1] if degree else 0)])


@pytest.mark.parametrize("degree, samples", [(0, 5), (1, 10), (2, 20), (3, 40), (4, 60)])
def test_the_degree_of_a_law_is_found_and_so_is_the_law(degree, samples):
    x = strains(samples)
    model = ScalarPolynomial(Sym(2), Sym(2), O(3)).fitted(jnp.asarray(x), jnp.asarray(law(x, degree))).model
    assert model.degrees == (degree,)
    new = strains(50, seed=1)
    wanted = law(new, degree)
    assert np.abs(se.predict(model, new) - wanted).max() < 1e-9 * np.abs(wanted).max()


def test_a_degree_for_each_term_of_the_output():
    x = strains(60)
    (strain,) = STRAIN.split(x)
    cubic = np.trace(strain @ strain @ strain, axis1=-2, axis2=-1)
    y = np.concatenate([cubic, law(x, 1)], axis=1)
    model = ScalarPolynomial(Sym(2), T(0) + Sym(2), O(3)).fitted(jnp.asarray(x), jnp.asarray(y)).model
    assert model.degrees == (3, 1) and np.abs(se.predict(model, x) - y).max() < 1e-10
    assert "degree 3, 1 in the inputs" in model.summary


@pytest.mark.parametrize(
    "rep_in, rep_out, group",
    [(Sym(2), T(0) + Sym(2), O(3)), (T(2), 2 * T(1), SO(3)), (Alt(2) + T(1), T(1), Lorentz()), (T(2), T(0), Sp(1))],
    ids=str,
)
def test_errors_of_samples_left_out_are_those_of_refits(rep_in, rep_out, group):
    """A refit without each sample, by least squares in the functions that the model is linear in."""
    x, y = draw(group, 16, rep_in(group).size), draw(group, 16, rep_out(group).size, seed=1)
    shown = ScalarPolynomial(rep_in, rep_out, group).shown(x, y)
    design = columns(shown.model, x)
    found = []
    for i in range(len(x)):
        rest = np.arange(len(x)) != i
        solved = np.linalg.lstsq(design[rest].reshape(-1, design.shape[2]), np.asarray(y)[rest].ravel(), rcond=None)[0]
        found.append(np.asarray(y)[i] - design[i] @ solved)
    assert np.abs(shown.left_out - np.array(found)).max() < 1e-8 * np.abs(found).max()
    assert shown.determined == np.linalg.matrix_rank(design.reshape(-1, design.shape[2]))


def columns(model, x):
    """d output / d weights: (n, size_out, weights)."""
    weights, rest = eqx.partition(model, lambda leaf: any(leaf is w for w in model.weights))

    @jax.jit
    def of_all(x):
        found = jax.vmap(lambda one: jax.jacobian(lambda w: eqx.combine(w, rest)(one))(weights))(x)
        return [leaf.reshape(*leaf.shape[:2], -1) for leaf in jax.tree.leaves(found)]

    return np.concatenate(of_all(x), axis=2)


@cache
def small():
    return jnp.asarray(strains(12))


@pytest.mark.parametrize(
    "x, y",
    [
        (small(), jnp.zeros((12, 6))),
        (small(), jnp.tile(STRAIN.merge([2 * np.eye(3)[None]]), (12, 1))),
        (small()[:1], jnp.asarray(law(small()[:1], 1))),
        (jnp.tile(small()[:1], (9, 1)), jnp.tile(law(small()[:1], 2), (9, 1))),
        (jnp.zeros((5, 6)), jnp.tile(STRAIN.merge([np.eye(3)[None]]), (5, 1))),
        (1e-150 * small(), jnp.asarray(law(small(), 1))),
        (1e150 * small(), 1e150 * jnp.asarray(law(small(), 1))),
    ],
    ids=["zero target", "constant target", "one sample", "one sample often", "zero inputs", "tiny", "huge"],
)
def test_data_that_say_little_are_fitted_with_finite_numbers(x, y):
    fitted = ScalarPolynomial(Sym(2), Sym(2), O(3)).fitted(x, y)
    assert all(np.isfinite(leaf).all() for leaf in jax.tree.leaves(eqx.filter(fitted.model, eqx.is_array)))
    predicted = np.asarray(jax.vmap(fitted.model)(x))
    assert np.isfinite(predicted).all() and np.isfinite(np.asarray(jax.vmap(fitted.model)(small()))).all()
    assert np.abs(predicted - y).max() <= 1e-6 * np.abs(y).max() or len(x) == 1


def test_fitted_by_fit_and_saved_to_the_bit(tmp_path):
    x = strains(60)
    data = se.data.Dataset(x, law(x, 2), Sym(2), Sym(2), O(3))
    model, history = se.fit(ScalarPolynomial(Sym(2), Sym(2), O(3)), data, key=jr.key(0))
    assert se.evaluate(model, data)["relative_mse"] < 1e-24 and model.degrees == (2,)
    se.save(tmp_path, model)
    loaded = se.load(tmp_path)
    assert loaded.degrees == (2,) and history.optimizer == "linear solve"
    assert np.asarray(se.predict(loaded, x)).tobytes() == np.asarray(se.predict(model, x)).tobytes()


def test_before_it_is_fitted_it_is_zero_and_equivariant_after():
    model = ScalarPolynomial(Sym(2) + T(1), Sym(2) + T(0), O(3))
    x = draw(O(3), 12, 9)
    assert not np.asarray(jax.vmap(model)(x)).any()
    fitted = model.fitted(x, draw(O(3), 12, 7, seed=1)).model
    assert se.equivariance_error(fitted, Sym(2) + T(1), Sym(2) + T(0), O(3), key=jr.key(0)) < 1e-10


def test_a_network_of_tensors_offers_it_where_its_width_is_open():
    x = jnp.asarray(strains(30))
    y = jnp.asarray(law(np.asarray(x), 1))
    offered = ScalarMLP(Sym(2), Sym(2), O(3), key=jr.key(0)).alternatives(x, y)
    assert any(isinstance(each, ScalarPolynomial) or "olynomial" in type(each).__name__ for each in offered)


@pytest.mark.parametrize("scalars, covariants", [((1, 2, 3), (0, 1, 2)), ((2,), (1,)), ((), (0, 2)), ((1, 1), ())])
def test_products_are_all_of_a_degree_and_counted(scalars, covariants):
    for degree in range(6):
        table = products(scalars, covariants, degree)
        own = table.exponents @ np.array(scalars, int) if scalars else np.zeros(len(table.exponents), int)
        pairs = {(*table.exponents[m], k) for m, k in zip(table.monomial, table.covariant, strict=True)}
        assert len(pairs) == len(table.monomial) == count(scalars, covariants, degree)
        assert all(own[m] + covariants[k] <= degree for m, k in zip(table.monomial, table.covariant, strict=True))


def test_of_samples_that_are_all_the_same_the_degree_is_not_chosen_by_rounding():
    x = np.repeat(np.random.default_rng(0).normal(size=(60, 6))[:1], 20, axis=0)
    (strain,) = STRAIN.split(x)
    y = STRAIN.merge([strain @ strain + np.trace(strain, axis1=-2, axis2=-1)[..., None, None] * np.eye(3)])
    model = ScalarPolynomial(Sym(2), Sym(2), O(3)).fitted(jnp.asarray(x), jnp.asarray(y)).model
    assert model.degrees <= (2,)


def test_what_one_sample_alone_determines_is_not_predicted_without_it():
    x, y = np.zeros((20, 6)), np.zeros((20, 1))
    x[3], y[3] = strains(1), 2.0
    found = ScalarPolynomial(Sym(2), T(0), O(3)).shown(jnp.asarray(x), jnp.asarray(y))
    assert np.abs(found.left_out[3] - 2.0) < 0.5


@pytest.mark.parametrize("noise", [0.0, 1e-6])
def test_of_a_law_that_is_met_some_samples_are_enough_and_the_others_are_predicted(noise, monkeypatch):
    monkeypatch.setattr(_polynomial_fit, "_MOST_TO_CHOOSE", 30)
    monkeypatch.setattr(_polynomial_fit, "_ENOUGH", 50)
    x = strains(200)
    y = np.concatenate([law(x, 2), law(x, 3)], axis=1) + noise * np.random.default_rng(0).normal(size=(200, 12))
    found = ScalarPolynomial(Sym(2), 2 * Sym(2), O(3)).shown(jnp.asarray(x), jnp.asarray(y))
    assert found.model.degrees == (3,) and np.abs(se.predict(found.model, x) - y).max() < 1e-12 + 6 * noise
    assert found.samples == found.fitted(jnp.asarray(x), jnp.asarray(y)).samples
    if noise:  # it is averaged over all
        assert found.samples == 200 and noise / 2 < np.sqrt(np.mean(found.left_out**2)) < 2 * noise
    else:
        far = np.argsort(np.sum(x**2, axis=1))[-20:]
        assert 30 <= found.samples <= 50 and np.abs(found.left_out).max() < 1e-12
        assert found.left_out.shape == y.shape and np.abs(found.left_out[far]).max() > 0


def test_some_samples_are_not_enough_where_they_do_not_predict_the_others(monkeypatch):
    monkeypatch.setattr(_polynomial_fit, "_MOST_TO_CHOOSE", 30)
    monkeypatch.setattr(_polynomial_fit, "_ENOUGH", 40)
    x = strains(200)
    few = np.random.default_rng(0).permutation(200)[:30]
    kept = np.union1d(few, np.argsort(np.sum(x**2, axis=1))[-10:])
    other = np.setdiff1d(np.arange(200), kept)[0]
    y = law(x, 2)
    y[other] += 1e-3
    assert ScalarPolynomial(Sym(2), Sym(2), O(3)).shown(jnp.asarray(x), jnp.asarray(y)).samples == 200


def test_a_fit_compiles_few_programs(caplog):
    """Scalars, predictions, the loss and the invariants of the verdict, and arrays that are put on the device."""
    x = strains(60)
    data = se.data.Dataset(x, law(x, 3), Sym(2), Sym(2), O(3))
    model, key = ScalarMLP(Sym(2), Sym(2), O(3), key=jr.key(0)), jr.key(0)
    with jax.log_compiles():
        fitted, _ = se.fit(model, data, key=key)
    programs = [record.getMessage() for record in caplog.records if "Finished XLA compilation" in record.getMessage()]
    assert isinstance(fitted, ScalarPolynomial) and 0 < len(programs) <= 12
