"""What a method of integration offers."""

from abc import abstractmethod
from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from ._sizes import largest

#: How many times its reach a state may be without a `bound`: what goes that far goes to infinity.
_FAR = 1e12

#: Why a trajectory ended before its last time; `Path.reason` counts from 0, which is that it did not.
REASONS = (
    "",
    "stay below {bound} in norm",
    "need at most {max_steps} steps",
    "need no step that is lost in rounding, as at a singularity",
    "have steps whose iteration converges",
)
REMEDIES = (
    "",
    "check the field there, take shorter steps, or give a larger `bound`",
    "raise `max_steps`, loosen the tolerances, or take Kvaerno5 for a stiff field",
    "check the field there",
    "take shorter steps, by more `substeps`: a step times the largest frequency must be below about 1",
)
BLEW_UP, STEP_LIMIT, STEP_LOST, NOT_CONVERGED = 1, 2, 3, 4


class Path(NamedTuple):
    """A trajectory: its states at the saved times, NaN from where it ended early, and where and why it did.

    `loose` says that errors within the tolerances would change the field as if they were large: the tolerances are
    those of other units than the components'.
    """

    states: Float[Array, "times d"]
    last_time: Float[Array, ""]
    last_state: Float[Array, " d"]
    reason: Int[Array, ""]
    steps: Int[Array, ""]
    loose: Bool[Array, ""] | bool = False


class Method(eqx.Module):
    """A way to integrate a vector field: `Adaptive`, or one of the steppers.

    A state whose norm is above `bound`, or that is not finite, ends the trajectory. Without a bound it is 1e12 times
    the reach of the positions and that of the momenta, in whatever units: how far the first state and its rate of
    change would take them.
    """

    bound: eqx.AbstractVar[float | None]

    #: Whether it takes fields that depend on time, by `later` of these.
    timed: ClassVar[bool] = False

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

    def bounded(self, z: Float[Array, " d"], reach: Float[Array, " d"] | None = None) -> Bool[Array, ""]:
        """Whether the state is finite and below the bound; without one, not far beyond `reach`, if that is given."""
        if self.bound is not None:
            return jnp.sqrt(jnp.sum(z**2)) <= self.bound
        near = True if reach is None else (reach == 0) | (largest(z) / _FAR <= reach)
        return jnp.all(jnp.isfinite(z) & near)

    @property
    def limits(self) -> dict[str, Any]:
        """What the reasons of early ends are told with."""
        bound = f"{_FAR:g}" if self.bound is None else f"{self.bound:g}"
        return {"bound": bound, "max_steps": getattr(self, "max_steps", 0)}
