"""Models that fit themselves: one call, no steps."""

import time
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Array, Inexact, PyTree

from .._model import as_model
from ._endings import Ending
from ._history import History, Record


class Closed(NamedTuple):
    """A model that has fitted itself.

    Attributes:
        model: the fitted model.
        history: of one record.
        left_out: what each output would have been predicted wrong by without its sample.
    """

    model: Any
    history: History
    left_out: Inexact[np.ndarray, "n size_out"]


def fits_itself(model: Any) -> bool:
    """Whether the model has a method `fitted(x, y)` in the place of parameters to be moved."""
    return as_model(model).closed


def fit_closed(
    model: Any,
    batch: tuple[Array, Array],
    error: Callable[[Any, PyTree], float],
    *,
    validation: PyTree = None,
    callbacks: Iterable[Callable[[Record], object]] = (),
) -> Closed:
    """Let the model fit itself, and record the losses.

    Args:
        model: with a method `fitted`, which gives the fitted model, the errors of left-out samples, how many numbers
            the samples determine, how many samples were used, and what the fit and its end are called.
        batch: `(x, y)`.
        error: the loss of a model on a batch.
        validation: another batch, to record the loss on.
        callbacks: called once.
    """
    started = time.perf_counter()
    found = model.fitted(*batch)
    record = Record(
        1,
        1,
        error(found.model, batch),
        None if validation is None else error(found.model, validation),
        seconds=time.perf_counter() - started,
        details={
            "determined": float(found.determined),
            "left_out": float(np.mean(np.abs(found.left_out) ** 2)),
            "samples": float(found.samples),
        },
    )
    history = History(optimizer=found.optimizer, kept="the only one")
    history.end(Ending(found.ending))
    history.append(record)
    for callback in callbacks:
        callback(record)
    return Closed(found.model, history, found.left_out)
