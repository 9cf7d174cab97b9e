"""Energies and vector fields of the systems."""

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

import scalaremlp as se
from scalaremlp.dynamics import Bodies, ChargedParticle, HamiltonianField, Oscillator, SpringPendulum, split_state
from scalaremlp.groups import O
from scalaremlp.reps import T

from .systems import EXACT, SYSTEMS, charged_force, pendulum_energy, state


@pytest.mark.parametrize("published, second", [(False, 0.5), (True, 1.0)])
def test_energy_of_the_pendulum(published, second):
    constants = ((1.0, 0.7), (1.2, 0.8), (0.9, 1.1), (0.1, 0.2, -1.0))
    system = SpringPendulum(*constants, published_potential=published)
    expected = pendulum_energy(state(12), *constants, second)
    np.testing.assert_allclose(system(state(12)), expected, rtol=EXACT)


def test_constants_given_with_the_call_replace_those_of_the_pendulum():
    system = SYSTEMS["pendulum"][0]
    other = SpringPendulum()
    assert other(state(12), system.parameters) == system(state(12)) != other(state(12))


def test_energy_of_bodies():
    z, masses = np.asarray(state(18)), [1.0, 2.0, 0.5]
    q, p = z.reshape(2, 3, 3)
    total = sum(p[i] @ p[i] / (2 * masses[i]) for i in range(3))
    for i, j in ((0, 1), (0, 2), (1, 2)):
        total -= 3.0 * masses[i] * masses[j] / np.linalg.norm(q[i] - q[j])
    np.testing.assert_allclose(Bodies(masses, 3.0)(jnp.asarray(z)), total, rtol=EXACT)


@pytest.mark.parametrize("name", SYSTEMS)
def test_field_is_the_rotated_gradient(name):
    """Against differences of the energy, which also shows the signs."""
    system, size = SYSTEMS[name]
    z, h, energy = np.asarray(state(size)), 1e-5, eqx.filter_jit(system)
    moves = np.eye(size) * h
    gradient = [(energy(z + move) - energy(z - move)) / (2 * h) for move in moves]
    half = size // 2
    expected = np.concatenate([gradient[half:], [-g for g in gradient[:half]]])
    np.testing.assert_allclose(eqx.filter_jit(HamiltonianField(system))(z), expected, rtol=1e-7, atol=1e-7)


def test_a_charged_particle_obeys_the_lorentz_force():
    particle = SYSTEMS["charged"][0]
    q, v = state(3), state(3, seed=1)
    z = particle.state(q, v)
    np.testing.assert_allclose(particle.velocity(z), v, rtol=EXACT)
    acceleration = jax.jvp(particle.velocity, (z,), (HamiltonianField(particle)(z),))[1]
    np.testing.assert_allclose(particle.mass * acceleration, charged_force(particle, q, v), rtol=EXACT, atol=EXACT)


@pytest.mark.parametrize("name", ["oscillator", "pendulum", "charged"])
def test_fields_and_their_derivatives_are_finite_at_zero(name):
    system, size = SYSTEMS[name]
    field, zero = eqx.filter_jit(HamiltonianField(system)), jnp.zeros(size)
    slope = jax.jit(lambda z: jax.jacrev(field)(z))
    at_rest = jnp.concatenate([state(size // 2), jnp.zeros(size // 2)])
    for z in (zero, at_rest):
        assert np.isfinite(field(z)).all() and np.isfinite(slope(z)).all()


@pytest.mark.slow
def test_a_network_is_a_hamiltonian(key):
    network = se.nn.ScalarMLP(4 * T(1), T(0), O(3), width=4, depth=1, key=key)
    field = eqx.filter_jit(HamiltonianField(network))
    z = jr.normal(key, (12,))
    along = jax.jit(jax.grad(lambda z: network(z)[0]))(z) @ field(z)
    assert abs(float(along)) < EXACT  # the energy does not change along the field
    assert np.isfinite(field(z.at[6:].set(0.0))).all()


def test_odd_states_are_refused(unchecked):
    with pytest.raises(ValueError, match=r"its size is even\. Got shape \(3,\)\. Give both in one flat array"):
        HamiltonianField(Oscillator())(jnp.zeros(3))
    with pytest.raises(ValueError, match=r"Got shape \(2, 5\)"):
        split_state(jnp.zeros((2, 5)))


def test_a_hamiltonian_is_one_number(unchecked):
    with pytest.raises(ValueError, match=r"must return one number, .* Got shape \(4,\)\. Give a network the output"):
        HamiltonianField(lambda z: z)(jnp.zeros(4))


@pytest.mark.parametrize(
    "make, text",
    [
        (lambda: SpringPendulum(masses=1.0), r"has two masses.* Got shapes \(\), \(2,\), \(2,\), \(3,\)\. Give one"),
        (lambda: Bodies([1.0]), r"at least two bodies\. Got shape \(1,\)\. Give a list"),
    ],
)
def test_constants_are_checked(make, text):
    with pytest.raises(ValueError, match=text):
        make()


def test_fields_of_a_particle_default_to_a_magnetic_one():
    assert ChargedParticle().magnetic.tolist() == [0, 0, 1] and not ChargedParticle().electric.any()
