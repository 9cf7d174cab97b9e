"""A fit that takes the same way in any units: rounding, which units decide, would lead it elsewhere."""

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Array, Inexact, Key, PyTree

from .._arrays import on_device
from .._model import as_model
from ._history import History
from ._loss import Regression
from ._parameters import split_parameters
from .second_order import LevenbergMarquardt

_DIGITS = 28  # binary ones of the numbers that a search sees: what units change is far behind them


def fit_alike(
    method: LevenbergMarquardt,
    loss: Regression,
    model: Any,
    batch: tuple[Array, Array],
    validation: PyTree,
    *,
    calibration: Callable[[Any, tuple[Array, Array]], Any],
    key: Key[Array, ""],
) -> tuple[Any, History] | None:
    """The model fitted to rounded samples of mere numbers, and from there in a few iterations to the samples.

    What it sees on its way is the same to the bit in nearly all units; the last iterations, which are few, see all
    digits. `None` if units have a say in the model.

    Args:
        method: what makes the steps.
        loss: of the samples.
        model: a model that tells its samples `without_units`.
        batch: the samples.
        validation: others, to choose the best model by.
        calibration: gives a model the statistics of samples.
        key: of both fits.
    """
    numbers = as_model(model).without_units(*batch)
    if numbers is None:
        return None
    inner, *samples = numbers
    few = rounded(samples[0]), rounded(samples[1])
    first, _ = method.minimise(Regression().for_targets(few[1], inner), calibration(inner, few), few, key=key)
    start = _with_parameters_of(first, calibration(model, batch))
    return method.onward().minimise(loss, start, batch, validation=validation, key=key)


def rounded(values: Inexact[Array | np.ndarray, "..."]) -> Inexact[Array, "..."]:
    """Each number with 28 binary digits.

    >>> [float(value) for value in rounded(np.array([1.0 + 1e-12, 3.0, 0.0]))]
    [1.0, 3.0, 0.0]
    """
    array = np.asarray(values)
    if np.iscomplexobj(array):
        return on_device(_rounded(array.real) + 1j * _rounded(array.imag))
    return on_device(_rounded(array))


def _rounded(values: np.ndarray) -> np.ndarray:
    mantissas, exponents = np.frexp(values)
    return np.ldexp(np.round(np.ldexp(mantissas, _DIGITS)), exponents - _DIGITS)


def _with_parameters_of(fitted: Any, model: Any) -> Any:
    """A model with the parameters of another one, which may be a part of it that has them all."""
    own, rest = split_parameters(model)
    values = jax.tree.leaves(split_parameters(fitted)[0])
    return eqx.combine(jax.tree.unflatten(jax.tree.structure(own), values), rest)
