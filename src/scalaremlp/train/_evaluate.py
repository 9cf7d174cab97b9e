"""Predictions of a model on many inputs, and how far they are from the truth."""

from collections.abc import Callable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Inexact, Shaped

from .._arrays import working
from ._batches import as_batch
from ._check import check_finite, check_fits
from ._loss import CrossEntropy


def predict(
    model: Callable[..., Any], x: Shaped[Array | np.ndarray, "n size_in"], *, batch: int = 1024
) -> Inexact[Array, "n size_out"]:
    """`model(x)` for each of many inputs, `batch` of them at a time.

    Args:
        model: an unbatched model.
        x: the inputs, of any precision.
        batch: how many at a time.

    Raises:
        ValueError: if there are no inputs, some are masked, or `batch` is less than 1.

    Example:
        >>> import jax.numpy as jnp
        >>> predict(lambda x: 2 * x, jnp.ones((3, 2))).shape
        (3, 2)
    """
    x = jnp.asarray(x if isinstance(x, jax.core.Tracer) else working(x, "x"))
    if x.ndim == 0 or not len(x):
        raise ValueError(f"`x` must be inputs of shape (n, size_in). Got shape {x.shape}. One input is x[None].")
    if batch < 1:
        raise ValueError(f"`batch` must be a number of samples of at least 1. Got {batch}. Leave it out.")
    samples, batch = len(x), min(batch, len(x))
    filled = jnp.concatenate([x, jnp.broadcast_to(x[-1:], (-samples % batch, *x.shape[1:]))])
    parts = [_apply(model, filled[start : start + batch]) for start in range(0, samples, batch)]
    return jnp.concatenate(parts)[:samples]


def evaluate(
    model: Callable[..., Any], data: Any, *, batch: int = 1024, loss: CrossEntropy | None = None
) -> dict[str, float]:
    r"""How well a model predicts the outputs of a data set.

    - `mse`: $\sum |y - \hat y|^2 / (n m)$ over n samples and m components;
    - `relative_mse`: $\sum |y - \hat y|^2 / \sum |y - \bar y|^2$, where $\bar y$ is the mean output of the data set;
    - `r2`: 1 − `relative_mse`;
    - `n`: the number of samples.

    Where all outputs are equal, within the rounding of their mean, `relative_mse` and `r2` are NaN.

    Of a classifier, with `loss=CrossEntropy()`, instead: `cross_entropy`, `accuracy`, the share of samples whose
    largest output is that of the class with the largest probability, and `n`.

    Args:
        model: an unbatched model.
        data: a data set, or the arrays `(x, y)`.
        batch: how many samples are predicted at a time.
        loss: `CrossEntropy()` for a classifier.

    Raises:
        ValueError: if the sizes do not fit, or the data are not finite.

    Example:
        >>> import jax.random as jr, scalaremlp as se
        >>> se.enable_x64()
        >>> data = se.data.o5(500, key=jr.key(0))
        >>> mean = data.y.mean(axis=0)
        >>> round(se.evaluate(lambda x: mean, data)["relative_mse"], 6)
        1.0
    """
    batch_xy = as_batch(data)
    check_finite(batch_xy, "data")
    check_fits(model, batch_xy, "data")
    x, y = batch_xy
    truth, guess = np.asarray(y), np.asarray(predict(model, x, batch=batch))
    if loss is not None:
        logits = np.asarray(jax.nn.log_softmax(guess))
        right = truth.argmax(axis=1) == guess.argmax(axis=1)
        entropy = float(-np.mean(np.sum(truth * logits, axis=1)))
        return {"cross_entropy": entropy, "accuracy": float(np.mean(right)), "n": len(truth)}
    error, spread = _sum_of_squares(truth - guess), _sum_of_squares(truth - truth.mean(axis=0))
    rounding = (len(truth) * np.finfo(truth.dtype).eps) ** 2 * _sum_of_squares(truth)  # of the mean
    relative = error / spread if spread > rounding else float("nan")
    return {"mse": error / truth.size, "relative_mse": relative, "r2": 1 - relative, "n": len(truth)}


@eqx.filter_jit
def _apply(model: Callable[..., Any], x: Array) -> Array:
    return jax.vmap(model)(x)


def _sum_of_squares(values: np.ndarray) -> float:
    return float(np.sum(np.abs(values.astype(np.result_type(values, np.float64))) ** 2))
