"""Losses are means over samples; parameters are what is learned."""

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

from scalaremlp.scalars import Statistics
from scalaremlp.train import LeastSquares, Loss, Regression, count_parameters, split_parameters

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
