"""The harmonic oscillator."""

from typing import Any

import jax.numpy as jnp
from jaxtyping import Array, Float

from ._field import Separable


class Oscillator(Separable):
    r"""A harmonic oscillator in any number of dimensions.

    $$H = \sum_i \frac{p_i^2}{2 m_i} + \frac{k_i q_i^2}{2}, \qquad q_i(t) = q_i \cos\omega_i t +
    \frac{p_i}{m_i \omega_i} \sin\omega_i t, \quad \omega_i = \sqrt{k_i / m_i}$$

    Args:
        mass: one number, or one for each dimension.
        spring: the constant k, likewise.

    Example:
        >>> import jax.numpy as jnp
        >>> from scalaremlp.dynamics import Oscillator
        >>> print(Oscillator()(jnp.array([1.0, 0.0])))
        0.5
    """

    mass: Float[Array, "*n"]
    spring: Float[Array, "*n"]

    def __init__(self, mass: Any = 1.0, spring: Any = 1.0):
        self.mass, self.spring = jnp.asarray(mass, float), jnp.asarray(spring, float)

    def kinetic(self, p: Float[Array, " n"], *parameters: Any) -> Float[Array, ""]:
        """Σ p²/2m."""
        return jnp.sum(p**2 / self.mass) / 2

    def potential(self, q: Float[Array, " n"], *parameters: Any) -> Float[Array, ""]:
        """Σ kq²/2."""
        return jnp.sum(self.spring * q**2) / 2
