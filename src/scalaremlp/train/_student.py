"""Fits that outliers do not lead: residuals follow Student's distribution, by least squares that is reweighted."""

from typing import Any

import equinox as eqx
import numpy as np
from jaxtyping import Float, Inexact

from .._check import positive
from ..data.batches import as_batch
from ..measure.terms import OutputTerms
from ._history import History
from ._loss import Regression
from ._ranges import in_pieces
from ._weighed import Fit, fit_weighed
from .second_order import LevenbergMarquardt

_ROUNDS = 10
_SAME = 1e-2  # by which the weights may change in the last round
_MEDIAN = 0.455  # of the square of a number of the normal distribution
_STEPS = 30  # by which the scale and the weights of one set of residuals settle


class Student(Regression):
    r"""Squared errors of which the large ones count less: $\frac{\nu+m}{2}\sum_i \ln(1 + |r_i|^2/\nu s^2)$.

    A sample of m components at the distance d = |r|/s has the weight (ν + m)/(ν + d²), and the scale s of each term of
    the output follows from the weighed residuals. `fit` alternates fits with these weights; the first one is without.

    Args:
        freedom: ν, the degrees of freedom: about 4 where a few samples in a hundred are wrong; infinity is the squared
            error.

    References:
        Lange, Little and Taylor, *Robust statistical modeling using the t distribution*, JASA 84, 881 (1989).
    """

    freedom: float = eqx.field(static=True, default=4.0, kw_only=True)

    def __check_init__(self) -> None:
        positive("freedom", self.freedom)

    def weighed(
        self, residuals: Inexact[np.ndarray, "n size_out"], numbers: tuple[int, ...]
    ) -> tuple[Float[np.ndarray, " size_out"], Float[np.ndarray, " n"]]:
        """The scale of each component and the weight of each sample; these settle together.

        Args:
            residuals: of all samples.
            numbers: for each component the number of its term.
        """
        terms, squares = np.array(numbers), np.abs(residuals) ** 2
        parts, tiny = 2 if np.iscomplexobj(residuals) else 1, np.finfo(float).tiny
        each = [squares[:, terms == term] for term in range(terms.max() + 1)]
        scale = np.maximum([np.median(own) / _MEDIAN / parts for own in each], tiny)
        weight = np.ones(len(residuals))
        for _ in range(_STEPS):
            distance = np.sum(squares / scale[terms], axis=1)
            weight = (self.freedom + parts * terms.size) / (self.freedom + distance)
            scale = np.maximum([np.mean(weight[:, None] * own) / parts for own in each], tiny)
        return np.sqrt(scale[terms]), weight


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
    batch = as_batch(data)
    x, y = (np.asarray(array) for array in batch)
    numbers = numbers_of(y.shape[1], data, model)
    options |= {"validation": None, "loss": None}
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
