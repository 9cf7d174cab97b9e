"""Batches: a data set as a pytree of arrays, cut into pieces at random (to train) or in order (to average)."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import jax.random as jr
from jaxtyping import Array, Float, Int, Key, PyTree

from .._arrays import whole, working


def as_batch(data: Any) -> PyTree:
    """The arrays of `data`: `(x, y)` of a data set, otherwise the pytree itself, as JAX arrays.

    Floating point numbers of NumPy take the working precision; whole numbers, which may be labels, stay.

    Raises:
        ValueError: if some values are masked.
    """
    return jax.tree.map(_as_leaf, (data.x, data.y) if is_samples(data) else data)


def is_samples(data: Any) -> bool:
    """Whether these are samples of a map: a data set, or anything else with `x` and `y`."""
    return hasattr(data, "x") and hasattr(data, "y")


def _as_leaf(values: Any) -> Array:
    if isinstance(values, jax.Array):
        return values
    array = whole(values, "data")
    return jnp.asarray(array if array.dtype.kind in "iub" else working(array, "data"))


def sample_count(batch: PyTree) -> int:
    """The number of samples in a batch: the common length of its arrays."""
    return len(jax.tree.leaves(batch)[0])


def shuffled(key: Key[Array, ""], epoch: Int[Array, ""], samples: int) -> Int[Array, " samples"]:
    """The order of the samples in an epoch, a function of the key and the number of the epoch alone."""
    return jr.permutation(jr.fold_in(key, epoch), samples)


def take(batch: PyTree, rows: Int[Array, " b"]) -> PyTree:
    """The samples `rows` of a batch."""
    return jax.tree.map(lambda array: array[rows], batch)


def mean_over(value: Callable[[PyTree], Float[Array, ""]], batch: PyTree, piece: int) -> Float[Array, ""]:
    """The mean of `value` over all samples, taken `piece` samples at a time; a shorter last piece counts less."""
    samples = sample_count(batch)
    pieces, rest = divmod(samples, piece)
    total = jnp.zeros(())
    if pieces:
        stacked = jax.tree.map(lambda array: array[: pieces * piece].reshape(pieces, piece, *array.shape[1:]), batch)
        total += piece * jnp.sum(jax.lax.map(value, stacked))
    if rest:
        total += rest * value(jax.tree.map(lambda array: array[pieces * piece :], batch))
    return total / samples
