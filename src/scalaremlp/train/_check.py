"""Checks of what a fit is given."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import PyTree

from ._parameters import count_parameters


def check_fits(model: Any, batch: PyTree, name: str) -> None:
    """Raise `ValueError` unless the batch is `(x, y)`, inputs and outputs of the model."""
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
    known = input_type(model)
    if known is not None and x.shape[1] != known.size:
        raise ValueError(
            f"The inputs of the {name} must have the model's size {known.size} = {model.rep_in}. Got {x.shape[1]}. "
            "Make the model and the data with the same rep_in and group."
        )
    output = eqx.filter_eval_shape(model, jax.ShapeDtypeStruct(x.shape[1:], x.dtype))
    if output.shape != y.shape[1:]:
        raise ValueError(
            f"The outputs of the {name} must have the shape {output.shape} of the model's output. Got {y.shape[1:]}. "
            "Make the model and the data with the same rep_out and group."
        )


def check_learns(model: PyTree) -> None:
    """Raise `ValueError` unless the model has parameters."""
    if not count_parameters(model):
        raise ValueError(
            f"The model must have parameters, floating point JAX arrays, to be fitted. Got {type(model).__name__} "
            "without any. Make what shall be learned JAX arrays, jnp.asarray(value)."
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
        if jnp.issubdtype(leaf.dtype, jnp.inexact) and not bool(jnp.all(jnp.isfinite(leaf))):
            raise ValueError(
                f"The {name} must be finite. Got NaN or infinity in an array of shape {leaf.shape}. "
                "Leave those samples out."
            )


def check_same_type(data: Any, validation: Any) -> None:
    """Raise `ValueError` if the validation set is of another type or group than the training set."""
    if hasattr(data, "rep_in") and hasattr(validation, "rep_in"):
        kinds = [f"{each.rep_in} -> {each.rep_out}, {each.group}" for each in (data, validation)]
        types = [(each.rep_in, each.rep_out, each.group) for each in (data, validation)]
        if types[0] != types[1]:
            raise ValueError(
                f"The validation data must have the type of the training data, {kinds[0]}. Got {kinds[1]}. "
                "Take both from one data set with `data.split`."
            )


def check_same_arrays(batch: PyTree, held_out: PyTree) -> None:
    """Raise `ValueError` if the validation batch has other arrays than the training batch."""
    shapes = [jax.tree.map(lambda array: array.shape[1:], each) for each in (batch, held_out)]
    if shapes[0] != shapes[1]:
        raise ValueError(
            f"The validation data must have the arrays of the training data, of shapes {shapes[0]} for each sample. "
            f"Got {shapes[1]}. Make both in the same way."
        )


def input_type(model: Any) -> Any:
    """The bound type of a model's input, if the model says it."""
    rep, group = getattr(model, "rep_in", None), getattr(model, "group", None)
    return rep if rep is None or group is None else rep(group)
