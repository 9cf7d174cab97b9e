"""Standard deviations of fitted models: known answers, honest intervals, equivariant covariances, refusals."""

from functools import cache

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

import scalaremlp as se
from scalaremlp.groups import O
from scalaremlp.reps import T
from scalaremlp.train.uncertainty.averaged import Linear, added_up


class Line(eqx.Module):
    slope: jax.Array

    def __call__(self, x):
        return self.slope * x


def line(scale=1.0, n=200, complex_numbers=False):
    rng = np.random.default_rng(0)
    x, noise = rng.standard_normal((2, n, 1))
    if complex_numbers:
        x, noise = x + 1j * x[::-1], noise + 1j * noise[::-1]
    y = scale * (2 * x + 0.1 * noise)
    fitted = float(np.sum(x.conj() * y).real / np.sum(np.abs(x) ** 2))
    return Line(jnp.array(fitted)), (jnp.asarray(x), jnp.asarray(y))


@pytest.mark.parametrize("scale", [1.0, 1e-12, 1e12])
def test_a_line_has_the_errors_of_a_textbook(scale):
    model, (x, y) = line(scale)
    found = se.train.posterior(model, (x, y))
    sigma = float(jnp.sqrt(jnp.sum((y - model.slope * x) ** 2) / (len(x) - 1)))
    textbook = sigma / float(jnp.linalg.norm(x))
    assert found.noise == pytest.approx([sigma], rel=0.01)
    assert float(found.errors.slope) == pytest.approx(textbook, rel=0.01)
    mean, std = found(np.array([[3.0], [-1.0]]))
    np.testing.assert_allclose(std, [[3 * textbook], [textbook]], rtol=0.01)
    np.testing.assert_allclose(mean, model.slope * np.array([[3.0], [-1.0]]), rtol=1e-12)


def test_complex_outputs_have_two_standard_deviations():
    model, data = line(complex_numbers=True)
    found = se.train.posterior(model, data)
    std = found(np.array([[2.0 + 1.0j]]))[1]
    assert std[0, 0].real == pytest.approx(2 * std[0, 0].imag, rel=1e-6)
    assert found.covariance(np.array([2.0 + 1.0j])).shape == (2, 2)


def test_parameters_of_a_loss_have_errors_without_outputs():
    class Decay(se.train.LeastSquares):
        def residuals(self, model, batch, key):
            t, y = batch
            return (model["size"] * jnp.exp(-model["rate"] * t) - y)[:, None]

    t = jnp.linspace(0.0, 2.0, 200)
    y = 3 * jnp.exp(-2 * t) + 0.01 * jr.normal(jr.key(0), t.shape)
    start = {"size": jnp.array(1.0), "rate": jnp.array(1.0)}
    fitted, _ = se.fit(start, (t, y), loss=Decay(), optimizer="levenberg-marquardt", key=jr.key(1))
    found = se.train.posterior(fitted, (t, y), loss=Decay())
    columns = np.stack([np.exp(-2 * t), -3 * t * np.exp(-2 * t)], axis=1)
    size, rate = 0.01 * np.sqrt(np.diagonal(np.linalg.inv(columns.T @ columns)))
    assert float(found.errors["size"]) == pytest.approx(size, rel=0.15)
    assert float(found.errors["rate"]) == pytest.approx(rate, rel=0.15)
    with pytest.raises(ValueError, match=r"called with one input. Got dict: ask for the errors"):
        found(np.ones((1, 1)))


class Sized(eqx.Module):
    """Two terms, T(0) + T(1), each with a parameter of its own."""

    first: jax.Array
    second: jax.Array

    def __call__(self, x):
        return jnp.concatenate([self.first * jnp.sum(x**2, keepdims=True), self.second * x])


def test_each_term_has_its_noise_in_its_units():
    rng = np.random.default_rng(1)
    x = rng.standard_normal((300, 3))
    y = np.concatenate([1e6 * np.sum(x**2, axis=1, keepdims=True), x], axis=1)
    y += rng.standard_normal(y.shape) * [1e5, 0.01, 0.01, 0.01]
    data = se.data.Dataset(x, y, T(1), T(0) + T(1), O(3))
    squares = np.sum(x**2, axis=1)
    model = Sized(jnp.array(squares @ y[:, 0] / (squares @ squares)), jnp.array(np.sum(x * y[:, 1:]) / squares.sum()))
    found = se.train.posterior(model, data)
    np.testing.assert_allclose(found.noise, [1e5, 0.01], rtol=0.1)
    assert float(found.errors.first) == pytest.approx(1e5 / np.linalg.norm(squares), rel=0.5)
    assert float(found.errors.second) == pytest.approx(0.01 / np.sqrt(squares.sum()), rel=0.5)


@cache
def bent():
    """A line fitted to what is none: x (1 + |x|²/2)."""
    rng = np.random.default_rng(2)
    x = rng.standard_normal((150, 3))
    truth = x * (1 + 0.5 * np.sum(x**2, axis=1, keepdims=True))
    y = truth + 0.1 * rng.standard_normal(x.shape)
    model = Line(jnp.array(np.sum(x * y) / np.sum(x * x)))
    return model, se.data.Dataset(x, y, T(1), T(1), O(3)), truth


def test_intervals_hold_where_the_law_is_none_of_the_model():
    model, data, truth = bent()
    mean, std = se.train.posterior(model, data)(data.x)
    inside = np.mean(np.abs(mean - truth) < 1.645 * std)
    without = se.train.posterior(model, (data.x, data.y))(data.x)[1]
    assert inside > 0.8 and np.mean(np.abs(mean - truth) < 1.645 * without) < 0.3


def test_the_covariance_is_equivariant():
    model, data, _ = bent()
    found = se.train.posterior(model, data)
    for g in O(3).sample(jr.key(0), 4):
        x, g = np.array([1.0, -2.0, 0.5]), np.asarray(g)
        np.testing.assert_allclose(found.covariance(g @ x), g @ found.covariance(x) @ g.T, rtol=1e-8, atol=1e-12)


@cache
def process():
    rng = np.random.default_rng(3)
    x = rng.standard_normal((80, 6))
    a, b = x[:, :3], x[:, 3:]
    truth = np.sin(np.sum(a * b, axis=1, keepdims=True)) * a + b
    data = se.data.Dataset(x, truth + 0.1 * rng.standard_normal(a.shape), 2 * T(1), T(1), O(3))
    model, _ = se.fit(se.nn.ScalarGP(2 * T(1), T(1), O(3)), data, key=jr.key(0), progress=False)
    return model, data, truth


def test_a_gaussian_process_has_its_own_posterior():
    model, data, truth = process()
    found = se.train.posterior(model, data)
    form = found.form
    np.testing.assert_allclose(jax.vmap(form)(data.x[:5]) @ form.values, jax.vmap(model)(data.x[:5]), rtol=1e-6)
    mean, std = found(data.x)
    assert 0.7 < np.mean(np.abs(mean - truth) < 1.645 * std) <= 1
    assert found.noise == pytest.approx([0.1], rel=0.25)
    far = found(3 * np.asarray(data.x))[1]
    assert np.median(far) > 2 * np.median(std)
    g, x = np.asarray(O(3).sample(jr.key(1), 1)[0]), np.asarray(data.x[0])
    turned = np.concatenate([g @ x[:3], g @ x[3:]])
    np.testing.assert_allclose(found.covariance(turned), g @ found.covariance(x) @ g.T, rtol=1e-6, atol=1e-10)
    with pytest.raises(ValueError, match="Got ScalarGP: ask for the outputs"):
        found.errors  # noqa: B018


@pytest.mark.parametrize("terms", [None, (0, 1, 1)])
def test_few_residuals_are_treated_as_many_are(terms):
    """The same numbers by J itself and by its normal equations."""
    rng = np.random.default_rng(4)
    rows, residuals = rng.standard_normal((20, 3, 9)), rng.standard_normal((20, 3))
    counts = 60.0 if terms is None else np.array([20.0, 40.0])
    values, groups = rng.standard_normal(9), np.array([0] * 4 + [1] * 3 + [2] * 2)
    found = []
    for few in (True, False):
        problem = added_up([(rows[:7], residuals[:7]), (rows[7:], residuals[7:])], terms, few)
        found.append(Linear(problem, values, groups, counts, misfit=True).averaged())
    for one, other in zip(found[0], found[1], strict=True):
        left, right = (np.asarray(each) for each in (one, other))
        if left.ndim == 2:
            left, right = left.T @ left, right.T @ right
        np.testing.assert_allclose(left, right, rtol=1e-5, atol=1e-9)


def test_what_has_no_posterior_is_refused():
    model, (x, y) = line()
    with pytest.raises(ValueError, match=r"at a minimum of the squared error. Got a model whose outputs move by"):
        se.train.posterior(Line(model.slope + 1), (x, y))
    with pytest.raises(ValueError, match=r"needs float64 parameters. Got float32"):
        se.train.posterior(Line(jnp.float32(2.0)), (x, y))
    with pytest.raises(ValueError, match=r"squared errors with a noise of one size. Got CrossEntropy"):
        se.train.posterior(model, (x, y), loss=se.train.CrossEntropy())
    with pytest.raises(ValueError, match=r"samples \(x, y\) of shapes .* Got tuple: of trajectories"):
        se.train.posterior(model, (x, y, y))
    with pytest.raises(ValueError, match=r"at most 5000 parameters. Got 6000"):
        se.train.posterior(Line(jnp.ones(6000)), (jnp.ones((3, 6000)), jnp.ones((3, 6000))))


class Scaled(eqx.Module):
    k: jax.Array

    def __call__(self, x):
        return self.k * x


def _line(n=60):
    x = np.random.default_rng(5).standard_normal((n, 3))
    return Scaled(jnp.array(2.0)), x, 2 * x + 0.1 * np.random.default_rng(6).standard_normal((n, 3))


def test_samples_that_are_not_of_the_model_are_refused():
    model, x, y = _line()
    with pytest.raises(ValueError, match=r"the shape \(3,\) of the model's output. Got \(1,\)"):
        se.train.posterior(model, (x, y[:, :1]))
    with pytest.raises(ValueError, match=r"one entry for each sample along their first axis. Got shapes \(30, 3\)"):
        se.train.posterior(model, (x[:30], y))
    with pytest.raises(ValueError, match=r"samples must be finite. Got NaN"):
        se.train.posterior(model, (x, np.where(x > 2, np.nan, y)))
    with pytest.raises(ValueError, match=r"must be floating point numbers. Got int"):
        se.train.posterior(model, (x.astype(int), y))
    with pytest.raises(ValueError, match=r"change with the parameters of the model.*squared derivatives of at most 0"):
        se.train.posterior(model, (0 * x, y))
    with pytest.raises(ValueError, match=r"must be between 1e-153"):
        se.train.posterior(model, (x, 1e-200 * y))
    inner = se.nn.ScalarMLP(T(1), T(1), O(3), width=2, depth=1, key=jr.key(0))
    data = se.data.Dataset(x, y, T(1), T(1), O(3), units_in="m", units_out="m")
    with pytest.raises(ValueError, match=r"must have the units of the training data, m -> m. Got s -> s"):
        se.train.posterior(se.nn.Dimensionless(inner, "s", "s"), data)
    found = se.train.posterior(model, (x, y))
    with pytest.raises(ValueError, match=r"the shape \(3,\) of the model's output. Got \(1,\)"):
        se.train.calibration(found, (x, y[:, :1]))
    with pytest.raises(ValueError, match=r"samples must be finite"):
        se.train.calibration(found, (x, np.nan * y))


def test_a_loss_may_be_told_by_its_name_and_does_not_go_with_sigma():
    model, x, y = _line()
    named = se.train.posterior(model, (x, y), loss="student")
    assert np.allclose(named.noise, se.train.posterior(model, (x, y), loss=se.train.Student()).noise)
    data = se.data.Dataset(x, y, T(1), T(1), O(3), sigma=np.ones(60))
    with pytest.raises(ValueError, match=r"finds the weights of samples. Got `sigma` as well"):
        se.train.posterior(model, data, loss="student")


def test_a_loss_that_is_derived_from_the_squared_error_is_not_taken_for_it():
    class Tenth(se.train.Regression):
        def residuals(self, model, batch, key):
            return super().residuals(model, batch, key) / 10

    model, x, y = _line()
    found, plain = (se.train.posterior(model, (x, y), loss=loss) for loss in (Tenth(), None))
    assert np.allclose(10 * found.noise, plain.noise, rtol=1e-2)


class TwoParts(eqx.Module):
    k: jax.Array
    idle: jax.Array

    def __call__(self, x):
        return (self.k + 1e-150 * self.idle[0]) * x


def test_parameters_of_next_to_no_influence_leave_the_others_known():
    _, x, y = _line()
    found = se.train.posterior(TwoParts(jnp.array(2.0), jnp.array([1e-55])), (x, y))
    assert np.all(np.isfinite(found.factor)) and 0.08 < found.noise[0] < 0.12
    assert np.isfinite(found.log_evidence) and 0.005 < found.errors.k < 0.01


def test_of_a_parameter_that_changes_nothing_the_error_is_infinite(tmp_path):
    _, x, y = _line()
    model = TwoParts(jnp.array(2.0), jnp.array([0.0]))
    found = se.train.posterior(model, (x, y))
    assert np.all(np.isinf(found.errors.idle)) and 0.005 < found.errors.k < 0.01
    _, std = found(x)
    assert np.all(np.isfinite(std))
    se.train.save_posterior(tmp_path / "p.npz", found)
    assert np.all(np.isinf(se.train.load_posterior(tmp_path / "p.npz", model).errors.idle))


def test_of_a_loss_of_ones_own_outputs_have_no_standard_deviations():
    class Own(se.train.LeastSquares):
        def residuals(self, model, batch, key):
            return jax.vmap(model)(batch[0]) - batch[1]

    model, x, y = _line()
    found = se.train.posterior(model, (x, y), loss=Own())
    assert 0.005 < found.errors.k < 0.01
    with pytest.raises(ValueError, match=r"where the loss is their squared error. Got another one"):
        found(x)


@pytest.mark.parametrize("unit", [2.0**-73, 2.0**100])
def test_the_unit_of_the_outputs_has_no_say(unit):
    _, x, y = _line()
    m = np.random.default_rng(7).uniform(0.5, 2, (60, 1))
    data = [
        se.data.Dataset(np.c_[m * s, x], m * y * s, T(0) + T(1), T(1), O(3), units_in=["kg", "m"], units_out="kg m")
        for s in (1.0, unit)
    ]
    start = se.nn.ScalarMLP(T(0) + T(1), T(1), O(3), width=2, depth=1, key=jr.key(0))
    start = se.nn.Dimensionless(start, data[0].units_in, data[0].units_out)
    method = se.train.LevenbergMarquardt(steps=10)
    model, _ = se.fit(start, data[0], optimizer=method, key=jr.key(1), progress=False)
    one, other = (se.train.posterior(model, each) for each in data)
    assert np.allclose(other.noise, one.noise * unit, rtol=1e-4, atol=0)
    assert np.allclose(other(data[1].x)[1], one(data[0].x)[1] * unit, rtol=1e-2, atol=0)
