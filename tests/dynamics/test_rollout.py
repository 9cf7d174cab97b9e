"""Rollouts: their accuracy, batches, compilation, and what goes wrong."""

import re
import warnings
from functools import cache

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

from scalaremlp.dynamics import (
    Adaptive,
    HamiltonianField,
    Oscillator,
    RungeKutta,
    SpringPendulum,
    angular_momentum,
    drift,
    energy,
    rollout,
)

TS = np.arange(0, 10, 0.5)


TRACES = []


class Counting(eqx.Module):
    """A function that counts how often it is traced."""

    function: eqx.Module

    def __call__(self, *args):
        TRACES.append(1)
        return self.function(*args)


@cache
def pendulums():
    """Three pendulums, the second with other constants, and the system and states they were made with."""
    system = Counting(SpringPendulum())
    parameters = jnp.stack([system.function.parameters] * 3).at[1, :6].set(jnp.array([0.7, 1.2, 1.1, 0.8, 0.9, 1.3]))
    z0 = jnp.array([0, 0, -1.5, 0, 0, -3, 0.1, 0.2, 0, -0.3, 0.1, 0.2]) + 0.3 * np.random.default_rng(0).normal(
        size=(3, 12)
    )
    return system, z0, parameters, rollout(HamiltonianField(system), z0, TS, parameters=parameters)


def test_energy_and_angular_momentum_are_conserved():
    system, z0, parameters, found = pendulums()
    assert found.states.shape == (3, 20, 12) and found.ts.shape == (3, 20)
    np.testing.assert_array_equal(found.states[:, 0], z0)
    assert drift(TS, energy(system, found.states, parameters)).largest.max() < 1e-8
    about_gravity = np.asarray(angular_momentum(found.states))[..., 2]
    assert drift(TS, about_gravity).largest.max() < 1e-8
    assert np.ptp(np.asarray(angular_momentum(found.states))[..., 0]) > 0.1  # the others are not


def test_every_trajectory_has_its_own_steps():
    assert len(set(pendulums()[-1].steps.tolist())) == 3


@pytest.mark.parametrize(
    "method", [RungeKutta(8, substeps=2), pytest.param(Adaptive(), marks=pytest.mark.slow)], ids=str
)
def test_batched_and_single_solutions_are_equal(method):
    system, z0, parameters, found = pendulums()
    if not isinstance(method, Adaptive):
        found = rollout(HamiltonianField(system), z0, TS, parameters=parameters, method=method)
    single = rollout(HamiltonianField(system), z0[1], TS, parameters=parameters[1], method=method)
    assert single.states.shape == (20, 12)
    np.testing.assert_allclose(single.states, found.states[1], rtol=1e-12, atol=1e-12)
    assert int(single.steps) == int(found.steps[1])


def test_another_method_agrees():
    system, z0, parameters, found = pendulums()
    method = RungeKutta(8, substeps=20)
    other = rollout(HamiltonianField(system), z0, TS, parameters=parameters, method=method)
    np.testing.assert_allclose(other.states, found.states, atol=1e-7)


def test_many_trajectories_go_in_pieces_with_their_own_times():
    field, method = HamiltonianField(Oscillator()), RungeKutta(8, substeps=4)
    count = 1030
    angles = np.linspace(0, 6, count)
    ts = np.linspace(0.1, 1, count)[:, None] * np.array([1.0, 2.0])
    z0 = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    found = rollout(field, z0, ts, t0=0.0, method=method)
    turned = angles[:, None] - ts
    np.testing.assert_allclose(found.states, np.stack([np.cos(turned), np.sin(turned)], axis=-1), atol=1e-8)


def test_solving_again_does_not_trace_again():
    _, z0, parameters, _ = pendulums()
    count = len(TRACES)
    again = rollout(HamiltonianField(Counting(SpringPendulum((9.0, 9.0)))), z0 + 0.1, TS + 1, parameters=parameters)
    assert len(TRACES) == count > 0
    np.testing.assert_array_equal(again.states[:, 0], z0 + 0.1)
    method = RungeKutta(4, substeps=2)
    for rate in (1.0, 2.0):
        count = len(TRACES)
        states = rollout(Counting(eqx.nn.Lambda(jnp.sin)), jnp.full(3, rate), TS[:3], method=method).states
    assert len(TRACES) == count and states[0, 0] == 2


def test_trajectories_that_end_early_do_not_stop_the_others():
    """dz/dt = z² ends at t = 1/z; below a hole there is no field; and some turn too fast for their steps."""

    def field(z):
        rest = jnp.where(z @ z > 1e5, 1e5 * jnp.array([-z[1], z[0]]), jnp.where(z[0] < 0.5, jnp.nan, -1.0))
        return jnp.where(z[1] == 0, z**2, rest)

    z0 = jnp.array([[0.1, 0.0], [1.0, 0.0], [10.0, 10.0], [1.0, 1.0], [0.0, 1e3], [0.2, 0.0]])
    ts = np.array([0.0, 0.25, 0.5, 1.5, 2.0])
    with pytest.warns(UserWarning, match="A trajectory must") as caught:
        found = rollout(field, z0, ts, method=Adaptive(max_steps=3000))
    blown, limit, lost = (str(warning.message) for warning in caught)
    assert re.search(r"stay below 1e\+12 in norm .* 1 of 6 .* number 1 at t = 1 in the state \[.*e\+1., 0\]", blown)
    assert "need at most 3000 steps" in limit and "1 of 6 that end early, number 4 at t = 0.0" in limit
    assert "raise `max_steps`" in limit
    assert "no step that is lost in rounding" in lost and "number 3 at t = 0.5 in the state [0.5, 0.5]" in lost
    for row, times in ((0, 5), (5, 5), (1, 3)):
        expected = 1 / (1 / float(z0[row, 0]) - ts[:times])
        np.testing.assert_allclose(found.states[row, :times, 0], expected, rtol=1e-8)
    np.testing.assert_allclose(found.states[2, :, 0], 10 - ts, rtol=1e-8)
    assert np.isfinite(found.states[:, :, 0]).sum(axis=1).tolist() == [5, 3, 5, 3, 1, 5]
    np.testing.assert_allclose(found.last_times[:4], [2, 1, 2, 0.5], rtol=1e-6)


def test_a_stepper_keeps_what_it_has():
    with pytest.warns(UserWarning, match=r"Got 1 of 2 that end early, number 1 at t = 0\.5 in the state \[2, 0\]"):
        found = rollout(
            jnp.square, jnp.array([[0.1, 0.0], [1.0, 0.0]]), np.array([0.0, 0.5, 1.5]), method=RungeKutta(8, 50)
        )
    assert np.isfinite(found.states[0]).all() and np.isnan(found.states[1, 2]).all()


def test_no_warning_when_all_is_well():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        rollout(HamiltonianField(Oscillator()), jnp.array([1.0, 0.0]), TS[:2], method=RungeKutta(4))


@pytest.mark.parametrize(
    "z0, ts, options, text",
    [
        ([1.0, 0.0], [0.0, 1.0, 1.0], {}, r"Times must increase\. Got 1 and then 1, at position 2\. Sort them"),
        ([1.0, 0.0], [0.0, float("nan")], {}, r"Times must increase\. Got 0 and then nan"),
        ([1.0, 0.0], [0.0, 1.0], {"t0": 0.5}, r"not be before t0.* Got 0 and t0 = 0\.5\. Give an earlier t0"),
        ([1.0, 0.0], [[0.0, 1.0]] * 2, {}, r"Times have shape \(times,\).* Got \(2, 2\) with .* shape \(2,\)"),
        ([[1.0, float("inf")]], [0.0], {}, r"must be finite\. Got \[1\.0, inf\], number 0\. Leave it out"),
        ([[[1.0]]], [0.0], {}, r"Initial states have shape \(d,\), or \(n, d\).* Got \(1, 1, 1\)\. Flatten"),
        ([1.0, 0.0, 2.0], [0.0, 1.0], {}, r"its size is even\. Got shape \(3,\)"),
        ([[1.0, 0.0]], [0.0, 1.0], {"parameters": np.ones((2, 1))}, r"each of the 1 initial .* Got shape \(2, 1\)"),
    ],
)
def test_bad_input(z0, ts, options, text, unchecked):
    field, method = HamiltonianField(Oscillator()), RungeKutta(4)
    with pytest.raises(ValueError, match=text):
        rollout(field, np.array(z0), np.array(ts), method=method, **options)


@pytest.mark.parametrize("method", [RungeKutta(4), Adaptive()])
def test_a_hamiltonian_is_no_field(method):
    with pytest.raises(
        ValueError, match=r"of shape \(2,\)\. Got shape \(1,\)\. .* make a field, HamiltonianField\(h\)"
    ):
        rollout(lambda z: jnp.sum(z**2, keepdims=True), np.array([1.0, 0.0]), TS[:2], method=method)


@pytest.mark.parametrize(
    "options, text",
    [
        ({"solver": "Euler"}, r"`solver` must be one of Dopri8, .* Got 'Euler'\. Start with Dopri8"),
        ({"rtol": 0.0}, r"`rtol` must be a number above 0\. Got 0\.0\. The default is 1e-10"),
        ({"atol": (1e-3, 0.0)}, r"`atol` must be a number above 0\. Got 0\.0\. Left out, it is found"),
        ({"max_steps": 0}, r"`max_steps` must be a whole number of at least 1\. Got 0\."),
    ],
)
def test_settings_of_the_adaptive_method(options, text):
    with pytest.raises(ValueError, match=text):
        Adaptive(**options)


def test_tolerances_below_rounding_are_refused():
    with pytest.raises(ValueError, match=r"above the rounding of the states, float32\. Got 1e-10\. Call scalaremlp"):
        rollout(jnp.sin, jnp.ones(2, jnp.float32), np.array([0.0, 1.0]))


@pytest.mark.parametrize("kind", [">f8", np.longdouble, np.float32])
def test_states_of_any_precision_and_byte_order(kind):
    field, ts = HamiltonianField(Oscillator()), np.linspace(0, 1, 3)
    wanted = rollout(field, jnp.array([1.0, 0.0]), ts).states
    assert jnp.array_equal(rollout(field, np.array([1.0, 0.0], dtype=kind), ts).states, wanted)
