"""A charged particle in a uniform electric and magnetic field."""

from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from ._state import split_state


class ChargedParticle(eqx.Module):
    r"""A charged particle in uniform fields; its Hamiltonian is not separable.

    $$H = \frac{1}{2m} \left|p - e A(q)\right|^2 - e\, E \cdot q, \qquad A(q) = \tfrac12 B \times q$$

    The state is (q, p) with the canonical momentum p = m v + e A(q), of size 6. Without E the particle turns about B at
    the angular frequency −e|B|/m.

    Args:
        mass: m.
        charge: e.
        magnetic: B, of shape (3,).
        electric: E, of shape (3,).

    Example:
        >>> import jax.numpy as jnp
        >>> from scalaremlp.dynamics import ChargedParticle
        >>> particle = ChargedParticle()
        >>> z = particle.state(jnp.array([1.0, 0, 0]), jnp.array([0.0, -1, 0]))
        >>> print(z, particle(z))
        [ 1.   0.   0.   0.  -0.5  0. ] 0.5
    """

    mass: Float[Array, ""]
    charge: Float[Array, ""]
    magnetic: Float[Array, "3"]
    electric: Float[Array, "3"]

    def __init__(
        self,
        mass: Any = 1.0,
        charge: Any = 1.0,
        magnetic: Any = (0.0, 0.0, 1.0),
        electric: Any = (0.0, 0.0, 0.0),
    ):
        self.mass, self.charge = jnp.asarray(mass, float), jnp.asarray(charge, float)
        self.magnetic, self.electric = jnp.asarray(magnetic, float), jnp.asarray(electric, float)

    def __call__(self, z: Float[Array, "6"], *parameters: Any) -> Float[Array, ""]:
        q, _ = split_state(z)
        v = self.velocity(z)
        return self.mass * (v @ v) / 2 - self.charge * (self.electric @ q)

    def velocity(self, z: Float[Array, "6"]) -> Float[Array, "3"]:
        """(p − eA)/m."""
        q, p = split_state(z)
        return (p - self.charge * self._potential(q)) / self.mass

    def state(self, place: Float[Array, "3"], velocity: Float[Array, "3"]) -> Float[Array, "6"]:
        """The state of a particle at a place with a velocity."""
        return jnp.concatenate([place, self.mass * velocity + self.charge * self._potential(place)])

    def _potential(self, q: Float[Array, "3"]) -> Float[Array, "3"]:
        return jnp.cross(self.magnetic, q) / 2
