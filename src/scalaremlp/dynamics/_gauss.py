"""Symplectic and symmetric implicit methods for any field."""

from collections.abc import Callable
from functools import cache
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ._method import NOT_CONVERGED
from ._sizes import largest, mixed
from ._stepper import Stepper, check_substeps
from ._time import later

_MOST_ITERATIONS = 100


class Gauss(Stepper):
    r"""The Gauss-Legendre methods: implicit, symmetric, and symplectic for every Hamiltonian, separable or not.

    $$K_i = f\Big(z + h \sum_j a_{ij} K_j\Big), \qquad z \mapsto z + h \sum_i b_i K_i$$

    with s stages at the Gauss-Legendre points, order 2s; s = 1 is the implicit midpoint rule. The stages are found by
    fixed-point iteration, down to the rounding of the positions and that of the momenta, in any units. Where that does
    not converge, since h times the largest frequency is above about 1, the state becomes NaN and the trajectory ends.
    It cannot be differentiated backward.

    Args:
        stages: 1 to 5.
        substeps: steps from one saved time to the next.
        bound: the norm of a state above which a trajectory ends; found from the first state if None, see `Method`.

    References:
        Hairer, Lubich, Wanner, *Geometric Numerical Integration*, sections II.1.3, IV.2, VIII.6.

    Example:
        >>> import jax.numpy as jnp, scalaremlp as se
        >>> from scalaremlp.dynamics import ChargedParticle, Gauss, HamiltonianField
        >>> se.enable_x64()
        >>> particle = ChargedParticle()
        >>> z = particle.state(jnp.array([1.0, 0, 0]), jnp.array([0.0, -1, 0]))
        >>> later = Gauss(stages=3).step(HamiltonianField(particle), z, jnp.array(0.1))
        >>> print(jnp.abs(later[:2] - jnp.array([jnp.cos(0.1), -jnp.sin(0.1)])).max() < 1e-9)
        True
    """

    timed: ClassVar[bool] = True
    failure: ClassVar[int] = NOT_CONVERGED

    stages: int = eqx.field(static=True, default=2)
    substeps: int = eqx.field(static=True, default=1)
    bound: float | None = eqx.field(static=True, default=None)

    def __check_init__(self) -> None:
        check_substeps(self.substeps)
        if self.stages not in range(1, 6):
            raise ValueError(f"`stages` must be 1 to 5, for the orders 2 to 10. Got {self.stages!r}. Try 2.")

    @property
    def order(self) -> int:
        """The order of the error in the step, over a given time."""
        return 2 * self.stages

    def step(
        self, field: Callable[..., Array], z: Float[Array, " d"], h: Float[Array, ""], *parameters: Any
    ) -> Float[Array, " d"]:
        """See `Stepper.step`."""
        a, b = (jnp.asarray(part, z.dtype) for part in _tableau(self.stages))
        every = jax.vmap(lambda state, share: later(field, share * h)(state, *parameters))
        start = field(z, *parameters)
        rounding, least = jnp.finfo(z.dtype).eps, self._least(field, z, h, start, *parameters)

        def going(carry: tuple[Array, Array, Array, Array]) -> Array:
            _, change, before, count = carry
            return (count < _MOST_ITERATIONS) & (change > 0) & ((change < before) | (change > 100 * rounding))

        def again(carry: tuple[Array, Array, Array, Array]) -> tuple[Array, Array, Array, Array]:
            slopes, change, _, count = carry
            better = every(z + h * (a @ slopes), jnp.sum(a, axis=1))
            steps, moved = (jnp.abs(jax.lax.stop_gradient(h * part)) for part in (better, better - slopes))
            size = jnp.maximum(least, largest(jnp.max(steps, axis=0)))
            relative = jnp.where(moved == 0, 0.0, moved / jnp.where(size > 0, size, 1.0))
            return better, jnp.max(relative), change, count + 1

        slopes = jnp.broadcast_to(start, (self.stages, *z.shape))
        infinite = jnp.asarray(jnp.inf, z.dtype)
        slopes, change, _, _ = jax.lax.while_loop(going, again, (slopes, infinite, infinite, jnp.asarray(0)))
        return jnp.where(change <= 100 * rounding, z + h * (b @ slopes), jnp.nan)

    def _least(
        self, field: Callable[..., Array], z: Float[Array, " d"], h: Array, rate: Array, *parameters: Any
    ) -> Float[Array, " d"]:
        """The sizes that are found down to rounding: of the state, and of what forces that cancel add to it."""
        small = jnp.finfo(z.dtype).eps ** 0.5
        response = h * (field(z + small * mixed(z), *parameters) - rate) / small
        finite = jnp.where(jnp.isfinite(response), response, 0.0)
        return jax.lax.stop_gradient(jnp.maximum(largest(z), largest(finite)))


@cache
def _tableau(stages: int) -> tuple[np.ndarray, np.ndarray]:
    """The coefficients a and b of the collocation at the Gauss-Legendre points of [0, 1]."""
    points = (np.polynomial.legendre.leggauss(stages)[0] + 1) / 2
    powers = np.arange(1, stages + 1)
    vandermonde = points[:, None] ** (powers - 1)
    a = np.linalg.solve(vandermonde.T, (points[:, None] ** powers / powers).T).T
    b = np.linalg.solve(vandermonde.T, 1 / powers)
    return a, b
