"""Two masses on springs in three dimensions."""

from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from ._field import Separable
from ._state import norm


class SpringPendulum(Separable):
    r"""A double pendulum with springs: a mass hangs on a spring from the origin, and another on a spring from it.

    $$H = \sum_{i=1}^2 \left(\frac{|p_i|^2}{2 m_i} - m_i\, g \cdot q_i\right) + \frac{k_1}{2} (|q_1| - L_1)^2
    + \frac{k_2}{2} (|q_1 - q_2| - L_2)^2$$

    The state is (q₁, q₂, p₁, p₂), of size 12. Lengths, masses and times are in any consistent units.

    Args:
        masses: m₁, m₂.
        springs: the constants k₁, k₂.
        lengths: the natural lengths L₁, L₂.
        gravity: the vector g, of shape (3,).
        published_potential: leave out the factor ½ of the second spring, as the code did with which the figures of
            the paper were made.

    The constants may also be given with every call, as `parameters` of shape (9,) = (m₁, m₂, k₁, k₂, L₁, L₂, g), in
    place of those the system was made with: `pendulum(z, parameters)`. Systems with different constants are so
    integrated side by side.

    References:
        Finzi, Welling, Wilson, arXiv:2104.09459, section 7.2; Yao et al., arXiv:2110.03761, equation 7.

    Example:
        >>> import jax.numpy as jnp
        >>> from scalaremlp.dynamics import SpringPendulum
        >>> hanging = jnp.array([0.0, 0, -1.5, 0, 0, -3] + 6 * [0.0])
        >>> print(SpringPendulum()(hanging))
        -4.25
        >>> print(SpringPendulum(published_potential=True)(hanging))
        -4.125
    """

    parameters: Float[Array, "9"]
    published_potential: bool = eqx.field(static=True)

    def __init__(
        self,
        masses: Any = (1.0, 1.0),
        springs: Any = (1.0, 1.0),
        lengths: Any = (1.0, 1.0),
        gravity: Any = (0.0, 0.0, -1.0),
        *,
        published_potential: bool = False,
    ):
        parts = [jnp.asarray(part, float) for part in (masses, springs, lengths, gravity)]
        if [part.shape for part in parts] != [(2,), (2,), (2,), (3,)]:
            raise ValueError(
                "A spring pendulum has two masses, two springs, two lengths and a gravity vector of three components. "
                f"Got shapes {', '.join(str(part.shape) for part in parts)}. Give one number for each mass."
            )
        self.parameters, self.published_potential = jnp.concatenate(parts), published_potential

    def kinetic(self, p: Float[Array, "6"], *parameters: Any) -> Float[Array, ""]:
        """Σ |p|²/2m."""
        masses = self._constants(parameters)[:2]
        return jnp.sum(p.reshape(2, 3) ** 2 / masses[:, None]) / 2

    def potential(self, q: Float[Array, "6"], *parameters: Any) -> Float[Array, ""]:
        """The energy of the springs and in the field of gravity."""
        constants = self._constants(parameters)
        masses, springs, lengths = constants[:6].reshape(3, 2)
        first, second = q.reshape(2, 3)
        stretched = jnp.stack([norm(first), norm(first - second)]) - lengths
        halves = jnp.array([0.5, 1.0 if self.published_potential else 0.5])
        return halves @ (springs * stretched**2) - masses @ (q.reshape(2, 3) @ constants[6:])

    def _constants(self, parameters: tuple[Any, ...]) -> Float[Array, "9"]:
        return parameters[0] if parameters else self.parameters
