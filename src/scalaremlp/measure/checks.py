"""Checks of the samples that a model is fitted to, or measured on."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, PyTree

from .._model import as_model


def check_fits(model: Any, batch: PyTree, name: str) -> None:
    """Raise `ValueError` unless the batch is `(x, y)`, inputs and outputs of the model."""
    check_inputs(model, batch, name)
    x, y = batch
    check_outputs(eqx.filter_eval_shape(model, jax.ShapeDtypeStruct(x.shape[1:], x.dtype)).shape, y, name)


def check_inputs(model: Any, batch: PyTree, name: str) -> None:
    """Raise `ValueError` unless the batch is a pair `(x, y)`, the first inputs of the model."""
    if not isinstance(batch, tuple) or len(batch) != 2:
        raise ValueError(f"The {name} must be a data set or a pair (x, y). Got {type(batch).__name__}. Pass (x, y).")
    x, y = batch
    if x.ndim != 2 or y.ndim != 2:
        raise ValueError(
            f"The {name} must be batches `x` of shape (n, size_in) and `y` of shape (n, size_out). "
            f"Got {x.shape} and {y.shape}. Flatten each sample: x.reshape(n, -1)."
        )
    if not all(jnp.issubdtype(each.dtype, jnp.inexact) for each in (x, y)):
        raise ValueError(
            f"The {name} must be floating point numbers. Got {x.dtype} and {y.dtype}. Convert them with .astype(float)."
        )
    known = as_model(model).types
    if known is not None and x.shape[1] != known.size_in:
        raise ValueError(
            f"The inputs of the {name} must have the model's size {known.size_in} = {known.rep_in}. Got {x.shape[1]}. "
            "Make the model and the data with the same rep_in and group."
        )


def check_outputs(shape: tuple[int, ...], y: Array | np.ndarray, name: str) -> None:
    """Raise `ValueError` unless outputs are of the shape of a model's."""
    if shape != y.shape[1:]:
        raise ValueError(
            f"The outputs of the {name} must have the shape {shape} of the model's output. Got {y.shape[1:]}. "
            "Make the model and the data with the same rep_out and group."
        )


def check_finite(batch: PyTree, name: str) -> None:
    """Raise `ValueError` if an array of the batch holds NaN or infinity, or the arrays differ in length."""
    leaves = jax.tree.leaves(batch)
    if len({leaf.shape[:1] for leaf in leaves}) != 1 or leaves[0].ndim == 0 or not len(leaves[0]):
        raise ValueError(
            f"The arrays of the {name} must have one entry for each sample along their first axis. "
            f"Got shapes {', '.join(str(leaf.shape) for leaf in leaves) or 'of no arrays'}. Stack the samples."
        )
    for leaf in leaves:
        if jnp.issubdtype(leaf.dtype, jnp.inexact) and not np.isfinite(np.asarray(leaf)).all():
            raise ValueError(
                f"The {name} must be finite. Got NaN or infinity in an array of shape {leaf.shape}. "
                "Leave those samples out."
            )
