"""Samples as estimators take them: in an order of their own, with weights."""

from typing import Any, NamedTuple

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Key, PyTree

from ..train import LeastSquares, Regression

_MOST_REPEATS = 10  # samples in place of one, on average


class Samples(NamedTuple):
    """Rows of inputs and outputs, and what the square of each residual is weighted by; None: all alike."""

    x: Float[np.ndarray, "n size_in"]
    y: Float[np.ndarray, "n size_out"]
    weights: Float[np.ndarray, " n"] | None


def ordered(x: np.ndarray, y: np.ndarray, weights: np.ndarray | None, random: Any) -> Samples:
    """The samples in an order that depends on their numbers and the seed alone, without those of weight 0.

    Whole weights, of at most ten on average, stand for repeated samples, which are alike in all that a fit does: what
    it holds back, how it judges, which model it chooses. Others weigh the squares of residuals, and only their ratios
    count.

    Raises:
        ValueError: if less than two samples are left.
    """
    if weights is not None:
        there = weights > 0
        if np.count_nonzero(there) < 2:
            raise ValueError(
                "A fit needs at least two samples whose `sample_weight` is not zero. Got "
                f"{np.count_nonzero(there)}. Give more samples a weight."
            )
        x, y, weights = x[there], y[there], weights[there]
        if np.all(weights == weights[0]):
            weights = np.ones(len(weights)) if weights[0] % 1 else weights
        if not np.any(weights % 1) and weights.mean() <= _MOST_REPEATS:
            repeats = weights.astype(int)
            x, y, weights = x.repeat(repeats, axis=0), y.repeat(repeats, axis=0), None
    order = np.lexsort(np.hstack([x, y]).T)
    order = order[random.permutation(len(order))]
    return Samples(x[order], y[order], None if weights is None else (weights / weights.mean())[order])


class WeightedRegression(LeastSquares):
    """The mean of w (model(x) − y)² over samples (x, y, √w), with a factor for each component of the output.

    Args:
        of: the loss without weights, which has the factors.
    """

    of: Regression = eqx.field(default_factory=Regression)

    def residuals(self, model: Any, batch: PyTree, key: Key[Array, ""]) -> Float[Array, "b m"]:
        """The residuals of `of` times √w."""
        x, y, root = batch
        return self.of.residuals(model, (x, y), key) * jnp.expand_dims(root, 1)

    @property
    def noises(self) -> tuple[int, ...] | None:
        """Those of `of`."""
        return self.of.noises
