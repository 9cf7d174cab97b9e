"""Predicted against true values."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ._style import BLUE, GREY, VERMILLION, floor_of, plain, tidy

_MOST = 6  # rows


def predicted_against_true(
    true: Any, predicted: Any, *, title: str = "", points: int = 2000, terms: Mapping[str, slice] | None = None
) -> Figure:
    """Predicted against true values (left), and the size of the error against the true value (right).

    Args:
        true: the targets, any shape; components are pooled, of complex ones the real and the imaginary parts.
        predicted: the model's values, of the same shape.
        title: printed above the axes.
        points: of each term at most so many pairs are drawn, evenly picked.
        terms: the columns of each term of the output, whose units differ, by its name: a row of axes for each of the
            first six.

    Returns:
        A figure with two axes for each term, in the unit of the targets; that of the errors is logarithmic.

    Example:
        >>> import numpy as np
        >>> from scalaremlp.plot import predicted_against_true
        >>> true = np.linspace(-1.0, 1.0, 50)
        >>> len(predicted_against_true(true, true + 0.01 * true**2).axes)
        2
    """
    rows = list((terms or {}).items())[:_MOST] if terms and len(terms) > 1 else [("", slice(None))]
    figure = Figure(figsize=(9, 4 * len(rows)), layout="constrained")
    every = figure.subplots(len(rows), 2, squeeze=False)
    for (name, part), (left, right) in zip(rows, every, strict=True):
        _draw(left, right, _pooled(true, part), _pooled(predicted, part), points, f" of {name}" if name else "")
    figure.suptitle(plain(title))
    return figure


def _draw(left: Axes, right: Axes, true: np.ndarray, predicted: np.ndarray, points: int, of: str) -> None:
    pick = np.unique(np.linspace(0, len(true) - 1, min(points, len(true))).astype(int))
    t, p = true[pick], predicted[pick]
    ends = [min(t.min(), p.min()), max(t.max(), p.max())]
    left.plot(ends, ends, color=GREY, linewidth=1, label="predicted = true", zorder=0)
    left.scatter(t, p, s=6, color=BLUE, alpha=0.5, linewidths=0, label="test sample")
    left.set(xlabel=f"true value{of} (target units)", ylabel="predicted value (target units)")
    left.legend(frameon=False)
    error = np.abs(p - t)
    least = floor_of(error)
    right.scatter(t, np.maximum(error, least), s=6, color=VERMILLION, alpha=0.5, linewidths=0)
    right.set(xlabel=f"true value{of} (target units)", ylabel="|predicted − true| (target units)", yscale="log")
    if np.any(error == 0):
        right.set_title(f"no error at all is drawn at {least:.0e}", fontsize="small")
    tidy(left)
    tidy(right)


def _pooled(values: Any, part: Any) -> np.ndarray:
    """All numbers of these columns, with real and imaginary parts apart."""
    flat = np.ravel(np.asarray(values)[..., part])
    return np.concatenate([flat.real, flat.imag]) if np.iscomplexobj(flat) else flat
