"""Errors are means over all samples, whatever the batches."""

import jax.numpy as jnp
import numpy as np
import pytest

from scalaremlp.data import Dataset
from scalaremlp.groups import O, U
from scalaremlp.measure import evaluate
from scalaremlp.reps import T


def points(n, size):
    return jnp.asarray(np.random.default_rng(0).standard_normal((n, size)))


def moments(n):
    x = points(n, 20)
    return Dataset(x, 3 * x[:, :9] ** 2, 5 * T(0) + 5 * T(1), T(2), O(3))


@pytest.mark.parametrize("batch", [3, 7, 50, 1000])
def test_the_batches_do_not_matter(batch):
    data = moments(50)
    guess = np.asarray(jnp.tanh(data.x[:, :9]))
    truth = np.asarray(data.y)
    result = evaluate(lambda x: jnp.tanh(x[:9]), data, batch=batch)
    spread = np.sum((truth - truth.mean(axis=0)) ** 2)
    assert result["mse"] == pytest.approx(np.mean((truth - guess) ** 2), rel=1e-12)
    assert result["relative_mse"] == pytest.approx(np.sum((truth - guess) ** 2) / spread, rel=1e-12)
    assert result["r2"] == pytest.approx(1 - result["relative_mse"]) and result["n"] == 50
    assert evaluate(lambda x: jnp.tanh(x[:9]), (data.x, data.y)) == pytest.approx(result)


def test_r2_is_no_explained_variance():
    """Twice the truth is a bad prediction; the ratio of its spread to that of the truth would be 4."""
    x = points(1000, 1)
    assert evaluate(lambda v: 2 * v, (x, x))["r2"] == pytest.approx(0, abs=0.01)
    assert evaluate(lambda v: v, (x, x)) == {"mse": 0, "relative_mse": 0, "r2": 1, "n": 1000}
    assert evaluate(lambda v: -v, (x, x))["r2"] == pytest.approx(-3, abs=0.03)


def test_constant_outputs_have_no_relative_error():
    """Also where their mean is rounded, as that of 0.1, 0.1, 0.1."""
    for value, samples in ((1.0, 4), (0.1, 3), (0.1, 1000)):
        x = jnp.full((samples, 1), value)
        result = evaluate(lambda v: 2 * v, (x, x))
        assert result["mse"] == pytest.approx(value**2)
        assert np.isnan(result["relative_mse"]) and np.isnan(result["r2"])
    nearly = jnp.asarray([[1.0], [1.0 + 1e-12]])
    assert evaluate(lambda v: v, (nearly, nearly))["r2"] == 1


def test_complex_errors_are_moduli():
    x = np.array([[1.0], [1j], [-1.0], [-1j]])
    data = Dataset(x, x, T(1), T(1), U(1))
    assert evaluate(lambda v: v * (1 + 1j), data) == pytest.approx({"mse": 1, "relative_mse": 1, "r2": 0, "n": 4})


def test_sizes_are_checked():
    with pytest.raises(ValueError, match=r"outputs of the data must have the shape \(3,\) of the model's.* Got \(9,\)"):
        evaluate(lambda x: x[:3], moments(5))


def two_terms(units=(1.0, 1.0)):
    rng = np.random.default_rng(0)
    x = rng.standard_normal((50, 4))
    return Dataset(x, x * [units[0], *[units[1]] * 3] + [7 * units[0], 0, 0, 0], 4 * T(0), T(0) + T(1), O(3))


@pytest.mark.parametrize("units", [(1e-19, 1e-9), (1e-200, 1e-120), (1e150, 1e-150)])
def test_errors_of_each_term(units):
    """A model of half the energy and of 0.9 times the force, in any units."""
    data = two_terms(units)
    mean = jnp.asarray(np.array(data.y).mean(axis=0))
    factors = jnp.array([0.5, 0.9, 0.9, 0.9])

    def model(x):  # of the deviations from the mean
        return mean + factors * (x * jnp.array([units[0], *[units[1]] * 3]) + jnp.array([7 * units[0], 0, 0, 0]) - mean)

    found = evaluate(model, data)
    assert [each["term"] for each in found["terms"]] == ["T(0)", "T(1)"]
    np.testing.assert_allclose([each["relative_mse"] for each in found["terms"]], [0.25, 0.01], rtol=1e-9)
    assert found["worst_relative_mse"] == pytest.approx(0.25, rel=1e-9)
    large = np.argmax(units)
    assert found["relative_mse"] == pytest.approx([0.25, 0.01][large], rel=1e-9)
    if min(units) > 1e-100:
        spread = np.asarray(data.y)[:, :1]
        wanted = 0.25 * units[0] ** 2 * ((spread / units[0] - spread.mean() / units[0]) ** 2).mean()
        assert found["terms"][0]["mse"] == pytest.approx(wanted, rel=1e-9)


def test_one_term_is_told_once():
    data = two_terms()
    one = Dataset(data.x, data.y[:, 1:], 4 * T(0), T(1), O(3))
    assert set(evaluate(lambda x: x[1:], one)) == {"mse", "relative_mse", "r2", "n"}
    assert set(evaluate(lambda x: x, (data.x, data.y))) == {"mse", "relative_mse", "r2", "n"}


def test_several_copies_are_told_apart():
    data = two_terms()
    copies = Dataset(data.x, data.x[:, :3] * jnp.array([1.0, 0.0, 3.0]), 4 * T(0), 3 * T(0), O(3))
    found = evaluate(lambda x: x[:3] * jnp.array([1.0, 0.0, 0.0]), copies)
    assert [each["term"] for each in found["terms"]] == ["T(0) 1 of 3", "T(0) 2 of 3", "T(0) 3 of 3"]
    assert found["terms"][0]["relative_mse"] == 0 and np.isnan(found["terms"][1]["relative_mse"])
    assert found["worst_relative_mse"] >= 1
