"""Motions that are known in closed form, and quantities that stay as they are."""

import jax
import jax.numpy as jnp
import numpy as np

from scalaremlp.dynamics import (
    Bodies,
    ChargedParticle,
    Composition,
    Gauss,
    HamiltonianField,
    Oscillator,
    angular_momentum,
    drift,
    energy,
    rollout,
)


def test_oscillator():
    mass, spring = np.array([1.0, 2.0]), np.array([3.0, 1.0])
    omega, ts = np.sqrt(spring / mass), np.linspace(0, 20, 41)
    q, p = np.array([1.0, -0.5]), np.array([0.3, 0.7])
    phase = ts[:, None] * omega
    expected = np.concatenate(
        [
            q * np.cos(phase) + p / (mass * omega) * np.sin(phase),
            p * np.cos(phase) - q * mass * omega * np.sin(phase),
        ],
        axis=1,
    )
    field = HamiltonianField(Oscillator(mass, spring))
    found = rollout(field, np.concatenate([q, p]), ts, method=Composition(6, substeps=20))
    np.testing.assert_allclose(found.states, expected, atol=1e-8)


def test_circular_orbit_of_two_bodies():
    """Masses 3 and 1 a distance 2 apart, with G = 2, turn at Ω² = G(m₁ + m₂)/r³."""
    masses, distance, constant = np.array([3.0, 1.0]), 2.0, 2.0
    omega = np.sqrt(constant * masses.sum() / distance**3)
    radii = np.array([-1.0, 3.0]) * distance / 4  # about the centre of mass
    ts = np.linspace(0, 4 * np.pi / omega, 33)
    cos, sin = np.cos(omega * ts), np.sin(omega * ts)
    q = np.stack([radii * c[:, None] for c in (cos, sin, 0 * cos)], axis=-1)
    v = np.stack([radii * c[:, None] * omega for c in (-sin, cos, 0 * cos)], axis=-1)
    expected = np.concatenate([q.reshape(33, 6), (masses[:, None] * v).reshape(33, 6)], axis=1)
    system = Bodies(masses, constant)
    states = rollout(HamiltonianField(system), expected[0], ts, method=Composition(6, substeps=20)).states
    np.testing.assert_allclose(states, expected, atol=1e-8)
    assert drift(ts, energy(system, states)).largest < 1e-9
    turning = angular_momentum(states)
    np.testing.assert_allclose(turning, np.broadcast_to(turning[0], turning.shape), atol=1e-12)


def test_gyration_in_a_magnetic_field():
    """The velocity turns about B at the rate −e|B|/m; the particle goes round, and on along B."""
    particle = ChargedParticle(mass=2.0, charge=3.0, magnetic=(0.0, 0.0, 1.5))
    rate, ts = -3.0 * 1.5 / 2.0, np.linspace(0, 10, 21)
    q, v = np.array([0.2, 0.1, 0.0]), np.array([1.0, 0.0, 0.4])
    speed = v[0]
    places = np.stack(
        [q[0] + speed * np.sin(rate * ts) / rate, q[1] + speed * (1 - np.cos(rate * ts)) / rate, q[2] + v[2] * ts], 1
    )
    velocities = np.stack([speed * np.cos(rate * ts), speed * np.sin(rate * ts), np.full(21, v[2])], 1)
    start = particle.state(jnp.asarray(q), jnp.asarray(v))
    states = rollout(HamiltonianField(particle), start, ts, method=Gauss(3, substeps=20)).states
    np.testing.assert_allclose(states[:, :3], places, atol=1e-8)
    np.testing.assert_allclose(jax.vmap(particle.velocity)(states), velocities, atol=1e-8)


def test_symplectic_energy_oscillates_and_does_not_drift():
    system = Oscillator()
    ts = np.arange(0, 1000.0)
    states = rollout(HamiltonianField(system), np.array([1.0, 0.0]), ts, method=Composition(2, substeps=5)).states
    found = drift(ts, energy(system, states))
    assert abs(found.trend) < found.oscillation / 10 and 1e-4 < found.oscillation < 1e-2
