"""Integration with adaptive steps, by Diffrax."""

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

from ._method import BLEW_UP, STEP_LIMIT, STEP_LOST, Method, Path

_EXPLICIT, _STIFF = ("Dopri8", "Dopri5", "Tsit5"), ("Kvaerno5",)
_LEAST = 1e-30


class Adaptive(Method):
    """Adaptive steps, by a solver of Diffrax; every trajectory has its own steps.

    The steps end at the saved times: the interpolation between steps errs more than the solution (on the spring
    pendulum over 30 s at a tolerance of 1e-10 by 3e-8 against 5e-9).

    Args:
        rtol: relative tolerance of one step.
        atol: absolute tolerance of one step.
        solver: "Dopri8", of order 8; "Dopri5" or "Tsit5", of order 5, for loose tolerances; "Kvaerno5" for stiff
            fields.
        max_steps: the most steps of a trajectory.
        bound: the norm of a state above which a trajectory ends.

    Raises:
        ValueError: for another solver, tolerances that are not above 0, or tolerances below what float32 can hold
            when the states are float32.

    References:
        Kidger, arXiv:2202.02435; Prince and Dormand, J. Comp. Appl. Math. 7, 67 (1981).

    Example:
        >>> from scalaremlp.dynamics import Adaptive
        >>> Adaptive(rtol=1e-12, atol=1e-12).solver
        'Dopri8'
    """

    rtol: float = eqx.field(static=True, default=1e-10)
    atol: float = eqx.field(static=True, default=1e-10)
    solver: str = eqx.field(static=True, default="Dopri8")
    max_steps: int = eqx.field(static=True, default=100_000)
    bound: float = eqx.field(static=True, default=1e12)

    def __check_init__(self) -> None:
        if self.solver not in _EXPLICIT + _STIFF:
            raise ValueError(
                f"`solver` must be one of {', '.join(_EXPLICIT + _STIFF)}. Got {self.solver!r}. Start with Dopri8."
            )
        if not (self.rtol > 0 and self.atol > 0 and self.max_steps > 0):
            raise ValueError(
                "`rtol`, `atol` and `max_steps` must be above 0. "
                f"Got {self.rtol}, {self.atol} and {self.max_steps}. The defaults are 1e-10, 1e-10 and 100000."
            )

    def path(
        self,
        field: Callable[..., Array],
        z: Float[Array, " d"],
        t0: Float[Array, ""],
        ts: Float[Array, " times"],
        *parameters: Any,
    ) -> Path:
        """See `Method.path`."""
        import diffrax

        if self.rtol < 4 * jnp.finfo(z.dtype).eps:
            raise ValueError(
                f"`rtol` must be above the rounding of the states, {z.dtype}. Got {self.rtol:g}. "
                "Call scalaremlp.enable_x64() before making arrays, or loosen it."
            )
        # A step may be as short as the rounding of a saved time; below the least one t + dt is t.
        least = _LEAST * jnp.maximum(ts[-1] - t0, jnp.abs(ts[-1]))
        steps = diffrax.PIDController(rtol=self.rtol, atol=self.atol, dtmin=least, force_dtmin=False)
        solution = diffrax.diffeqsolve(
            diffrax.ODETerm(lambda t, state, args: field(state, *args)),
            getattr(diffrax, self.solver)(),
            t0,
            ts[-1],
            None,
            z,
            parameters,
            saveat=diffrax.SaveAt(subs=[diffrax.SubSaveAt(ts=ts), diffrax.SubSaveAt(t1=True)]),
            stepsize_controller=diffrax.ClipStepSizeController(steps, step_ts=ts),
            event=diffrax.Event(lambda t, state, args, **_: ~self.bounded(state)),
            max_steps=self.max_steps,
            throw=False,
        )
        return _path(solution, ts)


def _path(solution: Any, ts: Float[Array, " times"]) -> Path:
    import diffrax

    (times, (last_time,)), (states, (last_state,)) = solution.ts, solution.ys
    reached = jnp.isfinite(times)
    results = diffrax.RESULTS
    reasons = ((results.event_occurred, BLEW_UP), (results.max_steps_reached, STEP_LIMIT))
    reason = jnp.where(solution.result == results.successful, 0, STEP_LOST)
    for result, number in reasons:
        reason = jnp.where(solution.result == result, number, reason)
    states = jnp.where(reached[:, None], states, jnp.nan)
    return Path(states, last_time, last_state, reason, solution.stats["num_steps"])
