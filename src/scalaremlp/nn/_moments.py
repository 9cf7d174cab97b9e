"""Statistics that bring numbers to order one."""

from collections.abc import Callable
from typing import Any, TypeVar

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Inexact

from .._arrays import on_device
from ..scalars import Statistics

_Values = TypeVar("_Values")
ROUNDING = 1e-12  # relative to what a number would be if nothing cancelled


class Moments(Statistics):
    """Mean and scale of some numbers. Starts as mean 0 and scale 1."""

    mean: Float[Array, " n"]
    scale: Float[Array, " n"]

    def __init__(self, mean: Float[Array, " n"], scale: Float[Array, " n"]):
        self.mean, self.scale = mean, scale

    @classmethod
    def standard(cls, size: int) -> "Moments":
        return cls(on_device(np.zeros(size)), on_device(np.ones(size)))

    @classmethod
    def of(cls, values: Float[Array, "samples n"], size: Float[Array, " n"] | float) -> "Moments":
        """Mean and standard deviation over samples; scale 1 where that is rounding beside `size`."""
        deviation = _deviation(values)
        return cls(values.mean(axis=0), jnp.where(deviation > ROUNDING * size, deviation, 1.0))

    @classmethod
    def of_known(cls, values: Float[np.ndarray, "samples n"], size: Float[np.ndarray, " n"]) -> "Moments":
        """The same of numbers that are there: NumPy has nothing to compile."""
        deviation = _deviation(values, np)
        mean, scale = values.mean(axis=0), np.where(deviation > ROUNDING * size, deviation, 1.0)
        return cls(on_device(mean), on_device(scale))

    @classmethod
    def sizes(cls, squares: Float[Array, "samples n"], size: Float[Array, " n"]) -> "Moments":
        """Mean 0, and the root mean square as scale, 1 where that is rounding beside the largest square, `size`."""
        root = jnp.sqrt(squares.mean(axis=0))
        return cls(jnp.zeros_like(root), jnp.where(root > ROUNDING * jnp.sqrt(size), root, 1.0))

    def __call__(self, values: Inexact[Array, " n"]) -> Inexact[Array, " n"]:
        return (values - self.mean) / self.scale


def is_constant(values: Float[Array, "samples n"], size: Float[Array, " n"]) -> Bool[Array, " n"]:
    """Which numbers vary by no more than rounding beside `size`."""
    return ~(_deviation(values) > ROUNDING * size)


def _deviation(values: Float[Array | np.ndarray, "samples n"], xp: Any = jnp) -> Any:
    """The standard deviation over samples; squares stay in the range of the numbers."""
    unit = _power_of_two(xp.max(xp.abs(values), axis=0, initial=0.0), xp)
    return (values / unit).std(axis=0) * unit


def _power_of_two(values: Float[Array | np.ndarray, " n"], xp: Any) -> Any:
    """A power of two near each value, by which dividing is exact; 1 for zero."""
    return xp.where(values > 0, xp.ldexp(xp.ones_like(values), xp.frexp(values)[1] - 1), 1.0)


def squared_norms(tensors: Inexact[Array, "... size"]) -> Float[Array, "..."]:
    """Σ|t|² over the last axis."""
    return jnp.sum(jnp.abs(tensors) ** 2, axis=-1)


def with_size(function: Callable[[Array], Array], x: Inexact[Array, "n size"]) -> tuple[Array, Array]:
    """`function` of the samples, and how large its values are where nothing cancels.

    The latter is its largest modulus, over all axes but the last, when every component of the inputs is multiplied by
    a factor of its own: the square of a light-like vector, or the determinant of three in a plane, is made of rounding
    errors beside it.
    """
    both = over_samples(jax.vmap(function), jnp.stack([x, disturbed(x)], axis=1))
    values, others = both[:, 0], jnp.abs(both[:, 1])
    return values, jnp.max(others, axis=tuple(range(others.ndim - 1)), initial=0.0)


def of_scalars_and_covariants(
    scalars: Callable[[Array], Array], tensors: Callable[[Array], Array], x: Inexact[Array, "n size"]
) -> tuple[Moments, Moments]:
    """Mean and deviation of the scalars, and sizes of the covariants, of shape (covariants, m) each; compiled once."""

    def both(one: Array) -> Array:
        return jnp.concatenate([values := scalars(one), squared_norms(tensors(one)).astype(values.dtype)])

    values, size = with_size(both, x)
    count = jax.eval_shape(scalars, x[0]).shape[0]
    return Moments.of(values[:, :count], size[:count]), Moments.sizes(values[:, count:], size[count:])


def disturbed(x: Inexact[Array, "n size"]) -> Inexact[Array, "n size"]:
    """Every component multiplied by a factor between ½ and 3/2: the multiples of the golden ratio, modulo 1."""
    golden = np.uint32(2654435769)  # times 2⁻³²
    multiples = golden * jnp.arange(x.size, dtype=jnp.uint32).reshape(x.shape)
    return (0.5 + 2.0**-32 * multiples.astype(x.real.dtype)) * x


def over_samples(function: Callable[[Array], _Values], x: Inexact[Array, "n ..."], most: int = 65536) -> _Values:
    """`function` of evenly spaced samples, at most about `most` of them."""
    return of_each(function, x[:: -(-len(x) // most)])


def of_each(function: Callable[[Array], _Values], x: Inexact[Array, "n ..."]) -> _Values:
    """`function` of every sample, a thousand at a time; the last ones are filled up, so that it is compiled once."""
    n = len(x)
    chunk = max(1, min(n, 1024))
    x = jnp.concatenate([x, x[: -n % chunk]])
    chunks = len(x) // chunk
    values = jax.lax.map(jax.vmap(function), x.reshape(chunks, chunk, *x.shape[1:]))
    found: _Values = jax.tree.map(lambda v: v.reshape(chunks * chunk, *v.shape[2:])[:n], values)
    return found
