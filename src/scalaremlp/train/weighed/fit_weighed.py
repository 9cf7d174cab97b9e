"""A fit of samples that have standard errors of their own: residuals are divided by these."""

from collections.abc import Callable
from typing import Any

import equinox as eqx
import numpy as np
from jaxtyping import Array, Float, Inexact, PyTree

from ..._arrays import on_device
from ..._model import as_model, offers
from ...data.batches import as_batch
from ...data.sigma import sigma_of
from ...measure.checks import check_finite, check_fits
from ...scalars import false_like
from .._check import check_learns, check_same_type, check_units
from .._closed import fits_itself
from .._history import History
from .._judge import judge
from .._loss import Regression

Fit = Callable[..., tuple[Any, History]]


class InUnits(eqx.Module):
    """A model whose outputs are in units of the standard errors, which follow its inputs as their inverses."""

    model: Any
    size: int = eqx.field(static=True)

    @property
    def takes_key(self) -> bool:
        """As of the model."""
        return as_model(self.model).takes_key

    def __call__(self, x: Inexact[Array, " more"], **options: Any) -> Inexact[Array, " size"]:
        """The outputs in units of the standard errors."""
        split = len(x) - self.size
        return self.model(x[:split], **options) * x[split:].real

    def linear_parameters(self) -> PyTree:
        """As of the model."""
        if not offers(self.model, "linear_parameters"):
            return false_like(self)
        return InUnits(self.model.linear_parameters(), self.size)


def in_units(
    batch: tuple[Array, Array], sigma: Float[np.ndarray, "n size_out"]
) -> tuple[Inexact[Array, "n more"], Inexact[Array, "n size_out"]]:
    """Samples of a model `InUnits`."""
    x, y = (np.asarray(array) for array in batch)
    return on_device(np.concatenate([x, 1 / sigma], axis=1)), on_device(y / sigma)


def fit_weighed(
    fit: Fit, model: Any, data: Any, sigma: Float[np.ndarray, "n size_out"], *, validation: Any, calibrate: bool,
    loss: Any, **options: Any,
) -> tuple[Any, History]:  # fmt: skip
    """Fit a model to samples with standard errors; the verdict is in the units of the outputs.

    Args:
        fit: the fit of samples without.
        model: with parameters.
        data: the samples.
        sigma: their standard errors.
        validation: as of `fit`; of data, these need standard errors as well.
        calibrate: likewise.
        loss: likewise; the squared error alone.
        **options: likewise.

    Raises:
        ValueError: for another loss, a model that fits itself, one in other units than the samples, or validation data
            without standard errors.
    """
    _check(model, loss)
    given = None if isinstance(validation, str) else validation
    check_same_type(data, given)
    check_units(model, data, given)
    batch = as_batch(data)
    check_finite(batch, "training data")
    check_fits(model, batch, "training data")
    start = as_model(model).calibrate(*batch) if calibrate else model
    held_out = validation
    if not isinstance(validation, str | None):
        held_out = in_units(as_batch(validation), _known(validation))
    wrapped = InUnits(start, batch[1].shape[1])
    fitted, history = fit(wrapped, in_units(batch, sigma), validation=held_out, calibrate=False, **options)
    own = None if isinstance(validation, str | None) else as_batch(validation)
    plain = Regression().for_targets(batch[1], data, model)
    history.verdict = judge(plain, fitted.model, data, batch, own, history)
    return fitted.model, history


def _check(model: Any, loss: Any) -> None:
    if not (loss is None or loss == "mse" or (type(loss) is Regression and loss.weights is None)):
        name = loss if isinstance(loss, str) else type(loss).__name__
        raise ValueError(f"Standard errors weigh the squared error. Got the loss {name} as well. Leave out either.")
    if fits_itself(model):
        raise ValueError(
            f"Standard errors weigh residuals of a model with parameters to be moved. Got {type(model).__name__}, "
            "which fits itself: take ScalarMLP, or leave out `sigma`."
        )
    check_learns(model)


def _known(validation: Any) -> Float[np.ndarray, "n size_out"]:
    sigma = sigma_of(validation)
    if sigma is None:
        raise ValueError("Validation data need `sigma` where the training data have it. Got none. Give it, or neither.")
    return sigma
