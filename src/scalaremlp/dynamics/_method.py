"""What a method of integration offers."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, NamedTuple

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

#: Why a trajectory ended before its last time; `Path.reason` counts from 0, which is that it did not.
REASONS = (
    "",
    "stay below {bound:g} in norm",
    "need at most {max_steps} steps",
    "need no step that is lost in rounding, as at a singularity",
)
BLEW_UP, STEP_LIMIT, STEP_LOST = 1, 2, 3


class Path(NamedTuple):
    """A trajectory: its states at the saved times, NaN from where it ended early, and where and why it did."""

    states: Float[Array, "times d"]
    last_time: Float[Array, ""]
    last_state: Float[Array, " d"]
    reason: Int[Array, ""]
    steps: Int[Array, ""]


class Method(eqx.Module):
    """A way to integrate a vector field: `Adaptive`, or one of the steppers.

    A state whose norm is above `bound`, or that is not finite, ends the trajectory.
    """

    bound: eqx.AbstractVar[float]

    @abstractmethod
    def path(
        self,
        field: Callable[..., Array],
        z: Float[Array, " d"],
        t0: Float[Array, ""],
        ts: Float[Array, " times"],
        *parameters: Any,
    ) -> Path:
        """One trajectory that starts at `z` at the time `t0`, at the times `ts`; pure JAX, for `jit` and `vmap`."""

    def bounded(self, z: Float[Array, " d"]) -> Bool[Array, ""]:
        """Whether the state is finite and below the bound."""
        return jnp.sqrt(jnp.sum(z**2)) <= self.bound
