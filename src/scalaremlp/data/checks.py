"""Checks of the arrays a data set is made of."""

from typing import Any

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array

from .._arrays import working
from .._check import whole_number
from ..groups import Group
from ..groups.axes import components
from ..reps import Rep


def checked_samples(values: Any, name: str, rep: Rep, group: Group | None) -> Array:
    """`values` as a JAX array of shape `(n, size)`, or a `ValueError` that says what is wrong with it."""
    array = working(values, name)
    if array.dtype.kind not in "fc":
        raise ValueError(f"`{name}` must be an array of numbers. Got dtype {array.dtype}. Convert it to float64.")
    bound = rep if group is None else rep(group)
    if array.ndim != 2 or array.shape[1] != bound.size:
        raise ValueError(
            f"`{name}` must have shape (n, {bound.size}), one row a sample, for {rep} of {group or 'its groups'}. "
            f"Got shape {array.shape}. Flatten each sample in the order in which the representation is written. "
            f"{components(group)}".rstrip()
        )
    if not len(array):
        raise ValueError(f"A data set needs at least one sample. Got `{name}` of shape {array.shape}. Add samples.")
    if bound.field == "real" and array.dtype.kind == "c":
        raise ValueError(
            f"`{name}` must be real, since {group or rep} is real. Got dtype {array.dtype}. "
            "Pass real arrays or choose a complex group."
        )
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        row, column = bad[0].tolist()
        raise ValueError(
            f"`{name}` must be finite. Got {array[row, column]} in sample {row}, column {column}. "
            "Repair that sample or leave it out."
        )
    return jnp.asarray(array.astype(complex) if bound.field == "complex" else array)


def checked_count(n: int) -> int:
    """`n` itself, if it is a number of samples that can be drawn."""
    return whole_number("n", n, remedy="Try 1000.")
