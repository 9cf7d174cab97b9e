"""Predicted against true values."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from ._style import BLUE, GREY, SMALLEST, VERMILLION, plain, tidy


def predicted_against_true(true: Any, predicted: Any, *, title: str = "", points: int = 2000) -> Figure:
    """Predicted against true values (left), and the size of the error against the true value (right).

    Args:
        true: the targets, any shape; components are pooled, of complex ones the real and the imaginary parts.
        predicted: the model's values, of the same shape.
        title: printed above the axes.
        points: at most so many pairs are drawn, evenly picked.

    Returns:
        A figure with two axes, in the unit of the targets; that of the errors is logarithmic.

    Example:
        >>> import numpy as np
        >>> from scalaremlp.plot import predicted_against_true
        >>> true = np.linspace(-1.0, 1.0, 50)
        >>> len(predicted_against_true(true, true + 0.01 * true**2).axes)
        2
    """
    true, predicted = _pooled(true), _pooled(predicted)
    pick = np.unique(np.linspace(0, len(true) - 1, min(points, len(true))).astype(int))
    t, p = true[pick], predicted[pick]
    figure = Figure(figsize=(9, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    ends = [min(t.min(), p.min()), max(t.max(), p.max())]
    left.plot(ends, ends, color=GREY, linewidth=1, label="predicted = true", zorder=0)
    left.scatter(t, p, s=6, color=BLUE, alpha=0.5, linewidths=0, label="test sample")
    left.set(xlabel="true value (target units)", ylabel="predicted value (target units)")
    left.legend(frameon=False)
    error, least = np.abs(p - t), np.sqrt(SMALLEST)
    right.scatter(t, np.maximum(error, least), s=6, color=VERMILLION, alpha=0.5, linewidths=0)
    right.set(xlabel="true value (target units)", ylabel="|predicted − true| (target units)", yscale="log")
    if np.any(error == 0):
        right.set_title(f"no error at all is drawn at {least:.0e}", fontsize="small")
    tidy(left)
    tidy(right)
    figure.suptitle(plain(title))
    return figure


def _pooled(values: Any) -> np.ndarray:
    """All numbers, with real and imaginary parts apart."""
    flat = np.ravel(np.asarray(values))
    return np.concatenate([flat.real, flat.imag]) if np.iscomplexobj(flat) else flat
