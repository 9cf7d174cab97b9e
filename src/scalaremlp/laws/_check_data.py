"""Data sets in which laws can be found."""

from typing import Any

import jax.numpy as jnp
import numpy as np

from ..data import Dataset

_LARGEST = 1e100


def check_data(data: Any, motion: str | None) -> None:
    """Raise `ValueError`, or `TypeError`, unless a law can be found in these data."""
    if not isinstance(data, Dataset):
        raise TypeError(
            f"Laws are found in a Dataset or Trajectories. Got a {type(data).__name__}. "
            "Write Dataset(x, y, ...) or Trajectories(t, z, ...)."
        )
    if motion is not None:
        raise ValueError(f"`motion` is of Trajectories. Got {motion!r} for a Dataset. Leave it out.")
    if data.group is None:
        raise ValueError("Laws are found for one group. Got bound types. Write Dataset(x, y, rep_in, rep_out, O(3)).")
    if data.group.field != "real":
        raise ValueError(f"Laws are found for real groups. Got {data.group}. Take real and imaginary parts as scalars.")
    if data.x.dtype != jnp.float64:
        raise ValueError(f"Formulas are judged by float64. Got {data.x.dtype}. Call scalaremlp.enable_x64() first.")
    if data.sigma is not None:
        raise ValueError(
            "Formulas count all samples alike. Got standard errors, `sigma`. Leave `sigma` out, or take samples of "
            "nearly equal ones."
        )
    for name, values in (("x", data.x), ("y", data.y)):
        largest = float(np.abs(np.asarray(values)).max())
        if largest and not 1 / _LARGEST < largest < _LARGEST:
            raise ValueError(
                f"Powers of the numbers of a law must be numbers: the largest of `{name}` lies between "
                f"{1 / _LARGEST:.0e} and {_LARGEST:.0e}. Got {largest:.1e}. Choose units of nearer size."
            )
    if not np.asarray(data.y).any():
        raise ValueError(
            "The output of a law is not zero everywhere. Got zeros in all samples. Check the columns of y."
        )
