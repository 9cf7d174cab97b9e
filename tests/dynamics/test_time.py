"""Fields that depend on time, and trajectories of different length."""

from functools import cache

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

from scalaremlp.dynamics import (
    Adaptive,
    Composition,
    Gauss,
    HamiltonianField,
    Oscillator,
    RungeKutta,
    relative_errors,
    rollout,
    rollout_error,
)


class Driven(eqx.Module):
    """q″ + 4q = a cos t; at rest at t = 0 it is at a (cos t − cos 2t)/3."""

    unit: jnp.ndarray = eqx.field(default=1.0, converter=jnp.asarray)

    def __call__(self, t, z, strength=1.0):
        return jnp.stack([z[1], -4 * z[0] + self.unit * strength * jnp.cos(t)])


def exact(t, strength=1.0):
    position = (np.cos(t) - np.cos(2 * t)) / 3
    return strength * np.stack([position, (2 * np.sin(2 * t) - np.sin(t)) / 3], axis=-1)


@pytest.mark.parametrize("unit", [1.0, 1e-24])
def test_a_driven_oscillator(unit):
    """It begins at rest at zero, so that all sizes come from the motion."""
    ts = np.linspace(0, 12, 9)
    found = rollout(Driven(unit), np.zeros(2), ts, t0=0.0, time=True)
    np.testing.assert_allclose(found.states / unit, exact(ts), atol=1e-9)
    later = rollout(Driven(unit), unit * exact(2.0), ts + 3, t0=2.0, time=True)
    np.testing.assert_allclose(later.states / unit, exact(ts + 3), atol=1e-8)


@cache
def error(method, substeps):
    ts = np.linspace(1.0, 3.0, 3)
    kind = method.stages if isinstance(method, Gauss) else method.order
    states = rollout(Driven(), exact(1.0), ts, method=type(method)(kind, substeps), time=True).states
    return float(np.abs(states - exact(ts)).max())


@pytest.mark.parametrize(
    "method, steps",
    [(RungeKutta(4), 10), (RungeKutta(5), 6), (RungeKutta(8), 2), (Gauss(1), 20), (Gauss(2), 6)],
    ids=str,
)
def test_steppers_keep_their_order(method, steps):
    assert method.order - 0.5 < np.log2(error(method, steps) / error(method, 2 * steps)) < method.order + 2


def test_time_comes_before_parameters():
    strength = jnp.array([1.0, 2.0])
    found = rollout(
        Driven(), np.zeros((2, 2)), np.array([0, 2.0]), parameters=strength, time=True, method=RungeKutta(8, 20)
    )
    for row, factor in enumerate((1.0, 2.0)):
        np.testing.assert_allclose(found.states[row, 1], exact(2.0, factor), atol=1e-9)


def test_a_composition_refuses_time():
    with pytest.raises(
        ValueError, match=r"knows the time of each stage\. Got Composition\. Use `Adaptive`, `RungeKutta` or"
    ):
        rollout(Driven(), np.zeros(2), np.array([0, 1.0]), method=Composition(), time=True)


@pytest.mark.parametrize("method", [RungeKutta(8, 10), Gauss(4, 10), Adaptive()], ids=["rk", "gauss", "adaptive"])
def test_trajectories_of_different_length(method):
    field, z0 = HamiltonianField(Oscillator()), np.array([[1.0, 0.0], [0.0, 1.0], [2.0, 0.0]])
    ts = [np.linspace(0, 3, 4), np.array([1.0, 1.5]), np.array([0.5])]
    found = rollout(field, z0, ts, method=method)
    assert found.lengths.tolist() == [4, 2, 1] and found.states.shape == (3, 4, 2)
    for row, times in enumerate(ts):
        turned = times - times[0]
        q, p = z0[row]
        expected = np.stack([q * np.cos(turned) + p * np.sin(turned), p * np.cos(turned) - q * np.sin(turned)], axis=1)
        np.testing.assert_allclose(found.states[row, : len(times)], expected, atol=1e-7)
        np.testing.assert_array_equal(
            found.states[row, len(times) :], np.tile(found.states[row, len(times) - 1], (4 - len(times), 1))
        )
        assert float(found.last_times[row]) == times[-1]
    again = rollout(field, z0, found.ts, method=method)
    np.testing.assert_array_equal(again.states, found.states)


@pytest.mark.parametrize(
    "z0, ts, text",
    [
        (
            [[1.0, 0.0]] * 3,
            [[0.0, 1.0], [0.0]],
            r"one array for each initial state.* Got shapes \(2,\), \(1,\) with .* \(3, 2\)",
        ),
        ([[1.0, 0.0]] * 2, [[0.0, 1.0], []], r"with at least one time each\. Got shapes \(2,\), \(0,\)"),
        ([[1.0, 0.0]] * 2, [[0.0, 1.0, 1.0, 2.0], [0.0]], r"Times must increase\. Got 1 and then 1, at position 2"),
    ],
)
def test_bad_times(z0, ts, text, unchecked):
    with pytest.raises(ValueError, match=text):
        rollout(HamiltonianField(Oscillator()), np.array(z0), ts, method=RungeKutta(4))


def test_errors_of_different_length_count_what_is_there():
    true = np.random.default_rng(0).normal(size=(2, 4, 2))
    predicted = true * (1 + np.array([0, 0.1, 0.2, 0.3]))[:, None]
    predicted[1, 2:] = np.nan
    found = rollout_error(predicted, true, lengths=np.array([4, 2]))
    logs = np.log(np.maximum(relative_errors(predicted, true), 1e-7))
    kept = np.concatenate([logs[0], logs[1, :2]])
    assert found.published == pytest.approx(np.exp(kept.mean())) and found.published < 0.1
    np.testing.assert_allclose(np.log(found.by_time)[1:], [logs[:, 1].mean(), *logs[0, 2:]])
