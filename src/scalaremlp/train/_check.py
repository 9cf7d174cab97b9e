"""Checks of what a fit is given."""

import warnings
from collections.abc import Mapping
from typing import Any

import jax
import numpy as np
from jaxtyping import PyTree

from .._model import Quantities, Types
from ..measure.terms import OutputTerms
from ..reps.terms import power_of_two
from ._loss import Regression
from ._parameters import count_parameters


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


def check_units(model: Any, data: Any, validation: Any) -> None:
    """Raise `ValueError` if a model or the validation set is in other units than the data; warn if it has none.

    Warns:
        UserWarning: if the data have units, and the model would not use them.
    """
    told, of_model, held_out = (Quantities.of(each) for each in (data, model, validation))
    if told is None:
        return
    for what, found in (("The model", of_model), ("The validation data", held_out)):
        if found is not None and found[:2] != told[:2]:
            raise ValueError(
                f"{what} must have the units of the training data, {told}. Got {found}. Convert the numbers, or take "
                "the units of the data."
            )
    if of_model is None and Types.of(model) is not None:
        warnings.warn(
            f"A model of data with units can use them. Got {type(model).__name__}, which does not: wrap it, "
            "se.nn.Dimensionless(model, data.units_in, data.units_out), or leave the units out.",
            stacklevel=4,
        )


def check_same_arrays(batch: PyTree, held_out: PyTree) -> None:
    """Raise `ValueError` if the validation batch has other arrays than the training batch."""
    shapes = [jax.tree.map(lambda array: array.shape[1:], each) for each in (batch, held_out)]
    if shapes[0] != shapes[1]:
        raise ValueError(
            f"The validation data must have the arrays of the training data, of shapes {shapes[0]} for each sample. "
            f"Got {shapes[1]}. Make both in the same way."
        )
