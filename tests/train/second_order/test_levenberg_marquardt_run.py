"""A run of Levenberg-Marquardt: its history, why it ends, steps that are refused, and what cannot be fitted."""

import re

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from decay import DECAY, TIMES, Decay
from numpy.lib.stride_tricks import sliding_window_view

from scalaremlp.train import Ending, LeastSquares, LevenbergMarquardt, Regression
from scalaremlp.train.second_order import stage

PLAIN = LevenbergMarquardt(regularise=False, tolerance=1e-9)


NOISY = (TIMES, DECAY + 0.1 * jnp.asarray(np.random.default_rng(0).standard_normal((30, 1))))
START = Decay(jnp.array([5.0, 0.1, -2.0]))


class Point(eqx.Module):
    w: jax.Array


class Function(LeastSquares):
    """A function of the number w, against the data."""

    f: object = eqx.field(static=True)

    def residuals(self, model, batch, key):
        return (self.f(model.w) - batch)[:, None]


def test_the_history(key):
    data, seen = NOISY, []
    model, history = LevenbergMarquardt(steps=4).minimise(Regression(), START, data, key=key, callbacks=[seen.append])
    assert seen == history.records and history["step"] == [0, 1, 2, 3, 4] and history["steps"] == [4] * 5
    first, last = (float(Regression()(each, data, key)) for each in (START, model))
    assert history["loss"][0] == pytest.approx(first, rel=1e-12) and history["loss"][-1] == pytest.approx(
        last, rel=1e-12
    )
    assert min(history["damping"]) > 0 and history["validation"] == [None] * 5
    assert np.isnan(history["determined"][0]) and all(0 < gamma <= 3 for gamma in history["determined"][1:])
    assert history["seconds"] == sorted(history["seconds"]) and history["epoch"] == history["step"]
    assert (history.ending, history.stopped, history.kept) == (Ending.ITERATIONS, "4 iterations made", "the last")


def test_the_evidence_is_updated_after_every_step(key):
    _, history = LevenbergMarquardt(steps=9).minimise(Regression(), START, NOISY, key=key)
    determined = np.array(history["determined"][1:])
    assert len(determined) == 9 and np.all(np.isfinite(determined)) and np.all(np.diff(determined) != 0)


class Waves(eqx.Module):
    """A sum of many waves, each with a prior of its own, to fit to one of them and noise."""

    weights: tuple[jax.Array, ...]

    def __call__(self, x):
        return sum(w * jnp.cos(number * x) for number, w in enumerate(self.weights))


def test_a_fit_to_noise_ends_when_the_evidence_has_settled(key):
    """The objective of a linear model stands still after one step; the waves that fit noise are switched off later."""
    x = jnp.linspace(0.0, np.pi, 200)[:, None]
    y = jnp.cos(x) + 0.3 * jnp.asarray(np.random.default_rng(0).standard_normal(x.shape))
    model, history = LevenbergMarquardt().minimise(Regression(), Waves((jnp.ones(1),) * 40), (x, y), key=key)
    determined = np.array(history["determined"][1:])
    settled = [np.ptp(part) <= 0.02 * part.max() for part in sliding_window_view(determined, 11)]
    assert settled == [False] * (len(settled) - 1) + [True] and len(settled) > 3
    assert determined[-1] < 0.5 * determined[0]
    unused = np.concatenate([w for number, w in enumerate(model.weights) if number != 1])
    assert np.sum(unused**2) < 0.5 * np.sum(_least_squares(x, y, 40)[np.arange(40) != 1] ** 2)


def _least_squares(x, y, count):
    return np.linalg.lstsq(np.cos(np.asarray(x) * np.arange(count)), np.asarray(y)[:, 0], rcond=None)[0]


@pytest.mark.parametrize("power, window, tolerance", [(9, 10, 0.02), (3, 3, 1e-6)])
def test_little_progress_stops_the_fit(power, window, tolerance, key):
    """At the first step that is not that much below the one so many steps before: a power of w → 0 converges slowly."""
    method, data = LevenbergMarquardt(regularise=False), jnp.array([-1.0, 1.0])
    _, history = method.minimise(Function(lambda w: w**power), Point(jnp.asarray(2.0)), data, key=key)
    loss = np.array(history["loss"])
    slow = [step for step in range(window + 1, len(loss)) if loss[step] > (1 - tolerance) * loss[step - window]]
    assert slow == [len(loss) - 1] and history.ending is Ending.SETTLED
    assert history.stopped == f"{window} iterations lowered the objective by less than {tolerance:g}"


def test_a_step_to_where_the_residual_is_not_finite_is_refused(key):
    """From w = 10 the first step of Gauss and Newton for log w = -3 leads to w = -43."""
    target, start = jnp.full(4, -3.0), jnp.asarray(10.0)
    assert float(start - start * (jnp.log(start) + 3)) < 0
    model, history = PLAIN.minimise(Function(jnp.log), Point(start), target, key=key)
    assert float(model.w) == pytest.approx(np.exp(-3), rel=1e-9)
    assert history["damping"][1] > history["damping"][0] and np.all(np.isfinite(history["loss"]))


def test_each_step_lowers_the_objective(key):
    """Of an oscillating function, where full steps overshoot."""
    _, history = PLAIN.minimise(
        Function(lambda w: jnp.sin(5 * w) + w), Point(jnp.asarray(0.2)), jnp.full(3, 4.0), key=key
    )
    assert all(np.diff(history["loss"]) < 0) and len(history) > 3


@pytest.fixture
def counted(monkeypatch):
    """An iteration without end is an error here: no fit of these tests needs 500 steps."""
    calls, lower = [], stage.lower

    def limited(*arguments, **options):
        calls.append(1)
        assert len(calls) < 500, "the search for a step does not end"
        return lower(*arguments, **options)

    monkeypatch.setattr(stage, "lower", limited)


def test_nothing_is_done_if_the_residuals_are_zero(counted, key):
    start = Decay(jnp.array([2.0, 1.3, 0.5]))
    data = (TIMES, jax.vmap(start)(TIMES))
    model, history = LevenbergMarquardt().minimise(Regression(), start, data, key=key)
    assert float(jnp.abs(model.w - start.w).max()) < 1e-13 and len(history) == 1 and history["loss"][0] < 1e-30


@pytest.mark.parametrize("regularise", [True, False])
def test_parameters_without_effect_end_the_fit(regularise, counted, key):
    loss, start = Function(lambda w: 0 * w), Point(jnp.ones(()))
    model, history = LevenbergMarquardt(regularise=regularise).minimise(loss, start, jnp.ones(4), key=key)
    assert abs(float(model.w)) <= 1 and history["loss"][-1] == 1
    assert history.ending is Ending.STUCK


def test_a_fit_that_is_exact_from_the_start(counted, key):
    """Nothing was solved for, so it is not called a linear solve."""
    _, history = LevenbergMarquardt().minimise(Function(lambda w: 0 * w), Point(jnp.ones(())), jnp.zeros(4), key=key)
    assert history.optimizer == "" and history.ending is Ending.AT_ROUNDING


def test_a_loss_that_is_not_finite_from_the_start_is_refused(counted, key):
    with pytest.raises(ValueError, match=r"must be finite before training\. Got nan\."):
        LevenbergMarquardt().minimise(Function(jnp.log), Point(-jnp.ones(())), jnp.ones(4), key=key)


@pytest.mark.parametrize(
    "settings, text",
    [
        ({"steps": 0}, "`steps` must be a whole number of at least 1. Got 0. Leave it out for the default."),
        ({"polish": -1}, "`polish` must be a whole number of at least 0. Got -1. Leave it out for the default."),
        ({"chunk": 2.5}, "`chunk` must be a whole number of at least 1. Got 2.5. Leave it out for the default."),
        ({"budget": 0.0}, "`budget` must be a number above 0. Got 0.0. Leave it out for the default."),
        ({"floor": -1.0}, "`floor` must be a number of at least 0. Got -1.0. Leave it out for the default."),
        ({"tolerance": float("nan")}, "`tolerance` must be a number of at least 0. Got nan."),
    ],
    ids=str,
)
def test_bad_settings(settings, text, unchecked):
    with pytest.raises(ValueError, match=f"^{re.escape(text)}"):
        LevenbergMarquardt(**settings)


def test_a_model_without_parameters(key):
    with pytest.raises(ValueError, match=r"^The model must have parameters"):
        LevenbergMarquardt().minimise(Regression(), eqx.nn.Identity(), (jnp.ones((4, 1)), jnp.ones((4, 1))), key=key)


def square(model, batch, key):
    return jnp.mean(model.w**2)


@pytest.mark.parametrize(
    "loss, w, text",
    [
        (
            square,
            jnp.ones(3),
            "Levenberg-Marquardt needs a LeastSquares loss. Got function: use optimizer='first-order'.",
        ),
        (
            Function(jnp.sum),
            jnp.ones(3, jnp.float32),
            "Levenberg-Marquardt needs float64 parameters. Got float32: call scalaremlp.enable_x64() before making "
            "the model, or use optimizer='first-order'.",
        ),
        (
            Function(jnp.sum),
            jnp.ones(20_000),
            "Levenberg-Marquardt keeps matrices of parameters², at most 8 GB. Got 20000 parameters, 10 GB: take a "
            "smaller width, or optimizer='first-order'.",
        ),
    ],
    ids=["loss", "precision", "memory"],
)
def test_what_cannot_be_fitted(loss, w, text, unchecked, key):
    with pytest.raises(ValueError, match=f"^{re.escape(text)}$"):
        LevenbergMarquardt().minimise(loss, Point(w), jnp.ones(len(w)), key=key)
