"""Steps controlled by the sizes that the halves of a state have had so far."""

from typing import Any, NamedTuple

import diffrax
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from ._sizes import Scales, largest

_GROWTH = 3.0  # the most from step to step: the estimate of an error some 1e-4 of the tolerance is rounding
_FIRST_STEP = 0.01  # of the time in which the state changes
_FLOOR = 2e-3  # of the response: what is left of forces that cancel is rounding, whose errors no step makes smaller
_MIXED = 3.0  # how many times the tolerance a first step may make of errors as large as the tolerance


class Units(NamedTuple):
    """Powers of two, in which a state and its rate of change are of order one: dividing by them rounds nothing."""

    time: Any
    size: Any


def in_units(
    z: Float[Array, " d"], times: tuple[Array, Array, Array], found: Scales, rtol: float, share: float
) -> tuple["Sized", Array, Units]:
    """The control, the first step in its units, and these, for a first state and the times (first, last, least step).

    A half that is zero gets its size from the steps themselves: the error of a first step is small beside the step.
    """
    t0, t1, least = times
    span = t1 - t0
    time = jnp.minimum(found.time, span)
    seen = jnp.maximum(largest(z), _FLOOR * time * found.response)
    motion = jnp.maximum(seen, time * found.change)
    units = Units(_power(time), _power(motion))
    first = span * _power(_FIRST_STEP * time / span)  # the same share of the times in all units, up to no rounding
    first = jnp.maximum(first, 8 * jnp.finfo(t1.dtype).eps * jnp.maximum(jnp.abs(t0), jnp.abs(t1)))
    inner = diffrax.PIDController(rtol=0.0, atol=1.0, dtmin=least / units.time, force_dtmin=False, factormax=_GROWTH)
    atol = share * jnp.where(motion > 0, motion / units.size, 1.0)
    sizes = seen / units.size
    control = Sized(rtol=rtol, atol=atol, share=share, first=sizes, inner=inner, norm=inner.norm)
    return control, first / units.time, units


def _power(values: Array) -> Array:
    """The power of two at or above half of a positive number; 1 for others."""
    positive = (values > 0) & jnp.isfinite(values)
    return jnp.ldexp(jnp.ones_like(values), jnp.frexp(jnp.where(positive, values, 1.0))[1] - 1)


def is_loose(field: Any, z: Float[Array, " d"], found: Scales, rtol: float, share: float, *parameters: Any) -> Array:
    """Whether components of different units share a size.

    Errors as large as the tolerances, carried along for a first step, are then far above the tolerances.
    """
    time = jnp.where(jnp.isfinite(found.time), found.time, 0.0)
    size = jnp.maximum(largest(z), time * (found.change + found.response))
    signs = jnp.where(jnp.arange(z.size) % 3 == 1, -1.0, 1.0)
    allowed = rtol * jnp.abs(z) + share * size
    moved = largest(_FIRST_STEP * time * (field(z + signs * allowed, *parameters) - field(z, *parameters)))
    return jax.lax.stop_gradient(jnp.any((moved > _MIXED * largest(allowed)) & jnp.isfinite(moved)))


class Sized(diffrax.AbstractAdaptiveStepSizeController[Any, Any]):
    r"""Diffrax's control with the tolerance $\mathrm{rtol}\, |z_i| + a\, S_i$.

    S is the largest component so far in the half of i, as large as it has been in the accepted steps and this one.
    After a step that ended at a saved time, the next is as long as that one was to be.
    """

    rtol: float
    atol: Array  # for the equations of implicit solvers
    share: float
    first: Array
    inner: diffrax.PIDController
    norm: Any

    def wrap(self, direction: Any) -> "Sized":
        """As of Diffrax."""
        return self

    def init(self, terms: Any, t0: Any, t1: Any, y0: Any, dt0: Any, *rest: Any) -> tuple[Any, Any]:
        """As of Diffrax; the state of the control holds the sizes beside that of Diffrax's."""
        t1, state = self.inner.init(terms, t0, t1, y0, dt0, *rest)
        return t1, (self.first, t1 - t0, state)

    def adapt_step_size(
        self, t0: Any, t1: Any, y0: Any, y1_candidate: Any, args: Any, y_error: Any, error_order: Any, state: Any
    ) -> tuple[Any, ...]:
        """As of Diffrax, of errors in units of their tolerances."""
        sizes, planned, inner = state
        there = jnp.where(jnp.all(jnp.isfinite(y1_candidate)), y1_candidate, y0)
        size = jnp.maximum(sizes, jnp.maximum(largest(y0), largest(there)))
        tolerance = self.rtol * jnp.maximum(jnp.abs(y0), jnp.abs(there)) + self.share * size
        ratio = jnp.where(y_error == 0, 0.0, y_error / jnp.where(tolerance > 0, tolerance, 1.0))
        ratio = jnp.where((y_error != 0) & ((tolerance == 0) | jnp.isnan(ratio)), jnp.inf, ratio)
        zero = jnp.zeros_like(y0)
        keep, start, end, jumped, inner, result = self.inner.adapt_step_size(
            t0, t1, zero, zero, args, ratio, error_order, inner
        )
        planned = jnp.where(keep & (t1 - t0 < 0.99 * planned), planned, end - start)
        return keep, start, start + planned, jumped, (jnp.where(keep, size, sizes), planned, inner), result
