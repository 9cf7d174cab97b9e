"""Whether samples are as far from what the others say of them as they should be."""

from collections.abc import Iterable

import numpy as np
from jaxtyping import Float, Int

from .averaged import Averaged

_LOGS = np.arange(0.0, 40.0, 0.05)  # of the factor
_PRICE = 2.0  # log likelihood that an e-fold of it has to bring
_LEAST = 1e-13  # of what others leave open of a sample: rounding


def widened(
    parts: Iterable[tuple[np.ndarray, np.ndarray]], terms: Int[np.ndarray, " m"], known: Averaged
) -> tuple[float, float]:
    r"""By what variances have to be multiplied for the samples to be as probable as they can be, each left out in turn.

    With the share $h_i = J_i H^{-1} J_i^T$ that a sample has in its own prediction, without it that would be off by
    $(1 - h_i)^{-1} r_i$, which has the variance $\sigma^2 (1 + s\, h_i (1 - h_i)^{-1})$. Of all $s \ge 1$ that of the
    largest likelihood is taken, where each e-fold costs two of its logarithm: 1, unless samples ask for more.

    Args:
        parts: rows J, of shape (samples, m, p), and residuals (samples, m).
        terms: for each of the m residuals the term whose noise it shares.
        known: the posterior, of which that of the largest evidence is taken.

    Returns:
        s, and N − Σh, how many residuals are left to tell the noise by.

    Source:
        Rasmussen and Williams, *Gaussian Processes for Machine Learning* (2006), section 5.4.2.
    """
    unit = np.sqrt(known.variances[terms])
    found = [_left_out(rows / unit[:, None], residuals / unit, known) for rows, residuals in parts]
    squares, open_ = (np.concatenate(each) for each in zip(*found, strict=True))
    logs = np.array([_log_likelihood(np.exp(log), squares, open_) for log in _LOGS])
    return float(np.exp(_LOGS[int(np.argmax(logs - _PRICE * _LOGS))])), float(np.sum(1 / (1 + open_)))


def _left_out(
    rows: Float[np.ndarray, "n m p"], residuals: Float[np.ndarray, "n m"], known: Averaged
) -> tuple[Float[np.ndarray, " numbers"], Float[np.ndarray, " numbers"]]:
    """Squares of errors without the sample, and the variance expected of the model, beside the noise."""
    spread = rows @ known.root.T
    own, axes = np.linalg.eigh(spread @ spread.mT)
    left = np.maximum(1 - own, _LEAST)
    errors = np.einsum("nij,ni->nj", axes, residuals + rows @ known.step) / left
    return (errors**2).ravel(), (np.maximum(own, 0.0) / left).ravel()


def _log_likelihood(factor: float, squares: np.ndarray, open_: np.ndarray) -> float:
    expected = 1 + factor * open_
    return -0.5 * float(np.sum(np.log(expected) + squares / expected))
