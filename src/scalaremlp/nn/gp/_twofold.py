"""Numbers of about 70 binary digits, each the sum of two of 53: for sums that cancel to a millionth of their terms.

A product that something is taken off from is one of leading digits, and so exact: it makes no difference whether a
compiler rounds it before.

Source:
    Dekker, Numer. Math. 18, 224 (1971); Rump, Ogita and Oishi, SIAM J. Sci. Comput. 31, 189 (2008), on sums.
"""

from decimal import Decimal, localcontext
from functools import cache
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float

_LEADING = ~np.int64(2**27 - 1)  # sign, exponent and 26 digits
_ALMOST = ~np.int64(1)  # all digits but the last
_EXPONENT = np.int64(0x7FF0000000000000)
_CELLS = 64  # of the table of exponentials, for a step of 1
_FAR = 7.5  # exp(−d²) for more is nothing beside 1
_FACTORIALS = [float(np.prod(np.arange(1.0, k + 1))) for k in range(2, 9)]


class Twofold(NamedTuple):
    """high + low, where low is at most a millionth of high."""

    high: Float[Array, "..."]
    low: Float[Array, "..."]

    @classmethod
    def of(cls, values: Float[Array, "..."]) -> "Twofold":
        """These numbers."""
        return cls(values, jnp.zeros_like(values))

    def plus(self, other: "Twofold") -> "Twofold":
        """The sum, with what rounding takes off."""
        total = self.high + other.high
        added = total - self.high
        rounded = (self.high - (total - added)) + (other.high - added)
        return Twofold(total, rounded + (self.low + other.low))

    def times(self, other: "Twofold") -> "Twofold":
        """The product."""
        left, right = _masked(self.high, _LEADING), _masked(other.high, _LEADING)
        rest, others = (self.high - left) + self.low, (other.high - right) + other.low
        return Twofold(left * right, left * others + rest * (right + others))

    def total(self) -> Float[Array, "..."]:
        """The sum over the last axis: exact for multiples of a unit, so small that rounding of the rest is nothing."""
        ones = jnp.ones(self.high.shape[-1:])
        unit = _masked(jnp.maximum(jnp.abs(self.high) @ ones, 1e-250), _EXPONENT)[..., None] * 2.0**-50
        multiples = jnp.round(self.high / unit) * unit
        return multiples @ ones + ((self.high - multiples) + self.low) @ ones


def almost(values: Float[Array, "..."]) -> Float[Array, "..."]:
    """The numbers without their last digit: the same ones wherever they are used, however a compiler rounds."""
    return _masked(values, _ALMOST)


def gaussian(place: Float[Array, "..."], centre: Float[Array, "..."]) -> Twofold:
    """exp(−(place − centre)²), both to 50 binary digits behind the point.

    The exponent is a multiple of 1/64, whose exponential is in a table, and what is left, for a series.
    """
    distance = jnp.clip(_rounded(place, 50) - _rounded(centre, 50), -_FAR, _FAR)  # exact where it is not cut off
    near = _rounded(distance, 16)
    square, rest = near * near, distance - near  # both exactly
    more = rest * (2 * near + rest)
    cell = jnp.round(square * _CELLS)
    left = square - cell / _CELLS
    small, series = left + more, jnp.zeros_like(left)
    for factorial in reversed(_FACTORIALS):
        series = 1 / factorial - small * series
    high, low = (jnp.asarray(column)[cell.astype(int)] for column in _table())
    known = Twofold(high, low)
    return known.plus(known.times(Twofold(-left, small**2 * series - more)))


@cache
def _table() -> tuple[Float[np.ndarray, " cells"], Float[np.ndarray, " cells"]]:
    """exp(−i/64) in 24 binary digits, and what is left."""
    high, low = np.zeros((2, int(_FAR**2 + 1) * _CELLS))
    with localcontext() as context:
        context.prec = 40
        value, step = Decimal(1), (Decimal(-1) / _CELLS).exp()
        for i in range(len(high)):
            high[i] = np.float32(float(value))
            low[i] = float(value - Decimal(high[i]))
            value *= step
    return high, low


def _rounded(values: Float[Array, "..."], digits: int) -> Float[Array, "..."]:
    """To so many binary digits behind the point."""
    return jnp.round(values * 2.0**digits) * 2.0**-digits


def _masked(values: Float[Array, "..."], bits: np.int64) -> Float[Array, "..."]:
    return lax.bitcast_convert_type(lax.bitcast_convert_type(values, jnp.int64) & bits, values.dtype)
