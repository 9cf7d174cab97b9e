"""Systems, states and slow forms of the laws for the tests of the dynamics."""

import jax.numpy as jnp
import numpy as np

from scalaremlp.dynamics import Bodies, ChargedParticle, Oscillator, Separable, SpringPendulum

EXACT = 1e-12


class Quartic(Separable):
    """A small separable system that is not linear."""

    def kinetic(self, p, *parameters):
        return jnp.sum(p**2) / 2 + jnp.sum(p**4) / 4

    def potential(self, q, *parameters):
        return jnp.sum(q**4) / 4 + q[0] * q[1] + jnp.sum(jnp.cos(q))


def state(size, seed=0, scale=0.5):
    return jnp.asarray(scale * np.random.default_rng(seed).normal(size=size))


#: name -> (system, size of its states)
SYSTEMS = {
    "oscillator": (Oscillator(mass=[1.0, 2.0], spring=[3.0, 1.0]), 4),
    "pendulum": (SpringPendulum((1.0, 0.7), (1.2, 0.8), (0.9, 1.1), (0.1, 0.2, -1.0)), 12),
    "bodies": (Bodies([1.0, 2.0, 0.5]), 18),
    "charged": (ChargedParticle(1.5, 0.7, (0.1, 0.2, 1.0), (0.3, 0.0, 0.1)), 6),
    "quartic": (Quartic(), 4),
}


def pendulum_energy(z, masses, springs, lengths, gravity, second):
    """The energy term by term; `second` is the factor of the second spring."""
    q1, q2, p1, p2 = np.asarray(z).reshape(4, 3)
    total = 0.0
    for m, q, p in zip(masses, (q1, q2), (p1, p2), strict=True):
        total += sum(c * c for c in p) / (2 * m) - m * sum(a * b for a, b in zip(gravity, q, strict=True))
    total += springs[0] / 2 * (sum(c * c for c in q1) ** 0.5 - lengths[0]) ** 2
    apart = sum((a - b) ** 2 for a, b in zip(q1, q2, strict=True)) ** 0.5
    return total + second * springs[1] * (apart - lengths[1]) ** 2


def charged_force(particle, q, v):
    """m dv/dt = e (E + v × B)."""
    return particle.charge * (particle.electric + np.cross(v, particle.magnetic))
