"""Inputs that occur more than once with different outputs, which no function of them can give."""

from typing import NamedTuple

import numpy as np
from jaxtyping import Inexact

_MOST = 2**17  # samples that are looked at


class Repeats(NamedTuple):
    """How many samples have the inputs of others and other outputs, and by what share of the variance these differ."""

    samples: int
    differ: float


def repeats(x: Inexact[np.ndarray, "n size_in"], y: Inexact[np.ndarray, "n size_out"]) -> Repeats | None:
    """The variance of the outputs about the mean of those of the same inputs; `None` if no inputs are the same.

    Of sets of samples of the same inputs, Σ|y − mean of the set|² / (samples − sets), in units of the variance.

    >>> repeats(np.array([[1.0], [1.0], [2.0]]), np.array([[1.0], [3.0], [2.0]]))
    Repeats(samples=2, differ=3.0)
    """
    x, y = x[:_MOST], y[:_MOST]
    _, sets, counts = np.unique(x, axis=0, return_inverse=True, return_counts=True)
    sets = sets.reshape(-1)  # NumPy 2.0 gives a column
    again = counts[sets] > 1
    spread = float(np.sum(np.abs(y - y.mean(axis=0)) ** 2)) / len(y)
    if not again.any() or not spread > 0:
        return None
    totals = np.zeros((len(counts), y.shape[1]), y.dtype)
    np.add.at(totals, sets, y)
    rest = np.sum(np.abs(y - (totals / counts[:, None])[sets]) ** 2, axis=1)
    free = int(np.sum(counts[counts > 1] - 1))
    return Repeats(int(np.sum(again & (rest > 0))), float(np.sum(rest)) / free / spread)
