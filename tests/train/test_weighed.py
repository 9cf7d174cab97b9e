"""Samples of unequal errors, and outliers."""

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

import scalaremlp as se
from scalaremlp.groups import O
from scalaremlp.reps import T


class Line(eqx.Module):
    slope: jax.Array

    def __call__(self, x):
        return self.slope * x


def samples(n=200, several=False):
    rng = np.random.default_rng(0)
    x, sigma = rng.standard_normal((n, 3)), 10 ** rng.uniform(-3, 0, n)
    y = 2 * x + sigma[:, None] * rng.standard_normal((n, 3))
    return se.data.Dataset(x, y, T(1), T(1), O(3), sigma=sigma[:, None] if several else sigma)


def test_they_are_kept_by_indexing_and_splitting():
    data = samples()
    first, rest = data.split(50)
    assert first.sigma.shape == (50,) and rest.sigma.shape == (150,) and data[:3].sigma.shape == (3,)
    assert samples(several=True)[[0, 1]].sigma.shape == (2, 1)
    row = int(np.flatnonzero(np.all(np.asarray(data.x) == np.asarray(first.x[0]), axis=1))[0])
    assert first.sigma[0] == data.sigma[row]


@pytest.mark.parametrize("several", [False, True])
def test_a_line_is_that_of_weighted_least_squares(several):
    data = samples(several=several)
    model, history = se.fit(Line(jnp.ones(())), data, key=jr.key(0), progress=False)
    x, y, w = (np.asarray(each) for each in (data.x, data.y, data.sigma.reshape(-1, 1) ** -2.0))
    best, error = np.sum(w * x * y) / np.sum(w * x * x), np.sum(w * x * x) ** -0.5
    assert abs(float(model.slope) - best) < 1e-3 * error + 1e-9
    assert 0.2 < history.verdict.training.error < 0.6  # in the units of the outputs
    found = se.train.posterior(model, data)
    assert found.noise == pytest.approx([1.0], rel=0.15)  # in units of sigma
    assert error < float(found.errors.slope) < 3 * error  # a misfit is allowed for, as the types are known
    assert 0.8 < se.train.calibration(found, data).numbers["pull_std"] < 1.2


def test_a_network_takes_them_as_well():
    data = samples()
    start = se.nn.ScalarMLP(T(1), T(1), O(3), width=2, depth=1, key=jr.key(1))
    model, _ = se.fit(start, data, key=jr.key(2), progress=False)
    assert isinstance(model, se.nn.ScalarMLP)
    truth = se.data.Dataset(data.x, 2 * data.x, T(1), T(1), O(3))
    assert se.evaluate(model, truth)["relative_mse"] < 1e-4


def test_students_distribution_is_not_led_by_outliers():
    rng = np.random.default_rng(3)
    x = rng.standard_normal((200, 3))
    y = 2 * x + 0.01 * rng.standard_normal(x.shape)
    y[::10] += 20 * x[::10]
    data = se.data.Dataset(x, y, T(1), T(1), O(3))
    led, _ = se.fit(Line(jnp.ones(())), data, key=jr.key(0), progress=False)
    model, _ = se.fit(Line(jnp.ones(())), data, loss="student", key=jr.key(0), progress=False)
    assert abs(float(led.slope) - 2) > 1 and abs(float(model.slope) - 2) < 2e-3
    found = se.train.posterior(model, data, loss=se.train.Student())
    assert abs(float(model.slope) - 2) < 5 * float(found.errors.slope) < 5e-3


def test_what_is_wrong_is_refused():
    x = np.ones((3, 3))
    with pytest.raises(ValueError, match=r"`sigma` must be finite and above 0. Got 0.0 in sample 1."):
        se.data.Dataset(x, x, T(1), T(1), O(3), sigma=[1.0, 0.0, 1.0])
    with pytest.raises(ValueError, match=r"shape \(3,\), or \(3, 1\) for each term of T\(1\). Got shape \(2,\)"):
        se.data.Dataset(x, x, T(1), T(1), O(3), sigma=[1.0, 1.0])
    for given, kind in ((np.ones(3) + 1j, "complex128"), ([None, 1.0, 1.0], "object")):
        with pytest.raises(ValueError, match=f"`sigma` must be an array of real numbers. Got dtype {kind}"):
            se.data.Dataset(x, x, T(1), T(1), O(3), sigma=given)
    data = samples(30)
    with pytest.raises(ValueError, match=r"weigh the squared error. Got the loss log as well"):
        se.fit(Line(jnp.ones(())), data, loss="log", key=jr.key(0))
    with pytest.raises(ValueError, match=r"Got ScalarGP, which fits itself"):
        se.fit(se.nn.ScalarGP(T(1), T(1), O(3)), data, key=jr.key(0))
    plain = se.data.Dataset(data.x, data.y, T(1), T(1), O(3))
    with pytest.raises(ValueError, match=r"Validation data need `sigma`"):
        se.fit(Line(jnp.ones(())), data, validation=plain, key=jr.key(0))
    with pytest.raises(ValueError, match=r"finds the weights of samples. Got `sigma` as well"):
        se.fit(Line(jnp.ones(())), data, loss="student", key=jr.key(0))
    with pytest.raises(ValueError, match=r"Got another optimizer, or validation data"):
        se.fit(Line(jnp.ones(())), plain, loss="student", optimizer="first-order", key=jr.key(0))


def test_a_model_in_other_units_is_refused():
    x = np.random.default_rng(0).standard_normal((30, 3))
    data = se.data.Dataset(x, x, T(1), T(1), O(3), units_in="m", units_out="m", sigma=np.ones(30))
    inner = se.nn.ScalarMLP(T(1), T(1), O(3), width=2, depth=1, key=jr.key(0))
    with pytest.raises(ValueError, match=r"The model must have the units of the training data, m -> m. Got s -> s"):
        se.fit(se.nn.Dimensionless(inner, "s", "s"), data, key=jr.key(1))
