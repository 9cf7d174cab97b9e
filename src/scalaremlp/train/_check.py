"""Checks of what a fit is given."""

from collections.abc import Mapping
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import PyTree

from .._model import Types, as_model
from ..reps.terms import power_of_two
from ._loss import Regression
from ._parameters import count_parameters
from ._terms import OutputTerms


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
    known = as_model(model).types
    if known is not None and x.shape[1] != known.size_in:
        raise ValueError(
            f"The inputs of the {name} must have the model's size {known.size_in} = {known.rep_in}. Got {x.shape[1]}. "
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


def check_closed(loss: Any, optimizer: Any, settings: Mapping[str, Any]) -> None:
    """Raise `ValueError` unless a model that fits itself is left to do so."""
    given = [name for name, value in {"optimizer": optimizer, **settings}.items() if value is not None]
    if given or type(loss) is not Regression:
        what = ", ".join(given) or f"the loss {type(loss).__name__}"
        raise ValueError(
            "A model that fits itself takes no optimiser and only the mean squared error. "
            f"Got {what}. Leave it out, or fit a ScalarMLP."
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


def check_range(batch: PyTree, name: str, *typed: Any) -> None:
    """Raise `ValueError` if the numbers of a term of x or y are so large or so small that their squares would be lost.

    Terms are those of the types that the first of some data sets and models says; without, x and y are one each.
    """
    for array, letter, rep in zip(batch, "xy", ("rep_in", "rep_out"), strict=True):
        parts, values = OutputTerms.of(*typed, rep=rep), np.asarray(array)
        limits = np.finfo(values.dtype)
        most = min(1e153, float(limits.max * limits.eps))  # the largest of many values of order 1e150
        each = [(f"`{letter}`", slice(None))]
        if parts is not None and parts.size == values.shape[1]:
            each = [(f"{term.label} in `{letter}`", term.part) for term in parts.terms]
        for of, part in each:
            unit = power_of_two(values[:, part])
            if not 0.5 / most <= unit <= most:
                raise ValueError(
                    f"The {name} must be between {1 / most:.0e} and {most:.0e} in size. Got values of about {unit:.0e} "
                    f"in {of}. Choose other units."
                )


def check_same_type(data: Any, validation: Any) -> None:
    """Raise `ValueError` if the validation set is of another type or group than the training set."""
    types = Types.of(data), Types.of(validation)
    if None not in types and types[0] != types[1]:
        raise ValueError(
            f"The validation data must have the type of the training data, {types[0]}. Got {types[1]}. "
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
