"""Arrays that a person hands over: what is marked as missing is refused, and precision becomes the working one."""

from typing import Any

import numpy as np

from ._jax import Array, jax, jnp


def whole(values: Any, name: str) -> np.ndarray:
    """`values` as a NumPy array, in the byte order of this machine.

    Raises:
        ValueError: if some of them are masked, as NumPy's masked arrays mark what is missing.

    Example:
        >>> whole(np.array([1, 2], ">i4"), "x").dtype.isnative
        True
    """
    check_whole(values, name)
    array = np.asarray(values)
    return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))


def check_whole(values: Any, name: str) -> None:
    """Raise `ValueError` if some values are masked, as NumPy's masked arrays mark what is missing."""
    masked = _masked(values)
    if np.any(masked):
        place = ", ".join(map(str, np.argwhere(masked)[0].tolist()))
        raise ValueError(
            f"`{name}` must have no missing values. Got {int(np.sum(masked))} masked ones, the first at ({place}). "
            "Leave those samples out, or fill them in."
        )


def working_array(values: Any, name: str) -> Array:
    """`values` as a JAX array in the working precision; one of JAX's own stays as it is."""
    return values if isinstance(values, Array) else on_device(working(values, name))


def on_device(values: Any) -> Array:
    """A copy of `values` as a JAX array where arrays are made; other than `jnp.asarray`, it compiles nothing.

    `jnp.asarray`, `jnp.zeros` and the like compile a program for every shape, which takes longer than a small fit.

    Example:
        >>> import numpy as np
        >>> on_device(np.ones(2)).shape
        (2,)
    """
    return jax.device_put(np.array(values))  # a copy, since JAX may go on in the memory that it is handed


def working(values: Any, name: str) -> np.ndarray:
    """`values` as a NumPy array in the working precision: float64, or complex128, if JAX computes in it.

    Half, single and extended precision, whole numbers and truth values become it; what holds no numbers stays as it is.

    Raises:
        ValueError: if some of them are masked, or if single precision would make numbers of a column zero or infinite.

    Example:
        >>> import scalaremlp as se
        >>> se.enable_x64()
        >>> working(np.array([1, 2], np.float16), "x").dtype
        dtype('float64')
    """
    array = whole(values, name)
    _check_single(array, name)
    if jnp.issubdtype(array.dtype, jnp.complexfloating):
        return array.astype(jax.dtypes.canonicalize_dtype(complex), copy=False)
    if array.dtype.kind in "iub" or jnp.issubdtype(array.dtype, jnp.floating):
        with np.errstate(over="ignore"):  # infinite then, and refused where numbers are checked
            return array.astype(jax.dtypes.canonicalize_dtype(float), copy=False)
    return array


def _check_single(array: np.ndarray, name: str) -> None:
    """Raise `ValueError` if the largest number of a column is finite, but zero or infinite in single precision."""
    if (
        jax.dtypes.canonicalize_dtype(float) == np.float64
        or array.dtype not in (np.float64, np.complex128)
        or not array.size
    ):
        return
    sizes = np.abs(array.reshape(-1, array.shape[-1]) if array.ndim else array.reshape(1, 1)).max(axis=0)
    sizes = sizes[np.isfinite(sizes) & (sizes > 0)]
    limits = np.finfo(np.float32)
    out = sizes[(sizes < limits.tiny) | (sizes > limits.max)]
    if out.size:
        raise ValueError(
            f"`{name}` must be between {limits.tiny:.0e} and {limits.max:.0e} in single precision. Got numbers of "
            f"about {out[0]:.0e}. Call scalaremlp.enable_x64() first, or choose other units."
        )


def _masked(values: Any) -> Any:
    """Where values are masked; False where none can be."""
    if isinstance(values, list | tuple):
        kinds = [each for each in values if isinstance(each, np.ma.MaskedArray)]
        return np.ma.getmaskarray(np.ma.array(values)) if kinds else False
    mask = getattr(values, "mask", False)
    return False if callable(mask) else mask  # the tables of pandas have a method of this name
