"""Batches: a data set as a pytree of arrays."""

from typing import Any

import jax
import jax.numpy as jnp
from jaxtyping import Array, PyTree

from .._arrays import whole, working
from ._stream import Stream


def as_batch(data: Any) -> PyTree:
    """The arrays of `data`: `(x, y)` of a data set, otherwise the pytree itself, as JAX arrays.

    Floating point numbers of NumPy take the working precision; whole numbers, which may be labels, stay.

    Raises:
        ValueError: if some values are masked, or the data are a stream, which has no arrays.
    """
    if isinstance(data, Stream):
        raise ValueError(f"Arrays in memory are needed here. Got {data}. Take a part of it, stream.sample(10_000).")
    return jax.tree.map(_as_leaf, (data.x, data.y) if is_samples(data) else data)


def is_samples(data: Any) -> bool:
    """Whether these are samples of a map: a data set, or anything else with `x` and `y`."""
    return hasattr(data, "x") and hasattr(data, "y")


def _as_leaf(values: Any) -> Array:
    if isinstance(values, jax.Array):
        return values
    array = whole(values, "data")
    return jnp.asarray(array if array.dtype.kind in "iub" else working(array, "data"))
