"""Arrays that a person hands over: what is marked as missing is refused, and precision becomes the working one."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np


def whole(values: Any, name: str) -> np.ndarray:
    """`values` as a NumPy array, in the byte order of this machine.

    Raises:
        ValueError: if some of them are masked, as NumPy's masked arrays mark what is missing.

    Example:
        >>> whole(np.array([1, 2], ">i4"), "x").dtype.isnative
        True
    """
    masked = _masked(values)
    if np.any(masked):
        place = ", ".join(map(str, np.argwhere(masked)[0].tolist()))
        raise ValueError(
            f"`{name}` must have no missing values. Got {int(np.sum(masked))} masked ones, the first at ({place}). "
            "Leave those samples out, or fill them in."
        )
    array = np.asarray(values)
    return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))


def working(values: Any, name: str) -> np.ndarray:
    """`values` as a NumPy array in the working precision: float64, or complex128, if JAX computes in it.

    Half, single and extended precision, whole numbers and truth values become it; what holds no numbers stays as it is.

    Raises:
        ValueError: if some of them are masked.

    Example:
        >>> import scalaremlp as se
        >>> se.enable_x64()
        >>> working(np.array([1, 2], np.float16), "x").dtype
        dtype('float64')
    """
    array = whole(values, name)
    if jnp.issubdtype(array.dtype, jnp.complexfloating):
        return array.astype(jax.dtypes.canonicalize_dtype(complex), copy=False)
    if array.dtype.kind in "iub" or jnp.issubdtype(array.dtype, jnp.floating):
        with np.errstate(over="ignore"):  # infinite then, and refused where numbers are checked
            return array.astype(jax.dtypes.canonicalize_dtype(float), copy=False)
    return array


def _masked(values: Any) -> Any:
    """Where values are masked; False where none can be."""
    if isinstance(values, list | tuple):
        kinds = [each for each in values if isinstance(each, np.ma.MaskedArray)]
        return np.ma.getmaskarray(np.ma.array(values)) if kinds else False
    mask = getattr(values, "mask", False)
    return False if callable(mask) else mask  # the tables of pandas have a method of this name
