"""Bodies that attract each other."""

from typing import Any

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ._field import Separable
from ._state import norm


class Bodies(Separable):
    r"""Point masses under their mutual gravity.

    $$H = \sum_i \frac{|p_i|^2}{2 m_i} - \sum_{i<j} \frac{G m_i m_j}{|q_i - q_j|}$$

    The state is (q₁ … qₙ, p₁ … pₙ), of size 2·n·dim.

    Args:
        masses: of shape (n,), n ≥ 2.
        constant: G, in the units of the masses, lengths and times.
        dim: the dimension of space.

    Example: two equal masses on a circle about each other, a distance 2 apart

        >>> import jax.numpy as jnp
        >>> from scalaremlp.dynamics import Bodies
        >>> print(Bodies([1.0, 1.0])(jnp.array([1.0, 0, 0, -1, 0, 0, 0, 0.5, 0, 0, -0.5, 0])))
        -0.25
    """

    masses: Float[Array, " n"]
    constant: Float[Array, ""]
    dim: int = eqx.field(static=True)

    def __init__(self, masses: Any, constant: Any = 1.0, dim: int = 3):
        self.masses, self.constant, self.dim = jnp.asarray(masses, float), jnp.asarray(constant, float), dim
        if self.masses.ndim != 1 or len(self.masses) < 2:
            raise ValueError(
                f"`masses` must be those of at least two bodies. Got shape {self.masses.shape}. Give a list of numbers."
            )

    def kinetic(self, p: Float[Array, " n_dim"], *parameters: Any) -> Float[Array, ""]:
        """Σ |p|²/2m."""
        return jnp.sum(p.reshape(-1, self.dim) ** 2 / self.masses[:, None]) / 2

    def potential(self, q: Float[Array, " n_dim"], *parameters: Any) -> Float[Array, ""]:
        """−Σ Gmm/r over pairs."""
        one, other = np.triu_indices(len(self.masses), 1)
        places = q.reshape(-1, self.dim)
        return -self.constant * jnp.sum(self.masses[one] * self.masses[other] / norm(places[one] - places[other]))
