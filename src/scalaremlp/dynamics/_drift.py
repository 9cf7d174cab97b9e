"""Conserved quantities along trajectories, and how they drift."""

from collections.abc import Callable
from typing import NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PyTree

from ._state import split_state


class Drift(NamedTuple):
    """What a straight line through a quantity gains over the whole time, and how far the quantity is from the line.

    `oscillation` is the standard deviation of the quantity about the line, `largest` its largest change from the start.
    """

    trend: Float[np.ndarray, "*batch"]
    oscillation: Float[np.ndarray, "*batch"]
    largest: Float[np.ndarray, "*batch"]


def energy(
    hamiltonian: Callable[..., Array], states: Float[Array | np.ndarray, "*batch times d"], parameters: PyTree = None
) -> Float[Array, "*batch times"]:
    """H along trajectories.

    Args:
        hamiltonian: a function of one state, and of `parameters` if there are any.
        states: shape (times, d) or (n, times, d).
        parameters: a pytree with one entry for each trajectory along its first axis.

    Example:
        >>> import jax.numpy as jnp
        >>> from scalaremlp.dynamics import Oscillator, energy
        >>> print(energy(Oscillator(), jnp.eye(2)))
        [0.5 0.5]
    """
    return _energies(hamiltonian, jnp.asarray(states), () if parameters is None else (parameters,))


@eqx.filter_jit
def _energies(hamiltonian: Callable[..., Array], states: Array, extra: tuple[PyTree, ...]) -> Array:
    along = jax.vmap(lambda z, *one: hamiltonian(z, *one).reshape(()), in_axes=(0, *(None for _ in extra)))
    return along(states, *extra) if states.ndim == 2 else jax.vmap(along)(states, *extra)


def angular_momentum(
    states: Float[Array | np.ndarray, "*batch d"], dim: int = 3
) -> Float[Array, "*batch 3"] | Float[Array, "*batch"]:
    r"""$L = \sum_i q_i \times p_i$ of particles in space, shape (…, 3), or in the plane, shape (…).

    In a field of gravity along g its component L·g is conserved, in a central field all of it.

    Raises:
        ValueError: if a state does not hold positions and momenta of particles in `dim` dimensions, 2 or 3.

    Example:
        >>> import jax.numpy as jnp
        >>> print(angular_momentum(jnp.array([1.0, 0, 0, 0, 2, 0])))
        [0. 0. 2.]
    """
    z = jnp.asarray(states)
    if dim not in (2, 3) or z.ndim == 0 or z.shape[-1] % (2 * dim):
        raise ValueError(
            f"A state holds positions and momenta of particles in 2 or 3 dimensions. Got shape {z.shape} for "
            f"{dim} dimensions. Give `dim`, and states of size 2·dim·particles."
        )
    q, p = (half.reshape(*half.shape[:-1], -1, dim) for half in split_state(z))
    if dim == 2:
        return jnp.sum(q[..., 0] * p[..., 1] - q[..., 1] * p[..., 0], axis=-1)
    return jnp.sum(jnp.cross(q, p), axis=-2)


def drift(ts: Float[Array | np.ndarray, " times"], values: Float[Array | np.ndarray, "*batch times"]) -> Drift:
    """How much a quantity that should be conserved drifts, and how much it only oscillates.

    Args:
        ts: the times, shape (times,), at least two.
        values: the quantity at these times, e.g. `energy(hamiltonian, states)`, shape (…, times).

    Raises:
        ValueError: if there are not as many values as times, or fewer than two.

    Example:
        >>> import numpy as np
        >>> ts = np.linspace(0, 10, 101)
        >>> found = drift(ts, 5 + 0.01 * ts)
        >>> print(found.trend.round(3), found.largest.round(3))
        0.1 0.1
    """
    t, y = np.asarray(ts, float), np.asarray(values, float)
    if t.ndim != 1 or len(t) < 2 or y.shape[-1:] != t.shape:
        raise ValueError(
            f"A drift needs one value for each of two or more times. Got shapes {t.shape} and {y.shape}. "
            "Put the times along the last axis."
        )
    centred = t - t.mean()
    slope = y @ centred / (centred @ centred)
    rest = y - y.mean(axis=-1, keepdims=True) - slope[..., None] * centred
    return Drift(slope * (t[-1] - t[0]), rest.std(axis=-1), np.abs(y - y[..., :1]).max(axis=-1))
