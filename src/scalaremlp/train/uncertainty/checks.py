"""What has no posterior, and why."""

import warnings
from typing import Any, TypeGuard

import jax
import numpy as np

from ..._model import as_model
from ...data.batches import as_batch
from ...data.sigma import sigma_of
from ...measure.checks import check_finite, check_fits
from .._check import check_range, check_units
from .._loss import LeastSquares, Regression
from .._of_invariants import OfInvariants, named_loss
from .._parameters import count_parameters, split_parameters
from ..weighed.student import Student

MOST_PARAMETERS = 5000
_MOVED = 0.5  # mean square, beside the noise, by which outputs may move to the optimum nearby


def check_can_be_known(model: Any, data: Any, loss: Any) -> LeastSquares:
    """The loss; `ValueError` for models, samples and losses that a linearised problem does not describe."""
    if not count_parameters(model):
        raise ValueError(
            f"A posterior is of what a fit has learned. Got {type(model).__name__} without parameters: it was not "
            "fitted, or its samples tell no function from a constant. Fit it, or give more samples."
        )
    loss = Regression() if loss is None else named_loss(loss) if isinstance(loss, str) else loss
    if not isinstance(loss, LeastSquares) or isinstance(loss, OfInvariants):
        raise ValueError(
            f"A posterior is known of squared errors with a noise of one size. Got {type(loss).__name__}: fit by the "
            "default loss."
        )
    kinds = sorted({str(leaf.dtype) for leaf in jax.tree.leaves(split_parameters(model)[0])} - {"float64"})
    if kinds:
        raise ValueError(
            f"A posterior needs float64 parameters. Got {', '.join(kinds)}: call scalaremlp.enable_x64() before making "
            "the model."
        )
    if as_model(model).takes_key:
        raise ValueError(
            f"A posterior is of a model that is the same at every call. Got {type(model).__name__}, which takes a key."
        )
    if of_outputs(loss):
        _check_samples(model, data)
    if isinstance(loss, Student) and sigma_of(data) is not None:
        raise ValueError("Student's distribution finds the weights of samples. Got `sigma` as well. Leave out either.")
    return loss


def of_outputs(loss: Any) -> TypeGuard[Regression]:
    """Whether a loss is the squared error of outputs; of one that is derived from it nobody knows."""
    return type(loss) in (Regression, Student)


def _check_samples(model: Any, data: Any) -> None:
    batch = as_batch(data)
    if not isinstance(batch, tuple | list) or len(batch) != 2 or any(getattr(b, "ndim", 0) != 2 for b in batch):
        raise ValueError(
            "A posterior of outputs needs samples (x, y) of shapes (n, size_in) and (n, size_out). Got "
            f"{type(data).__name__}: of trajectories only the errors of parameters are known, by their `loss`."
        )
    check_finite(batch, "samples")
    check_fits(model, tuple(batch), "samples")
    check_range(batch, "samples", data, model)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the fit has warned
        check_units(model, data, None)


def check_size(parameters: int) -> None:
    """Raise `ValueError` if there are too many parameters."""
    if parameters > MOST_PARAMETERS:
        raise ValueError(
            f"A posterior keeps a matrix of parameters², of at most {MOST_PARAMETERS} parameters. Got {parameters}: "
            "fit a smaller width."
        )


def check_is_optimum(moved: float) -> None:
    """Raise `ValueError` if a step of Gauss and Newton moves the outputs by about the noise or more."""
    if not moved <= _MOVED:
        raise ValueError(
            "A posterior is known at a minimum of the squared error. Got a model whose outputs move by "
            f"{moved**0.5:.2g} standard deviations of the noise to one nearby: go on with the fit by "
            'optimizer="levenberg-marquardt".'
        )


def check_leaves_noise(left: float, samples: int) -> None:
    """Raise `ValueError` if less than one residual is left to tell the noise by."""
    if left < 1:
        raise ValueError(
            "A posterior of a Gaussian process needs residuals that tell its noise. Got one that passes through all "
            f"{samples} samples, with {left:.1g} residuals to spare: what is noise in them nobody can say. Give more "
            "samples, or fit a model of fewer parameters."
        )


def check_says_something(squares: Any, log_evidence: Any) -> None:
    """Raise `ValueError` if no parameter changes an output, or numbers have left the range of floating point ones."""
    if not (np.any(squares > 0) and np.all(np.isfinite(log_evidence))):
        raise ValueError(
            "A posterior needs samples whose outputs change with the parameters of the model, in numbers that can be "
            f"squared. Got squared derivatives of at most {np.max(squares, initial=0.0):.1g}. Give other samples, or "
            "choose units in which they are of the order of 1."
        )
