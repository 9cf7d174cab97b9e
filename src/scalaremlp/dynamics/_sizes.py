"""How large the positions and the momenta of a state are, in whatever units they come."""

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ._time import later


def sizes(states: Float[Array | np.ndarray, "*batch d"]) -> Float[np.ndarray, " d"]:
    r"""The root mean square of the positions and that of the momenta, for each component that of its half.

    $$s_i = \left(\frac{2}{Nd} \sum_{n=1}^N \sum_{j} z_{nj}^2\right)^{1/2}, \qquad j \text{ in the half of } i$$

    States divided by them are numbers of order one in any units. A state of odd size is taken as a whole; a half that
    is zero in all states has the size 1.

    Args:
        states: shape (…, d); missing ones (NaN) do not count.

    Raises:
        ValueError: if there is no finite state.

    Example: an atom on a spring, in SI units

        >>> import numpy as np
        >>> from scalaremlp.dynamics import sizes
        >>> print(sizes(np.array([[1e-10, 0.0], [0.0, 3e-23]])))
        [7.07106781e-11 2.12132034e-23]
    """
    flat = np.asarray(states, float)
    flat = flat.reshape(-1, flat.shape[-1]) if flat.ndim else flat.reshape(0, 1)
    flat = flat[np.isfinite(flat).all(axis=1)]
    if not flat.size:
        raise ValueError(
            f"Sizes are those of finite states of shape (…, d). Got shape {np.shape(states)} and none that is finite. "
            "Give the states of a trajectory."
        )
    halves = np.abs(flat).reshape(len(flat), _count(flat.shape[1]), -1)
    most = halves.max(axis=(0, 2), keepdims=True)
    most[most == 0] = 1
    mean = np.sqrt(np.mean((halves / most) ** 2, axis=(0, 2))) * most[0, :, 0]  # no square that under- or overflows
    return np.repeat(np.where(mean > 0, mean, 1.0), halves.shape[2])


def largest(z: Float[Array, " d"]) -> Float[Array, " d"]:
    """For each component the largest absolute value in its half of the state, or in all of one of odd size."""
    halves = jnp.abs(z).reshape(_count(z.size), -1)
    return jnp.broadcast_to(jnp.max(halves, axis=1, keepdims=True), halves.shape).reshape(z.shape)


class Scales(NamedTuple):
    """The time in which a state changes (infinite if nothing tells) and, over a unit of time, how much its halves do.

    `change` is the rate of change itself, `response` that which a change of all components by their own sizes brings
    about: of forces that cancel, at an equilibrium, it is the size of each.
    """

    time: Float[Array, ""]
    change: Float[Array, " d"]
    response: Float[Array, " d"]


def scales(field: Callable[..., Array], z: Float[Array, " d"], span: Float[Array, ""], *parameters: Any) -> Scales:
    """Found from the field by two differences, which need no derivative of it.

    A half q that is not zero changes in the time (|q|/|q″|)^½ in any units: an oscillator at rest in 1/ω.
    """
    rate, size = field(z, *parameters), largest(z)
    small = jnp.finfo(z.dtype).eps ** 0.5
    response = (field(z + small * mixed(z), *parameters) - rate) / small
    direction = rate + response
    step = small * jnp.min(_ratio(size, largest(direction), span))
    second = largest((field(z + step * direction, *parameters) - rate) / step)
    squared = jnp.max(_ratio(second, size, 0.0))
    known = jnp.isfinite(squared) & (squared > 0)
    time = jnp.where(known, 1 / jnp.sqrt(jnp.where(known, squared, 1.0)), jnp.inf)
    found = Scales(time, _finite(largest(rate)), _finite(largest(response)))
    return jax.lax.stop_gradient(found)


def reach(
    field: Callable[..., Array], z: Float[Array, " d"], span: Float[Array, ""], *parameters: Any
) -> Float[Array, " d"]:
    r"""How far each half may be expected to come within a time: $\max(|z|, T|f|, T^2|Df\,f|)$, from the first state."""
    rate = field(z, *parameters)
    small = jnp.finfo(z.dtype).eps ** 0.5
    away = largest(span * rate)
    step = small * jnp.minimum(jnp.min(_ratio(largest(z), away, 1.0)), 1.0)
    second = span * (field(z + step * span * rate, *parameters) - rate) / step
    found = jnp.maximum(largest(z), jnp.maximum(_finite(away), _finite(largest(second))))
    for share in (0.0, 0.09, 0.23, 0.38, 0.61, 0.83, 1.0) if later(field, span) is not field else ():
        found = jnp.maximum(found, _finite(largest(span * later(field, share * span)(z, *parameters))))
    return jax.lax.stop_gradient(found)


def mixed(z: Float[Array, " d"]) -> Float[Array, " d"]:
    """The components with factors of both signs, so that what depends on their differences is seen too."""
    return z * jnp.asarray(np.sin(1 + 2.4 * np.arange(z.size)), z.dtype)


def _count(size: int) -> int:
    return 1 if size % 2 else 2


def _ratio(above: Array, below: Array, otherwise: Any) -> Array:
    """Above by below where both are positive."""
    both = (above > 0) & (below > 0)
    return jnp.where(both, above / jnp.where(both, below, 1.0), otherwise)


def _finite(values: Array) -> Array:
    return jnp.where(jnp.isfinite(values), values, 0.0)
