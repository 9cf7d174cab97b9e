"""The published error of rollouts, energies and drifts, against slow forms of them."""

import math

import jax.numpy as jnp
import numpy as np
import pytest

from scalaremlp.dynamics import Oscillator, angular_momentum, drift, energy, relative_errors, rollout_error

from .systems import state


def oracle(a, b, first):
    """One state after the other."""
    logs = []
    for i in range(a.shape[0]):
        for t in range(first, a.shape[1]):
            d = a.shape[2]

            def rms(v, d=d):
                return math.sqrt(sum(float(c) ** 2 for c in v) / d)

            total = rms(a[i, t]) + rms(b[i, t])
            logs.append(math.log(max(rms(a[i, t] - b[i, t]) / total, 1e-7)))
    return math.exp(sum(logs) / len(logs))


def test_against_a_loop():
    true = np.asarray(state((4, 6, 8)))
    predicted = true + np.asarray(state((4, 6, 8), seed=1)) * np.arange(6)[:, None] / 10
    found = rollout_error(predicted, true)
    assert found.published == pytest.approx(oracle(predicted, true, 0), rel=1e-12)
    assert found.without_start == pytest.approx(oracle(predicted, true, 1), rel=1e-12)
    assert found.by_time.shape == (6,) and found.by_time[0] == pytest.approx(2.0**-52)
    assert math.exp(np.log(found.by_time[1:]).mean()) == pytest.approx(found.without_start)
    assert found.log_spread[3] == pytest.approx(np.log(relative_errors(predicted, true)[:, 3]).std())


def test_errors_at_each_time_are_not_raised_to_the_floor():
    """The curve of a good model is its own, and not a line at the floor of the published mean."""
    true, sizes = np.ones((2, 4, 6)), np.array([0, 1e-12, 1e-10, 1e-4])
    found = rollout_error(true * (1 + 2 * sizes[:, None]), true)
    np.testing.assert_allclose(found.by_time[1:], sizes[1:], rtol=1e-3)
    assert found.without_start == pytest.approx((1e-7 * 1e-7 * 1e-4) ** (1 / 3), rel=1e-3)
    assert np.all(found.log_spread < 1e-3)


def test_missing_states_are_as_far_as_can_be():
    true = np.ones((1, 2, 2))
    predicted = np.array([[[1.0, 1.0], [np.nan, 1.0]]])
    np.testing.assert_array_equal(relative_errors(predicted, true), [[0, 1]])
    assert relative_errors(np.array([np.inf, 1.0]), np.ones(2)) == 1
    assert relative_errors(np.zeros(2), np.zeros(2)) == 0


@pytest.mark.parametrize(
    "predicted, true, text",
    [
        (np.ones((1, 2, 4)), np.ones((1, 3, 4)), r"one shape\. Got \(1, 2, 4\) and \(1, 3, 4\)\. Roll both"),
        (np.ones((1, 2, 4)), np.full((1, 2, 4), np.nan), r"True states must be finite\. Got 8 numbers"),
        (np.ones((2, 4)), np.ones((2, 4)), r"shape \(n, times, d\).* Got \(2, 4\)\. For one trajectory add an axis"),
    ],
)
def test_bad_input(predicted, true, text, unchecked):
    with pytest.raises(ValueError, match=text):
        rollout_error(predicted, true)


def test_energy_along_trajectories():
    states, parameters = state((3, 5, 4)), jnp.arange(3.0)
    system = Oscillator()
    expected = [[float(system(z)) for z in along] for along in states]
    np.testing.assert_allclose(energy(system, states), expected, rtol=1e-12)
    np.testing.assert_allclose(energy(system, states[0]), expected[0], rtol=1e-12)
    scaled = energy(lambda z, factor: factor * system(z)[None], states, parameters)
    np.testing.assert_allclose(scaled, np.arange(3)[:, None] * np.array(expected), rtol=1e-12)


def test_angular_momentum():
    states = np.asarray(state((5, 12)))
    q, p = states.reshape(5, 2, 2, 3).transpose(1, 0, 2, 3)
    np.testing.assert_allclose(angular_momentum(states), np.cross(q, p).sum(axis=1), rtol=1e-12)
    flat = np.asarray(state((5, 4)))
    np.testing.assert_allclose(angular_momentum(flat, 2), flat[:, 0] * flat[:, 3] - flat[:, 1] * flat[:, 2])
    with pytest.raises(ValueError, match=r"particles in 2 or 3 dimensions\. Got shape \(4,\) for 3 dimensions\."):
        angular_momentum(np.zeros(4))


def test_drift(unchecked):
    ts = np.linspace(0, 100, 2001)
    values = np.stack([3 + 0.01 * ts, np.sin(ts) + 0 * ts])
    found = drift(ts, values)
    np.testing.assert_allclose(found.trend, [1, 0], atol=0.2)
    np.testing.assert_allclose(found.oscillation, [0, 0.5**0.5], atol=0.01)
    np.testing.assert_allclose(found.largest, [1, 1], atol=1e-3)
    with pytest.raises(ValueError, match=r"one value for each of two or more times\. Got shapes \(2,\) and \(3,\)"):
        drift(np.arange(2.0), np.zeros(3))
