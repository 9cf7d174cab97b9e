"""Losses are means over samples; parameters are what is learned."""

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

from scalaremlp.data import Dataset
from scalaremlp.groups import O, U
from scalaremlp.measure import evaluate
from scalaremlp.reps import T
from scalaremlp.scalars import Statistics
from scalaremlp.train import (
    CrossEntropy,
    LeastSquares,
    Loss,
    Regression,
    count_parameters,
    fit,
    split_parameters,
)

RNG = np.random.default_rng(0)


def test_regression_is_the_mean_squared_error(key):
    x, y = RNG.standard_normal((2, 5, 3))
    residuals = Regression().residuals(lambda v: 2 * v, (jnp.asarray(x), jnp.asarray(y)), key)
    np.testing.assert_allclose(residuals, 2 * x - y)
    assert float(Regression()(lambda v: 2 * v, (jnp.asarray(x), jnp.asarray(y)), key)) == pytest.approx(
        np.mean((2 * x - y) ** 2)
    )


def test_complex_residuals_are_stacked(key):
    x, y = RNG.standard_normal((2, 5, 3)) + 1j * RNG.standard_normal((2, 5, 3))
    residuals = Regression().residuals(lambda v: 1j * v, (jnp.asarray(x), jnp.asarray(y)), key)
    assert residuals.shape == (5, 6) and residuals.dtype == jnp.float64
    np.testing.assert_allclose(residuals[:, :3] + 1j * residuals[:, 3:], 1j * x - y)


def test_weights_are_the_inverse_sizes_of_the_terms(key):
    x, y = RNG.standard_normal((2, 50, 5))
    y = y * [1e-19, 1e7, 1e-9, 1e-9, 1e-9] + [5e-19, 0, 0, 0, 0]
    data = Dataset(jnp.asarray(x), jnp.asarray(y), 5 * T(0), 2 * T(0) + T(1), O(3))
    loss = Regression().for_targets(data.y, data)
    weights = np.array([1 / y[:, 0].std(), 1 / y[:, 1].std(), *[1 / np.sqrt((y[:, 2:] ** 2).mean())] * 3])
    np.testing.assert_allclose(loss.weights, weights, rtol=1e-12)
    assert loss.noises == (0, 1, 2, 2, 2)
    residuals = loss.residuals(lambda v: 0 * v, (data.x, data.y), key)
    np.testing.assert_allclose(residuals, -y * weights, rtol=1e-12)
    assert loss.for_targets(2 * data.y, data) is loss


def test_one_term_is_not_weighed():
    """Neither are outputs without a type, or of another."""
    x = jnp.asarray(RNG.standard_normal((20, 3)))
    data = Dataset(x, x, T(1), T(1), O(3))
    for loss in (Regression().for_targets(data.y, data), Regression().for_targets(x, None, lambda v: v)):
        assert loss.weights is None and loss.noises is None
    assert Regression().for_targets(x[:, :2], data).weights is None
    far = Regression().for_targets(1e-150 * x, data)
    assert np.sqrt((far.residuals(lambda v: 0 * v, (x, 1e-150 * x), jr.key(0)) ** 2).mean()) == pytest.approx(1)


def test_complex_terms_are_counted_twice():
    x = jnp.asarray(RNG.standard_normal((20, 3)) + 1j * RNG.standard_normal((20, 3)))
    loss = Regression().for_targets(x, Dataset(x, x, 3 * T(0), T(0) + T(1), U(2)))
    assert loss.noises == (0, 1, 1, 0, 1, 1)
    assert loss.residuals(lambda v: v, (x, x), jr.key(0)).shape == (20, 6)


def test_a_least_squares_loss_says_its_residuals():
    with pytest.raises(TypeError, match="abstract"):
        LeastSquares()
    assert isinstance(Regression(), Loss) and isinstance(lambda model, batch, key: 0.0, Loss)


class Spread(Statistics):
    mean: jax.Array
    inner: eqx.nn.Linear


class Model(eqx.Module):
    layer: eqx.nn.Linear
    spread: Spread
    phases: jax.Array
    table: np.ndarray
    steps: jax.Array
    half: float = 0.5


def made() -> Model:
    layer = eqx.nn.Linear(3, 2, key=jr.key(0))
    return Model(layer, Spread(jnp.ones(3), layer), jnp.ones(4, complex), np.ones(5), jnp.arange(3))


def test_parameters_leave_out_statistics_constants_and_integers():
    parameters, rest = split_parameters(made())
    assert [leaf.shape for leaf in jax.tree.leaves(parameters)] == [(2, 3), (2,), (4,)]
    assert parameters.spread.mean is None and rest.spread.inner.weight.shape == (2, 3)
    whole = eqx.combine(parameters, rest)
    assert bool(eqx.tree_equal(whole, made()))


def test_complex_parameters_count_twice():
    assert count_parameters(made()) == 6 + 2 + 2 * 4


def test_cross_entropy_and_accuracy_by_hand():
    x, y = jnp.array([[0.0, 1.0], [2.0, 0.0], [0.0, 3.0]]), jnp.eye(2)[jnp.array([1, 1, 1])]
    chances = np.exp(x) / np.exp(x).sum(axis=1, keepdims=True)
    expected = -np.mean(np.log(chances[:, 1]))
    assert float(CrossEntropy()(lambda one: one, (x, y), jr.key(0))) == pytest.approx(expected)
    found = evaluate(lambda one: one, (x, y), loss=CrossEntropy())
    assert found == {"cross_entropy": pytest.approx(expected), "accuracy": pytest.approx(2 / 3), "n": 3}


def test_a_loss_without_numbers_of_its_own_is_not_taken_for_a_classifier():
    with pytest.raises(ValueError, match=r"^`loss` must have numbers of its own, as CrossEntropy\(\) has\. Got Regres"):
        evaluate(lambda one: one, (jnp.ones((3, 2)), jnp.ones((3, 2))), loss=Regression())


def test_a_classifier_is_fitted_by_a_first_order_method():
    x = jr.normal(jr.key(0), (200, 2))
    y = jnp.eye(2)[(x[:, 0] > 0).astype(int)]
    model, history = fit(eqx.nn.Linear(2, 2, key=jr.key(1)), (x, y), loss=CrossEntropy(), key=jr.key(2), steps=1000)
    assert history.optimizer == "Adam"
    assert evaluate(model, (x, y), loss=CrossEntropy())["accuracy"] > 0.95
