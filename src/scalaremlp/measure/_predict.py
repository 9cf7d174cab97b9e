"""Predictions of a model for many inputs."""

import math
from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Inexact, Shaped

from .._arrays import on_device, working
from .._check import whole_number
from .._model import as_model
from ..data.checks import checked_samples
from ..data.conventions import warn_of_convention


def predict(
    model: Callable[..., Any], x: Shaped[Array | np.ndarray, "n size_in"], *, batch: int = 1024
) -> Inexact[Array | np.ndarray, "n size_out"]:
    """`model(x)` for each of many inputs, `batch` of them at a time.

    One input is predicted by `model(x)`, and `jax.vmap(model)(x)` predicts a batch as part of a larger computation.
    Here the memory does not grow with n, and what is compiled once serves every n.

    Args:
        model: an unbatched model, or any function of one input.
        x: the inputs, one a row, each in the order in which the model's `rep_in` is written; of any precision.
        batch: how many at a time.

    Returns:
        The outputs, one a row: a NumPy array, or a JAX array if `x` is one.

    Raises:
        ValueError: if `x` has another shape, holds no inputs, masked ones or what is no finite number, or `batch` is
            less than 1.

    Example:
        >>> import numpy as np, scalaremlp as se
        >>> se.predict(lambda x: 2 * x, np.ones((3, 2)))
        array([[2., 2.],
               [2., 2.],
               [2., 2.]])
    """
    rows = _rows(model, x)
    whole_number("batch", batch)
    samples, batch = len(rows), min(batch, len(rows))
    traced = isinstance(rows, jax.core.Tracer)
    xp: Any = jnp if traced else np  # NumPy has nothing to compile for a number of samples
    rows = xp.asarray(rows)
    filled = xp.concatenate([rows, xp.broadcast_to(rows[-1:], (-samples % batch, *rows.shape[1:]))])
    parts = [xp.asarray(_apply(model, filled[start : start + batch])) for start in range(0, samples, batch)]
    y = xp.concatenate(parts)[:samples]
    return on_device(y) if isinstance(x, jax.Array) and not traced else y


@eqx.filter_jit
def _apply(model: Callable[..., Any], x: Array) -> Array:
    return jax.vmap(model)(x)


def _rows(model: Any, x: Any) -> Array:
    """The inputs as a JAX array, if they are such of the model."""
    types, shape = as_model(model).types, np.shape(x)
    bound = None if types is None else types.bound(types.rep_in)
    size = None if bound is None else bound.size
    if len(shape) != 2 or not shape[0] or size not in (None, shape[1]):
        of = "" if bound is None else f", for {bound}"
        raise ValueError(
            f"`x` must be inputs of shape (n, {'size_in' if size is None else size}){of}. Got shape {shape}. "
            f"{_remedy(shape, size)}"
        )
    if isinstance(x, jax.Array):
        return x
    if bound is not None:
        rows = checked_samples(x, "x", bound, None)
        warn_of_convention(rows, bound, None)
        return rows
    array = working(x, "x")
    if array.dtype.kind not in "fc":
        raise ValueError(f"`x` must be an array of numbers. Got dtype {array.dtype}. Convert it to float64.")
    return on_device(array)


def _remedy(shape: tuple[int, ...], size: int | None) -> str:
    if len(shape) > 2 and size in (None, math.prod(shape[1:])):
        return "Flatten each input: x.reshape(len(x), -1)."
    if len(shape) == 2 and shape[0]:
        return "Give each input in the order in which the type is written."
    return "One input is predicted by model(x), many are the rows of `x`."
