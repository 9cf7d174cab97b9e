"""One call fits any model; it calibrates first, says what it did, and refuses what cannot work."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

import scalaremlp as se
from scalaremlp.data import Dataset
from scalaremlp.groups import SO, O
from scalaremlp.measure import evaluate
from scalaremlp.reps import T
from scalaremlp.scalars import Statistics
from scalaremlp.train import FirstOrder, LevenbergMarquardt, Record, Regression, fit

RNG = np.random.default_rng(0)


def points(n=40, group=None):
    """Lengths of vectors: T(1) -> T(0) of O(3), in numbers that are far from 1."""
    x = RNG.standard_normal((n, 3))
    return Dataset(x, 1000 + 50 * np.sum(x**2, axis=1, keepdims=True), T(1), T(0), group or O(3))


class Moments(Statistics):
    mean: jax.Array
    scale: jax.Array


class Square(eqx.Module):
    """a |x|² + b in standard units, which it learns from the data by `calibrate`."""

    a: jax.Array
    b: jax.Array
    moments: Moments
    rep_in = T(1)
    rep_out = T(0)
    group = O(3)

    def __call__(self, x):
        return self.moments.mean + self.moments.scale * (self.a * jnp.sum(x**2) + self.b)[None]

    def calibrate(self, x, y=None):
        return eqx.tree_at(lambda m: m.moments, self, Moments(jnp.mean(y), jnp.std(y)))


def square():
    return Square(jnp.asarray(0.1), jnp.asarray(0.0), Moments(jnp.asarray(0.0), jnp.asarray(1.0)))


def test_the_default_fits_and_says_how(key):
    train, val = points().split(30)
    seen = []
    model, history = fit(square(), train, validation=val, key=key, callbacks=[seen.append])
    assert seen == history.records and all(isinstance(record, Record) for record in seen)
    assert evaluate(model, points())["relative_mse"] < 1e-12
    assert history.optimizer == "Levenberg-Marquardt" and history.reason.startswith("least squares in float64 with 2 p")
    assert history.stopped and history.kept and history["validation"][-1] is not None


def test_first_order(key):
    model, history = fit(square(), points(), steps=2000, key=key)
    assert history.optimizer == "Adam" and history.reason == "steps given, which only first-order training has"
    assert evaluate(model, points())["relative_mse"] < 1e-6


def test_calibration_uses_the_training_data_once(key):
    train, val = points().split(30)
    model, _ = fit(square(), train, validation=val, steps=1, key=key)
    assert float(model.moments.mean) == float(jnp.mean(train.y))
    assert float(model.moments.scale) == float(jnp.std(train.y))
    again, _ = fit(model, val, steps=1, key=key, calibrate=False)
    assert float(again.moments.mean) == float(jnp.mean(train.y))


def test_other_losses_and_other_data(key):
    """Data are any pytree; without x and y there is nothing to calibrate with."""

    def absolute(model, batch, key):
        return jnp.mean(jnp.abs(jax.vmap(model)(batch["start"])[:, 0] - batch["end"]))

    data = {"start": points().x, "end": points().y[:, 0]}
    method = FirstOrder(steps=60, chunk=20)
    model, history = fit(square(), data, loss=absolute, optimizer=method, key=key)
    assert float(model.moments.scale) == 1 and len(history) == 3 and history["loss"][-1] < history["loss"][0]


def test_callbacks_get_a_record_for_each_chunk(key):
    seen = []
    _, history = fit(square(), points(), optimizer=FirstOrder(steps=30, chunk=10), callbacks=[seen.append], key=key)
    assert seen == history.records and [record.step for record in seen] == [10, 20, 30]
    assert all(isinstance(record, Record) and record.steps == 30 for record in seen)


def test_a_progress_bar_is_shown_when_asked_for(key, capsys):
    fit(square(), points(), steps=200, progress=True, key=key)
    shown = capsys.readouterr()
    assert "Adam: steps given" in shown.err and "100 %" in shown.err and "loss " in shown.err and "left" in shown.err
    assert not shown.out
    fit(square(), points(), steps=200, key=key)  # standard error is no terminal here
    fit(square(), points(), steps=200, progress=False, key=key)
    assert capsys.readouterr() == ("", "")


def test_a_model_without_parameters_is_refused(key):
    with pytest.raises(ValueError, match=r"^The model must have parameters, .* Got Identity without any\. Make what "):
        fit(eqx.nn.Identity(), (jnp.ones((4, 2)), jnp.ones((4, 2))), key=key)


def test_pairs_of_arrays_are_data_too(key):
    data = points()
    one, _ = fit(square(), data, steps=3, key=key)
    other, _ = fit(square(), (np.asarray(data.x), np.asarray(data.y)), steps=3, key=key)
    assert float(one.a) == float(other.a)


def pair(**changes):
    x, y = np.asarray(points().x), np.asarray(points().y)
    return changes.get("x", x), changes.get("y", y)


BAD = np.full((40, 1), np.nan)


@pytest.mark.parametrize(
    "data, text",
    [
        (pair(x=np.ones((40, 4))), r"inputs of the training data must have the model's size 3 = T\(1\)\. Got 4\. Make"),
        (pair(y=np.ones((40, 2))), r"outputs of the training data must have the shape \(1,\) of .*Got \(2,\)\. Make"),
        (pair(x=np.ones((40, 3, 1))), r"of shape \(n, size_in\).*Got \(40, 3, 1\) and \(40, 1\)\. Flatten each"),
        (pair(x=np.ones(3), y=np.ones(3)), r"must be batches .*Got \(3,\) and \(3,\)\."),
        (pair(x=np.ones((39, 3))), r"one entry for each sample.*Got shapes \(39, 3\), \(40, 1\)\. Stack"),
        (pair(x=np.ones((0, 3)), y=np.ones((0, 1))), r"one entry for each sample.*Got shapes \(0, 3\)"),
        (pair(y=BAD), r"training data must be finite\. Got NaN or infinity in an array of shape \(40, 1\)\. Leave"),
        (pair(x=np.ones((40, 3), int)), r"must be floating point numbers\. Got int64 and float64\. Convert"),
        (np.ones((40, 3)), r"training data must be a data set or a pair \(x, y\)\. Got "),
    ],
)
def test_bad_data(data, text, key):
    with pytest.raises(ValueError, match=text) as error:
        fit(square(), data, steps=1, key=key)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    "validation, text",
    [
        (
            points(10, SO(3)),
            r"type of the training data, T\(1\) -> T\(0\), O\(3\)\. Got .*SO\(3\)\. Take",
        ),
        (
            Dataset(np.ones((9, 3)), np.ones((9, 3)), T(1), T(1), O(3)),
            r"type of the training data.*Got T\(1\) -> T\(1\)",
        ),
        (pair(y=BAD), r"validation data must be finite"),
        (pair(x=np.ones((40, 4))), r"inputs of the validation data must have the model's size 3"),
    ],
)
def test_bad_validation_data(validation, text, key):
    with pytest.raises(ValueError, match=text):
        fit(square(), points(), validation=validation, steps=1, key=key)


def test_validation_of_another_structure(key):
    def loss(model, batch, key):
        return jnp.mean((model.a - batch["t"]) ** 2)

    with pytest.raises(ValueError, match=r"validation data must have the arrays of the training data"):
        fit(square(), {"t": np.ones(4)}, validation={"s": np.ones(4)}, loss=loss, steps=1, key=key)


def test_regression_is_the_default_loss(key):
    data = points()
    one, _ = fit(square(), data, steps=3, key=key)
    other, _ = fit(square(), data, steps=3, loss=Regression(), key=key)
    np.testing.assert_array_equal(one.a, other.a)


def _two_vectors(n, *, seed=0):
    x = np.random.default_rng(seed).standard_normal((n, 2, 3))
    return x, (x[:, 0] * x[:, 1]).sum(axis=-1, keepdims=True)


def _relative(model, data, part):
    guess, truth = np.asarray(jax.jit(jax.vmap(model))(data.x))[:, part], np.asarray(data.y)[:, part]
    unit = np.abs(truth).max()
    return (((guess - truth) / unit) ** 2).sum() / (((truth - truth.mean(axis=0)) / unit) ** 2).sum()


@pytest.mark.parametrize("optimizer", [None, LevenbergMarquardt(steps=3), FirstOrder(steps=1, linear_first=True)])
@pytest.mark.parametrize("joule, newton", [(1.6e-19, 1.6e-9), (1e-150, 1e150), (1e7, 1e-12)])
def test_outputs_of_different_sizes(joule, newton, optimizer, key):
    """Laws that are quadratic in the scalars are found to rounding, whatever the units of an energy and a force."""
    x, dot = _two_vectors(200)
    force = x[:, 0] * (x[:, 1] ** 2).sum(axis=-1, keepdims=True) + x[:, 1]
    data = Dataset(x.reshape(200, 6), np.c_[joule * dot**2, newton * force], 2 * T(1), T(0) + T(1), O(3))
    model = se.nn.ScalarMLP(data.rep_in, data.rep_out, data.group, width=4, depth=1, key=key)
    model, _ = fit(model, data, key=key, progress=False, optimizer=optimizer)
    assert _relative(model, data, slice(0, 1)) <= 1e-26 and _relative(model, data, slice(1, 4)) <= 1e-26


@pytest.mark.parametrize("offset", [-1e3, 1e9])
def test_an_offset_of_a_scalar_output(offset, key):
    """It costs nothing but the rounding of y."""
    x, dot = _two_vectors(100)

    def error(offset):
        data = Dataset(x.reshape(100, 6), np.sin(dot) + offset, 2 * T(1), T(0), O(3))
        model = se.nn.ScalarMLP(2 * T(1), T(0), O(3), width=4, depth=1, norms=False, key=key)
        return _relative(fit(model, data, key=key, progress=False, optimizer=lm)[0], data, slice(0, 1))

    lm = LevenbergMarquardt(steps=12)
    assert error(offset) <= 1.1 * error(0.0)


@pytest.mark.parametrize("part, unit", [("x", 1e-160), ("y", 1e160), ("y", 1e-320)])
def test_numbers_that_cannot_be_squared(part, unit, key):
    x, _ = _two_vectors(20)
    x = x.reshape(20, 6)
    y = np.c_[x[:, :1], x[:, :3]]
    if part == "x":
        x = np.c_[x[:, :3], unit * x[:, 3:]]
    else:
        y = np.c_[unit * y[:, :1], y[:, 1:]]
    data = Dataset(x, y, 2 * T(1), T(0) + T(1), O(3))
    model = se.nn.ScalarMLP(data.rep_in, data.rep_out, data.group, width=4, depth=1, key=key)
    term = "T\\(1\\) 2 of 2" if part == "x" else "T\\(0\\)"
    text = f"between 1e-153 and 1e\\+153 in size. Got values of about .* in {term} in `{part}`"
    with pytest.raises(ValueError, match=text):
        fit(model, data, key=key, progress=False)
    untyped = {"x": x[:, :3].copy(), "y": x[:, :1].copy()}
    untyped[part] *= unit
    with pytest.raises(ValueError, match=f"in `{part}`"):
        fit(eqx.nn.MLP(3, 1, 4, 1, key=key), (untyped["x"], untyped["y"]), key=key)
