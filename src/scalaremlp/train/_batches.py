"""Batches, pytrees of arrays, cut into pieces at random (to train) or in order (to average)."""

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
from jax.sharding import Mesh, NamedSharding, PartitionSpec
from jaxtyping import Array, Float, Int, Key, PyTree

from .._arrays import on_device


def sample_count(batch: PyTree) -> int:
    """The number of samples in a batch: the common length of its arrays."""
    return len(jax.tree.leaves(batch)[0])


def shuffled(key: Key[Array, ""], epoch: Int[Array, ""], samples: int) -> Int[Array, " samples"]:
    """The order of the samples in an epoch, a function of the key and the number of the epoch alone."""
    return jr.permutation(jr.fold_in(key, epoch), samples)


def take(batch: PyTree, rows: Int[Array | np.ndarray, " b"]) -> PyTree:
    """The samples `rows` of a batch; by NumPy, which compiles nothing, where these are numbers of NumPy."""
    if isinstance(rows, np.ndarray):
        return jax.tree.map(lambda array: _beside(array, np.asarray(array)[rows]), batch)
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


def _beside(array: Any, values: np.ndarray) -> Array:
    """Values on the devices of an array, if somebody put it there."""
    if not getattr(array, "committed", False):
        return on_device(values)
    devices = np.array(sorted(array.devices(), key=lambda device: device.id))
    return jax.device_put(values, NamedSharding(Mesh(devices, ("all",)), PartitionSpec()))
