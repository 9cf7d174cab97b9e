"""Statistics that bring numbers to order one."""

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Inexact

from ..scalars import Statistics


class Moments(Statistics):
    """Mean and scale of some numbers. Starts as mean 0 and scale 1."""

    mean: Float[Array, " n"]
    scale: Float[Array, " n"]

    def __init__(self, mean: Float[Array, " n"], scale: Float[Array, " n"]):
        self.mean, self.scale = mean, scale

    @classmethod
    def standard(cls, size: int) -> "Moments":
        return cls(jnp.zeros(size), jnp.ones(size))

    @classmethod
    def of(cls, values: Float[Array, "samples n"]) -> "Moments":
        """Mean and standard deviation over samples; a number that does not vary has scale 1."""
        deviation, largest = values.std(axis=0), jnp.max(jnp.abs(values), axis=0, initial=0.0)
        return cls(values.mean(axis=0), jnp.where(deviation > 1e-12 * largest, deviation, 1.0))

    @classmethod
    def sizes(cls, squares: Float[Array, "samples n"]) -> "Moments":
        """Mean 0, and the root mean square as scale, 1 where that is zero."""
        root = jnp.sqrt(squares.mean(axis=0))
        return cls(jnp.zeros_like(root), jnp.where(root > 0, root, 1.0))

    def __call__(self, values: Float[Array, " n"]) -> Float[Array, " n"]:
        return (values - self.mean) / self.scale


def squared_norms(tensors: Inexact[Array, "... size"]) -> Float[Array, "..."]:
    """Σ|t|² over the last axis."""
    return jnp.sum(jnp.abs(tensors) ** 2, axis=-1)


def over_samples(function: Callable[[Array], Array], x: Inexact[Array, "n size"], most: int = 65536) -> Array:
    """`function` of evenly spaced samples, at most about `most` of them, a thousand at a time."""
    return jax.lax.map(function, x[:: -(-len(x) // most)], batch_size=1024)
