"""The derivatives of a loss's residuals, sample by sample."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
from jaxtyping import Array, Float, PyTree

from ..._arrays import on_device
from .._loss import LeastSquares, as_real
from .._ranges import in_pieces
from .checks import of_outputs
from .form import ByParameters, in_chunks
from .misfit import Misfit


class Weighed(eqx.Module):
    """The derivatives of weighed outputs by the numbers of a form, and beside them the functions of a misfit."""

    form: Any
    misfit: Misfit | None
    weights: Float[Array, "..."] | None

    def __call__(self, x: Array) -> Float[Array, "m p"]:
        """Those at one input."""
        rows = self.form(x)
        if self.misfit is not None:
            rows = jnp.concatenate([rows, self.misfit(x)[0]], axis=1)
        if self.weights is None:
            return rows
        return rows * jnp.resize(self.weights, (len(rows),))[:, None]


class ByLoss(eqx.Module):
    """The derivatives of the residuals of any loss by the parameters."""

    form: ByParameters
    loss: LeastSquares

    def __call__(self, sample: PyTree) -> Float[Array, "m p"]:
        """Those of one sample."""
        return jax.jacrev(lambda theta: _of_one(self.loss, self.form.model(theta), sample))(self.form.values)


class _Residuals(eqx.Module):
    loss: LeastSquares
    model: Any

    def __call__(self, sample: PyTree) -> Float[Array, " m"]:
        return _of_one(self.loss, self.model, sample)


def _of_one(loss: LeastSquares, model: Any, sample: PyTree) -> Float[Array, " m"]:
    return loss.residuals(model, jax.tree.map(lambda array: array[None], sample), jr.key(0))[0]


def residuals_of(loss: LeastSquares, model: Any, batch: PyTree) -> Float[np.ndarray, "n m"]:
    """The residuals of all samples, in float64."""
    if of_outputs(loss):
        x, y = batch
        error = in_pieces(model, x) - np.asarray(y)
        return np.asarray(as_real(on_device(error if loss.weights is None else error * np.asarray(loss.weights))))
    return np.concatenate([np.asarray(part) for _, part in in_chunks(_Residuals(loss, model), batch, 1000)])
