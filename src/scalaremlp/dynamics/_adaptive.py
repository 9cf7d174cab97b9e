"""Integration with adaptive steps, by Diffrax."""

from collections.abc import Callable
from typing import Any, ClassVar

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from .._check import one_of, positive, whole_number
from ._method import BLEW_UP, STEP_LIMIT, STEP_LOST, Method, Path
from ._sizes import reach, scales
from ._time import at

_EXPLICIT, _STIFF = ("Dopri8", "Dopri5", "Tsit5"), ("Kvaerno5",)
_LEAST = 1e-30
_SHARE = 1e-11  # of the sizes


def _hashable(atol: Any) -> Any:
    return atol if atol is None or np.ndim(atol) == 0 else tuple(float(one) for one in np.asarray(atol))


class Adaptive(Method):
    r"""Adaptive steps, by a solver of Diffrax; every trajectory has its own steps.

    The steps end at the saved times: the interpolation between steps errs more than the solution (on the spring
    pendulum over 30 s at a tolerance of 1e-10 by 3e-8 against 5e-9).

    The error of one step is kept below $\mathrm{rtol}\, |z_i| + \mathrm{atol}_i$. By default atol is found from the
    data: 1e-11 (or rtol/10, if that is less) of the largest component that the positions, and likewise the momenta,
    have had so far. So the steps, and the errors relative to the sizes, are the same in all units; a momentum that is
    zero at first gets its size from the motion. Of states of odd size all components share a size.

    Args:
        rtol: relative tolerance of one step.
        atol: absolute tolerance of one step, a number or one for each component; found from the data if None.
        solver: "Dopri8", of order 8; "Dopri5" or "Tsit5", of order 5, for loose tolerances; "Kvaerno5" for stiff
            fields.
        max_steps: the most steps of a trajectory.
        bound: the norm of a state above which a trajectory ends; found from the first state if None, see `Method`.

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

    timed: ClassVar[bool] = True

    rtol: float = eqx.field(static=True, default=1e-10)
    atol: float | tuple[float, ...] | None = eqx.field(static=True, default=None, converter=_hashable)
    solver: str = eqx.field(static=True, default="Dopri8")
    max_steps: int = eqx.field(static=True, default=100_000)
    bound: float | None = eqx.field(static=True, default=None)

    def __check_init__(self) -> None:
        one_of("solver", self.solver, _EXPLICIT + _STIFF, remedy="Start with Dopri8.")
        positive("rtol", self.rtol, remedy="The default is 1e-10.")
        for one in () if self.atol is None else np.ravel(self.atol).tolist():
            positive("atol", one, remedy="Left out, it is found from the data.")
        whole_number("max_steps", self.max_steps, remedy="The default is 100000.")

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
        control, first, units, loose = self._control(at(field, t0), z, t0, ts[-1], least, *parameters)
        far = reach(at(field, t0), z, ts[-1] - t0, *parameters) if self.bound is None else None

        def rate(t: Any, state: Array, args: Any) -> Array:
            return at(field, units.time * t)(units.size * state, *args) * (units.time / units.size)

        unitless = ts / units.time
        solution = diffrax.diffeqsolve(
            diffrax.ODETerm(rate),
            getattr(diffrax, self.solver)(),
            t0 / units.time,
            unitless[-1],
            first,
            z / units.size,
            parameters,
            saveat=diffrax.SaveAt(subs=[diffrax.SubSaveAt(ts=unitless), diffrax.SubSaveAt(t1=True)]),
            stepsize_controller=diffrax.ClipStepSizeController(control, step_ts=unitless),
            event=diffrax.Event(lambda t, state, args, **_: ~self.bounded(units.size * state, far)),
            max_steps=self.max_steps,
            throw=False,
        )
        return _path(solution, unitless, units)._replace(loose=loose)

    def _control(
        self, field: Callable[..., Array], z: Array, t0: Array, t1: Array, least: Array, *parameters: Any
    ) -> tuple[Any, Array | None, Any, Any]:
        """The control of the steps, the first step (None: Diffrax's choice), the units, and whether these are mixed."""
        import diffrax

        from ._control import Units, in_units, is_loose

        if self.atol is not None:
            control = diffrax.PIDController(self.rtol, self._given(z), dtmin=least, force_dtmin=False)
            return control, None, Units(1.0, 1.0), False
        found = scales(field, z, t1 - t0, *parameters)
        share = max(min(self.rtol / 10, _SHARE), 4 * float(jnp.finfo(z.dtype).eps))
        loose = is_loose(field, z, found, self.rtol, share, *parameters)
        return *in_units(z, (t0, t1, least), found, self.rtol, share), loose

    def _given(self, z: Array) -> Any:
        if not isinstance(self.atol, tuple):
            return self.atol
        if len(self.atol) != z.size:
            raise ValueError(
                f"`atol` must be one number, or one for each of the {z.size} components of a state. "
                f"Got {len(self.atol)}. Leave it out to have it found from the data."
            )
        return jnp.asarray(self.atol, z.dtype)


def _path(solution: Any, ts: Float[Array, " times"], units: Any) -> Path:
    import diffrax

    (times, (last_time,)), (states, (last_state,)) = solution.ts, solution.ys
    reached = jnp.isfinite(times)
    results = diffrax.RESULTS
    reasons = ((results.event_occurred, BLEW_UP), (results.max_steps_reached, STEP_LIMIT))
    reason = jnp.where(solution.result == results.successful, 0, STEP_LOST)
    for result, number in reasons:
        reason = jnp.where(solution.result == result, number, reason)
    states = jnp.where(reached[:, None], states, jnp.nan)
    last = units.time * last_time, units.size * last_state
    return Path(units.size * states, *last, reason, solution.stats["num_steps"])
