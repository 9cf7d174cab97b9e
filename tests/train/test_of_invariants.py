"""Losses of invariant outputs that span decades, and the relative errors that are told of them."""

import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

import scalaremlp as se
from scalaremlp.groups import O
from scalaremlp.reps import T
from scalaremlp.train import LogError, RelativeError

NUMBER = T(0)
SETTINGS = {"width": 3, "depth": 1, "key": jr.key(0)}


def law(samples=200, rep_out=NUMBER):
    """10^(2 cos) of two unit vectors, over four decades; or times the first vector."""
    v = jr.normal(jr.key(1), (samples, 2, 3))
    v = v / jnp.linalg.norm(v, axis=-1, keepdims=True)
    y = 10 ** (2 * jnp.sum(v[:, 0] * v[:, 1], axis=-1, keepdims=True))
    return se.data.Dataset(v.reshape(samples, 6), y if rep_out == NUMBER else y * v[:, 0], 2 * T(1), rep_out, O(3))


def test_residuals():
    x, y = jnp.zeros((2, 1)), jnp.array([[-1e-3], [4.0]])
    relative = RelativeError().residuals(lambda one: jnp.array([2e-3]), (x, y), jr.key(0))
    np.testing.assert_allclose(relative[:, 0], [3.0, -0.9995])
    log = LogError(2.0).residuals(lambda one: jnp.array([2e8]), (x, y), jr.key(0))
    np.testing.assert_allclose(log[:, 0], [np.log(2e8) + 5e-4, np.log(2e8) - np.arcsinh(2.0)])


def test_epsilon_from_the_targets():
    found = LogError().for_targets(jnp.array([[1e-3, -1.0], [1e3, 1.0], [1.0, 2.0]])).epsilon
    assert found[0] == 1e-3
    assert found[1] == pytest.approx(1.0)


@pytest.mark.parametrize("loss", ["relative", "log", RelativeError(), LogError(1e-2)])
def test_levenberg_marquardt_takes_them(loss):
    model = se.nn.ScalarMLP(2 * T(1), T(0), O(3), **SETTINGS)
    settings = se.train.LevenbergMarquardt(steps=5)
    _, history = se.fit(model, law(), loss=loss, optimizer=settings, key=jr.key(2))
    assert history.optimizer == "Levenberg-Marquardt"
    assert history["loss"][-1] < history["loss"][0]


@pytest.mark.parametrize("loss", [RelativeError(), LogError()])
def test_outputs_of_another_type_are_refused(loss):
    model = se.nn.ScalarMLP(2 * T(1), T(1), O(3), **SETTINGS)
    with pytest.raises(ValueError, match=r"is one of real outputs T\(0\)\. Got T\(1\) in the training data\. Leave"):
        se.fit(model, law(rep_out=T(1)), loss=loss, key=jr.key(2))


def test_targets_of_zero_are_refused():
    data = law()
    x, y = data.x, data.y.at[:3].set(0.0)
    model = se.nn.ScalarMLP(2 * T(1), T(0), O(3), **SETTINGS)
    with pytest.raises(ValueError, match=r"must not be zero\. Got 3 zeros in the training data\. .* LogError"):
        se.fit(model, (x, y), loss=RelativeError(), key=jr.key(2))
    with pytest.raises(ValueError, match="zeros in the validation data"):
        se.fit(model, data, validation=se.data.Dataset(x, y, 2 * T(1), T(0), O(3)), loss="relative", key=jr.key(2))


def test_an_unknown_name_and_epsilon_are_refused():
    with pytest.raises(ValueError, match=r"one of mse, relative, log, student\. Got 'rel'"):
        se.fit(se.nn.ScalarMLP(2 * T(1), T(0), O(3), **SETTINGS), law(), loss="rel", key=jr.key(2))
    with pytest.raises(ValueError, match="must be above 0"):
        LogError(0.0)


def test_relative_errors_of_outputs_that_span_decades():
    data = law()

    def tenth_off(x):
        return 1.1 * 10 ** (2 * jnp.vdot(x[:3], x[3:]))[None]

    found = se.evaluate(tenth_off, data)
    assert found["median_relative_error"] == pytest.approx(0.1)
    assert found["p99_relative_error"] == pytest.approx(0.1)
    assert "median_relative_error" not in se.evaluate(lambda x: jnp.log(tenth_off(x)), _logged(data))


def _logged(data):
    return se.data.Dataset(data.x, jnp.log(data.y), data.rep_in, data.rep_out, data.group)


def test_of_several_outputs_each_term_tells_its_own():
    data = law()
    y = jnp.concatenate([jnp.log(data.y), data.y], axis=1)
    both = se.data.Dataset(data.x, y, data.rep_in, 2 * T(0), data.group)
    model = jax.jit(lambda x: jnp.stack([jnp.zeros(()), 2 * 10 ** (2 * jnp.vdot(x[:3], x[3:]))]))
    plain, wide = se.evaluate(model, both)["terms"]
    assert "median_relative_error" not in plain
    assert wide["median_relative_error"] == pytest.approx(1.0)
