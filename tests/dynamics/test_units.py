"""The same motion in units from atoms to galaxies: the same steps, the same errors, and the same warnings."""

import re
import warnings
from functools import cache

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

from scalaremlp.dynamics import (
    Adaptive,
    Bodies,
    ChargedParticle,
    Composition,
    Gauss,
    HamiltonianField,
    Oscillator,
    RungeKutta,
    SpringPendulum,
    relative_errors,
    rollout,
    rollout_error,
    sizes,
)

#: name -> units of length, mass, time and charge in SI
UNITS = {
    "atomic": (1.1e-10, 1.7e-26, 1.3e-14, 1.6e-19),
    "nuclear": (1e-15, 1.7e-27, 3.1e-23, 1.6e-19),
    "SI": (1.0, 1.0, 1.0, 1.0),
    "astronomical": (1.5e11, 2e30, 3.2e7, 1.0),
    "galactic": (3.1e20, 2.2e41, 3.2e15, 1.0),
}


def oscillator(length, mass, time, charge):
    return Oscillator([mass, 2 * mass], [3 * mass / time**2, mass / time**2])


def pendulum(length, mass, time, charge):
    gravity = np.array([0.1, 0.2, -1.0]) * length / time**2
    spring = mass / time**2
    return SpringPendulum((mass, 0.7 * mass), (1.2 * spring, 0.8 * spring), (0.9 * length, 1.1 * length), gravity)


def bodies(length, mass, time, charge):
    return Bodies([mass, 0.5 * mass, 0.1 * mass], length**3 / mass / time**2)


def charged(length, mass, time, charge):
    magnetic, electric = mass / time / charge, mass * length / time**2 / charge
    return ChargedParticle(
        1.5 * mass, 0.7 * charge, magnetic * np.array([0.1, 0.2, 1.0]), electric * np.array([0.3, 0, 0.1])
    )


#: name -> (system in given units, a state in units of one)
SYSTEMS = {
    "oscillator": (oscillator, [1.0, -0.5, 0.3, 0.7]),
    "oscillator at rest": (oscillator, [1.0, -0.5, 0, 0]),
    "oscillator kicked": (oscillator, [0, 0, 0.3, 0.7]),
    "pendulum": (pendulum, [0.1, 0.2, -1.4, 0.2, -0.1, -2.9, 0.3, 0.1, 0.2, -0.2, 0.4, 0.1]),
    "bodies": (bodies, [0, 0, 0, 1, 0, 0, 0, 3, 0, 0, -0.6, 0, 0, 0.6, 0, -0.06, 0, 0.01]),
    "charged": (charged, [0.5, 0.1, -0.2, 0.3, -0.4, 0.2]),
    "charged at rest": (charged, [0.0] * 6),
}
METHODS = {
    "adaptive": Adaptive(),
    "composition": Composition(4, substeps=16),
    "gauss": Gauss(2, substeps=8),
    "runge-kutta": RungeKutta(4, substeps=8),
}
TIMES = np.linspace(0, 6, 5)
CASES = [
    (system, method) for system in SYSTEMS for method in METHODS if (method, system[:7]) != ("composition", "charged")
]


def moved(name, units, method):
    """The motion, its states in the units."""
    make, state = SYSTEMS[name]
    length, mass, time, _ = units
    size = np.repeat([length, mass * length / time], len(state) // 2)
    found = rollout(HamiltonianField(make(*units)), np.array(state) * size, TIMES * time, method=method)
    return np.asarray(found.states) / size, int(found.steps)


@cache
def truth(name):
    return moved(name, UNITS["SI"], RungeKutta(8, substeps=300))[0]


@pytest.mark.parametrize("name, method", CASES)
def test_errors_are_the_same_in_all_units(name, method):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = {unit: moved(name, units, METHODS[method]) for unit, units in UNITS.items()}
    half = truth(name).shape[1] // 2
    for part in (slice(half), slice(half, None)):  # positions, momenta
        errors = {u: np.abs(states[:, part] - truth(name)[:, part]).max() for u, (states, _) in found.items()}
        assert max(errors.values()) < (1e-9 if method == "adaptive" else 1e-2)
        assert max(errors.values()) <= 1.1 * min(errors.values()) + 1e-13, errors  # the truth has rounding, too
    assert len({steps for _, steps in found.values()}) == 1


@pytest.mark.slow
def test_stiff_steps_are_the_same_in_all_units():
    method = Adaptive(rtol=1e-7, solver="Kvaerno5")
    found = [moved("charged at rest", units, method) for units in UNITS.values()]
    assert len({steps for _, steps in found}) == 1
    errors = [np.abs(states - truth("charged at rest")).max() for states, _ in found]
    assert max(errors) < 1e-5 and max(errors) < 1.1 * min(errors)


@pytest.mark.parametrize("amplitude", [1.0, 1e-15, 1e-20, 1e25])
def test_an_iteration_that_fails_ends_the_trajectory_at_any_size(amplitude):
    """A step times the frequency is 3, too long for the fixed-point iteration; a third of it is not."""
    field, ts = HamiltonianField(Oscillator(spring=9.0)), np.arange(0, 20.0)
    start = jnp.array([amplitude, 0.0])
    told = r"have steps whose iteration converges .* number 0 at t = 0 .* more `substeps`: a step times the largest"
    with pytest.warns(UserWarning, match=told):
        states = rollout(field, start, ts, method=Gauss(2)).states
    assert np.isnan(states[1:]).all()
    good = rollout(field, start, ts, method=Gauss(2, substeps=20)).states
    np.testing.assert_allclose(good[:, 0] / amplitude, np.cos(3 * ts), atol=1e-3)


def test_the_earth_goes_round_the_sun_in_si():
    """After a year of Kepler's third law both are where they were."""
    sun, earth, constant, distance = 1.989e30, 5.972e24, 6.674e-11, 1.496e11
    omega = np.sqrt(constant * (sun + earth) / distance**3)
    shares = np.array([-earth, sun]) / (sun + earth)
    q = np.array([[share * distance, 0, 0] for share in shares])
    p = np.array([[0, mass * share * distance * omega, 0] for mass, share in zip((sun, earth), shares, strict=True)])
    z0, ts = np.concatenate([q.ravel(), p.ravel()]), np.array([0, 2 * np.pi / omega])
    field = HamiltonianField(Bodies([sun, earth], constant))
    for method in (Adaptive(), Gauss(3, substeps=100), Composition(6, substeps=400)):
        states = rollout(field, z0, ts, method=method).states
        assert relative_errors(states[-1], z0, scale=sizes(z0)) < 1e-7


@pytest.mark.parametrize("method", [Adaptive(), Gauss(2, substeps=50)], ids=["adaptive", "gauss"])
def test_forces_that_cancel_leave_a_system_at_rest(method):
    """A hanging pendulum, turned so that its forces add up to rounding errors, which no step makes smooth."""
    gravity = np.array([0.3, -0.5, -0.81])
    strength = np.linalg.norm(gravity)
    down = gravity / strength
    z0 = np.concatenate([(1 + 2 * strength) * down, (2 + 3 * strength) * down, np.zeros(6)])
    found = rollout(HamiltonianField(SpringPendulum(gravity=gravity)), z0, 5 * TIMES, method=method)
    np.testing.assert_allclose(found.states, np.broadcast_to(z0, (5, 12)), atol=1e-11)


def test_a_close_passage_is_as_exact_as_the_rest():
    """An ellipse of eccentricity 0.99 closes after a revolution: nearest to the other body all is small and fast."""
    masses, eccentricity = np.array([1.0, 1e-3]), 0.99
    near, fast = 1 - eccentricity, np.sqrt(masses.sum() * (1 + eccentricity) / (1 - eccentricity))
    shares = np.array([-masses[1], masses[0]]) / masses.sum()
    q, p = np.zeros((2, 3)), np.zeros((2, 3))
    q[:, 0], p[:, 1] = shares * near, masses * shares * fast
    z0 = np.concatenate([q.ravel(), p.ravel()])
    found = rollout(HamiltonianField(Bodies(masses)), z0, np.array([0, 2 * np.pi / np.sqrt(masses.sum())]))
    np.testing.assert_allclose(found.states[-1, 3:5], z0[3:5], atol=1e-6)


@pytest.mark.slow
def test_a_disturbance_runs_along_a_chain_at_rest():
    """Thirty masses of which the last moves: the first are zero to thirty digits, and share the size of the others."""

    def chain(z):
        q, p = jnp.split(z, 2)
        wide = jnp.pad(q, 1)
        return jnp.concatenate([p, wide[2:] - 2 * q + wide[:-2]])

    z0 = np.zeros(60)
    z0[29] = 1
    found = rollout(chain, z0, np.array([0, 5.0]))
    assert int(found.steps) < 100
    modes = np.linalg.eigh(2 * np.eye(30) - np.eye(30, k=1) - np.eye(30, k=-1))
    expected = modes.eigenvectors @ (np.cos(5 * np.sqrt(modes.eigenvalues)) * modes.eigenvectors[29])
    np.testing.assert_allclose(found.states[-1, :30], expected, atol=1e-9)


class Interleaved(eqx.Module):
    """Positions and momenta of atoms in turn: no half of the state has one unit."""

    mass: float = 1e-26

    def __call__(self, z):
        q, p = z.reshape(-1, 2).T
        return jnp.stack([p / self.mass, -q], axis=1).ravel()


START, PERIOD = np.array([1e-10, 0, 1e-10, 0]), 2 * np.pi * 1e-13


def test_sizes_that_are_mixed_are_told(unchecked):
    told = r"sizes must be alike.* Got 1 of 1 .* Give Adaptive\(atol=\[…\]\), 1e-10 times"
    with pytest.warns(UserWarning, match=told):
        rollout(Interleaved(), START, np.array([0, PERIOD]))
    with pytest.raises(ValueError, match=r"one for each of the 4 components of a state\. Got 3\. Leave it out"):
        rollout(Interleaved(), START, np.array([0, PERIOD]), method=Adaptive(atol=[1.0, 2.0, 3.0]))


@pytest.mark.slow
def test_sizes_can_be_given():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        method = Adaptive(atol=1e-10 * np.array([1e-10, 1e-23, 1e-10, 1e-23]))
        found = rollout(Interleaved(), START, np.array([0, PERIOD]), method=method)
    np.testing.assert_allclose(found.states[-1], START, rtol=1e-8, atol=1e-31)


@pytest.mark.slow
def test_a_given_tolerance_is_absolute():
    """One far above the amplitude controls nothing."""
    field, ts = HamiltonianField(Oscillator()), np.array([0, 20.0])
    ends = [
        rollout(field, jnp.array([1e-10, 0.0]), ts, method=method).states[-1, 0] for method in (Adaptive(), ABSOLUTE)
    ]
    fine, coarse = (abs(float(end) / 1e-10 - np.cos(20)) for end in ends)
    assert fine < 1e-8 < coarse


ABSOLUTE = Adaptive(atol=1e-10)


def test_a_given_bound_is_a_norm():
    with pytest.warns(UserWarning, match=re.escape("stay below 0.5 in norm")):
        rollout(
            HamiltonianField(Oscillator()), jnp.array([1.0, 0.0]), np.array([0, 1.0]), method=RungeKutta(4, bound=0.5)
        )


class Riccati(eqx.Module):
    unit: jnp.ndarray

    def __call__(self, z):
        return z**2 / self.unit


@pytest.mark.parametrize("unit", [1e-20, 1.0, 1e20])
def test_what_goes_to_infinity_ends_at_the_same_time_in_all_units(unit):
    """dz/dt = z²/unit from 1 unit ends at t = 1."""
    with pytest.warns(UserWarning, match=r"stay below 1e\+12 in norm"):
        found = rollout(Riccati(jnp.asarray(unit)), jnp.array([unit, 0.0]), np.array([0, 0.5, 1.5]))
    np.testing.assert_allclose(found.states[:2, 0] / unit, [1, 2], rtol=1e-9)
    assert np.isnan(found.states[2]).all() and abs(float(found.last_times) - 1) < 1e-9


def test_sizes_are_those_of_the_halves():
    states = np.array([[[3e-10, -4e-10, 0, 6e-23]], [[np.nan, 0, 0, 0]]])
    np.testing.assert_allclose(sizes(states), np.array([12.5**0.5 * 1e-10] * 2 + [18**0.5 * 1e-23] * 2))
    np.testing.assert_allclose(sizes(np.array([3.0, 0, 4.0])), np.full(3, (25 / 3) ** 0.5))
    np.testing.assert_allclose(sizes(np.array([1e-200, 0])), [1e-200, 1])
    with pytest.raises(
        ValueError, match=r"finite states of shape \(…, d\)\. Got shape \(2,\) and none .* Give the states"
    ):
        sizes(np.array([np.nan, 0]))


def test_errors_relative_to_sizes_see_momenta_in_any_units(unchecked):
    true = np.random.default_rng(0).normal(size=(3, 5, 4))
    predicted = true + 0.01 * np.array([0, 0, 1, 1])
    units = np.array([1e-10, 1e-10, 1e-23, 1e-23])
    plain, scaled = (rollout_error(predicted * u, true * u, scale=sizes(true * u)) for u in (np.ones(4), units))
    assert scaled.published == pytest.approx(plain.published, rel=1e-12) and plain.published > 1e-3
    assert rollout_error(predicted * units, true * units).published == pytest.approx(1e-7)  # positions alone
    for wrong in (np.ones(3), np.array([1, 1, 0, 1])):
        with pytest.raises(ValueError, match=r"sizes of the 4 components of a state, above 0\. Got .* Try scalaremlp"):
            relative_errors(predicted, true, scale=wrong)
