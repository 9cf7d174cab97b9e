"""Integration by fixed steps."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from ._method import BLEW_UP, Method, Path


class Stepper(Method):
    """A method of fixed steps: `substeps` equal ones from each saved time to the next. A subclass says what a step is.

    Where its step can be differentiated, so can the whole path, forward and backward; it is then fit for training.
    """

    substeps: eqx.AbstractVar[int]

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

        return jax.lax.scan(lambda state, _: (self.step(field, state, h, *parameters), None), z, length=self.substeps)[
            0
        ]

    def path(
        self,
        field: Callable[..., Array],
        z: Float[Array, " d"],
        t0: Float[Array, ""],
        ts: Float[Array, " times"],
        *parameters: Any,
    ) -> Path:
        """See `Method.path`."""

        def onward(carry: tuple[Array, Array, Array], t: Array) -> tuple[tuple[Array, Array, Array], Array]:
            state, now, alive = carry
            later = jnp.where(t > now, self.advance(field, state, t - now, *parameters), state)
            alive = alive & self.bounded(later)
            kept = (jnp.where(alive, later, state), jnp.where(alive, t, now), alive)
            return kept, jnp.where(alive, later, jnp.nan)

        start = (z, t0, self.bounded(z))
        (state, time, alive), states = jax.lax.scan(onward, start, ts)
        steps = self.substeps * jnp.sum(jnp.isfinite(states[:, 0]))
        return Path(states, time, state, jnp.where(alive, 0, BLEW_UP), steps)


def check_substeps(substeps: Any) -> int:
    """`substeps` itself, if it is a number of steps."""
    if isinstance(substeps, bool) or not isinstance(substeps, int) or substeps < 1:
        raise ValueError(f"`substeps` must be a whole number of at least 1. Got {substeps!r}. Try 4.")
    return substeps
