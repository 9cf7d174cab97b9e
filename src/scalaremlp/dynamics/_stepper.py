"""Integration by fixed steps."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from .._check import whole_number
from ._method import BLEW_UP, Method, Path
from ._sizes import reach
from ._time import at, later


class Stepper(Method):
    """A method of fixed steps: `substeps` equal ones from each saved time to the next. A subclass says what a step is.

    Where its step can be differentiated, so can the whole path, forward and backward; it is then fit for training.
    """

    substeps: eqx.AbstractVar[int]

    #: Why a step gives NaN.
    failure: ClassVar[int] = BLEW_UP

    @abstractmethod
    def step(
        self, field: Callable[..., Array], z: Float[Array, " d"], h: Float[Array, ""], *parameters: Any
    ) -> Float[Array, " d"]:
        """The state a time `h` later, by one step."""

    def advance(
        self, field: Callable[..., Array], z: Float[Array, " d"], time: Float[Array, ""], *parameters: Any
    ) -> Float[Array, " d"]:
        """The state a time `time` later, by `substeps` steps."""
        h = time / self.substeps
        if self.substeps == 1:
            return self.step(field, z, h, *parameters)

        def onward(state: Array, number: Array) -> tuple[Array, None]:
            return self.step(later(field, number * h), state, h, *parameters), None

        return jax.lax.scan(onward, z, jnp.arange(self.substeps))[0]

    def path(
        self,
        field: Callable[..., Array],
        z: Float[Array, " d"],
        t0: Float[Array, ""],
        ts: Float[Array, " times"],
        *parameters: Any,
    ) -> Path:
        """See `Method.path`."""
        far = reach(at(field, t0), z, ts[-1] - t0, *parameters) if self.bound is None else None

        def onward(carry: tuple[Array, ...], t: Array) -> tuple[tuple[Array, ...], Array]:
            state, now, alive, reason = carry
            there = jnp.where(t > now, self.advance(at(field, now), state, t - now, *parameters), state)
            going = alive & self.bounded(there, far)
            ended = jnp.where(jnp.any(jnp.isnan(there)), self.failure, BLEW_UP)
            reason = jnp.where(alive & ~going, ended, reason)
            kept = (jnp.where(going, there, state), jnp.where(going, t, now), going, reason)
            return kept, jnp.where(going, there, jnp.nan)

        alive = self.bounded(z)
        start: tuple[Array, ...] = (z, t0, alive, jnp.where(alive, 0, BLEW_UP))
        (state, time, _, reason), states = jax.lax.scan(onward, start, ts)
        steps = self.substeps * jnp.sum(jnp.isfinite(states[:, 0]))
        return Path(states, time, state, reason, steps)


def check_substeps(substeps: Any) -> int:
    """`substeps` itself, if it is a number of steps."""
    return whole_number("substeps", substeps, remedy="Try 4.")
