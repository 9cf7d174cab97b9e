"""Fits by Student's distribution: least squares that is reweighted."""

from typing import Any

import numpy as np

from ...data.batches import as_batch
from ...data.sigma import sigma_of
from ...measure.terms import OutputTerms
from .._history import History
from .._ranges import in_pieces
from ..second_order import LevenbergMarquardt
from .fit_weighed import Fit, fit_weighed
from .student import Student

_ROUNDS = 10
_SAME = 1e-2  # by which the weights may change in the last round


def numbers_of(size_out: int, *typed: Any) -> tuple[int, ...]:
    """For each component of the output the number of its term, if one of some models and data sets tells."""
    parts = OutputTerms.of(*typed)
    return (0,) * size_out if parts is None or parts.size != size_out else parts.numbers


def fit_student(
    fit: Fit, model: Any, data: Any, loss: Student, *, optimizer: Any, validation: Any, calibrate: bool, **options: Any
) -> tuple[Any, History]:
    """Fit by Student's distribution, in rounds of weighed fits.

    Args:
        fit: of the squared error.
        model: with parameters.
        data: the samples.
        loss: for its degrees of freedom.
        optimizer: None or a `LevenbergMarquardt`.
        validation: "auto" or None.
        calibrate: as of `fit`.
        **options: likewise.

    Raises:
        ValueError: for another optimiser, or validation data.
    """
    method = LevenbergMarquardt() if optimizer in (None, "levenberg-marquardt") else optimizer
    if not isinstance(method, LevenbergMarquardt) or not isinstance(validation, str | None):
        raise ValueError(
            "Student's distribution is fitted by Levenberg-Marquardt to all samples. Got another optimizer, or "
            "validation data. Leave them out."
        )
    if sigma_of(data) is not None:
        raise ValueError("Student's distribution finds the weights of samples. Got `sigma` as well. Leave out either.")
    batch = as_batch(data)
    x, y = (np.asarray(array) for array in batch)
    numbers = numbers_of(y.shape[1], data, model)
    options |= {"validation": None, "loss": None, "checkpoint": None}  # which is of one fit
    fitted, history = fit(model, data, optimizer=method, calibrate=calibrate, **options)
    last = np.ones(y.shape)
    for _ in range(_ROUNDS):
        scale, weight = loss.weighed(y - in_pieces(fitted, x), numbers)
        sigma = scale / np.sqrt(weight)[:, None]
        if np.max(np.abs(np.log(sigma / last))) < _SAME:
            break
        last = sigma
        fitted, history = fit_weighed(fit, fitted, data, sigma, optimizer=method.onward(), calibrate=False, **options)
    return fitted, history
