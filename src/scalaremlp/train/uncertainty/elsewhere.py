"""Another fit of the same model from other starting values: what the two do not agree in, the samples do not decide.

Lakshminarayanan, Pritzel and Blundell, *Simple and scalable predictive uncertainty estimation using deep ensembles*,
NIPS 2017.
"""

from typing import Any

import jax.numpy as jnp
import jax.random as jr
import numpy as np
from jaxtyping import Float, PyTree

from .._loss import LeastSquares
from ..second_order import LevenbergMarquardt
from .form import ByParameters
from .rows import residuals_of

_TRIES, _STEPS = 2, 30
_EXACT = 1e-6  # variance of the noise beside the outputs, below which so few steps lead nowhere near


def fitted_elsewhere(
    form: ByParameters,
    loss: LeastSquares,
    batch: PyTree,
    residuals: Float[np.ndarray, "n m"],
    variances: Float[np.ndarray, " m"],
) -> Float[np.ndarray, " p"] | None:
    """The parameters of a fit that meets the samples as well, to two standard errors of their squares.

    It begins at normal numbers as large as the parameters of each group are. `None` if a second try is no better than
    a first, or the model meets the samples all but exactly.

    Args:
        form: of the model.
        loss: that it was fitted by.
        batch: the samples.
        residuals: of the model.
        variances: of the noise of each residual.
    """
    if variances.min() < _EXACT:
        return None
    most = (1 + 2 * (2 / residuals.size) ** 0.5) * np.sum(residuals**2 / variances)
    for number in range(_TRIES):
        found = _begun_anew(form, loss, batch, number)
        if np.sum(residuals_of(loss, found, batch) ** 2 / variances) <= most:
            return np.asarray(ByParameters.of(found).values)
    return None


def _begun_anew(form: ByParameters, loss: LeastSquares, batch: PyTree, number: int) -> Any:
    """The model after a fit from parameters drawn with this number."""
    sizes = np.sqrt(np.bincount(form.groups, form.values**2) / np.maximum(np.bincount(form.groups), 1))
    drawn = sizes[form.groups] * np.random.default_rng(number).standard_normal(form.values.size)
    method, start = LevenbergMarquardt(steps=_STEPS), form.model(jnp.asarray(drawn))
    return method.minimise(loss, start, batch, key=jr.key(number))[0]
