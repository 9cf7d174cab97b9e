"""Checks of the arrays a data set is made of."""

from typing import Any

import numpy as np
from jaxtyping import Array

from .._arrays import on_device, working
from .._check import whole_number
from ..groups import Group
from ..groups.axes import components
from ..reps import Rep


def checked_samples(values: Any, name: str, rep: Rep, group: Group | None) -> Array:
    """`values` as a JAX array of shape `(n, size)`, or a `ValueError` that says what is wrong with it."""
    array = working(values, name)
    bound = rep if group is None else rep(group)
    check_form(array.shape, array.dtype, name, rep, group)
    bad = np.argwhere(~np.isfinite(array))
    if len(bad):
        row, column = bad[0].tolist()
        raise ValueError(
            f"`{name}` must be finite. Got {array[row, column]} in sample {row}, column {column}. "
            "Repair that sample or leave it out."
        )
    return on_device(array.astype(complex) if bound.field == "complex" else array)


def check_form(shape: tuple[int, ...], dtype: np.dtype, name: str, rep: Rep, group: Group | None) -> None:
    """Raise `ValueError` if an array of that shape and dtype holds no samples of a type."""
    if dtype.kind not in "biufc":
        raise ValueError(f"`{name}` must be an array of numbers. Got dtype {dtype}. Convert it to float64.")
    bound = rep if group is None else rep(group)
    if len(shape) != 2 or shape[1] != bound.size:
        raise ValueError(
            f"`{name}` must have shape (n, {bound.size}), one row a sample, for {rep} of {group or 'its groups'}. "
            f"Got shape {shape}. Flatten each sample in the order in which the representation is written. "
            f"{components(group)}".rstrip()
        )
    if not shape[0]:
        raise ValueError(f"A data set needs at least one sample. Got `{name}` of shape {shape}. Add samples.")
    if bound.field == "real" and dtype.kind == "c":
        raise ValueError(
            f"`{name}` must be real, since {group or rep} is real. Got dtype {dtype}. "
            "Pass real arrays or choose a complex group."
        )


def check_rows(x: int, y: int) -> None:
    """Raise `ValueError` if inputs and outputs are not of one number of samples."""
    if x != y:
        raise ValueError(
            f"`x` and `y` must hold the same number of samples. Got {x} and {y}. "
            "Row i of `y` is the output for row i of `x`."
        )


def checked_count(n: int) -> int:
    """`n` itself, if it is a number of samples that can be drawn."""
    return whole_number("n", n, remedy="Try 1000.")
