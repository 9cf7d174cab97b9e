"""Predicted against true values."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ._log_axis import logarithmic
from .style import GREY, OURS, floor_of, plain, tidy

_MOST_ROWS = 6


def predicted_against_true(
    true: Any, predicted: Any, *, title: str = "", points: int = 2000, terms: Mapping[str, slice] | None = None
) -> Figure:
    """Predicted against true values (left), and the size of the error against the true value (right).

    Up to four components have a colour each, of complex ones the real and the imaginary parts; of more all have one.

    Args:
        true: the targets, shape (n,) or (n, components).
        predicted: the model's values, of the same shape; those that are not finite are counted above the axes.
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
    rows = list((terms or {}).items())[:_MOST_ROWS] if terms and len(terms) > 1 else [("", slice(None))]
    figure = Figure(figsize=(9, 4 * len(rows)), layout="constrained")
    every = figure.subplots(len(rows), 2, squeeze=False)
    for (name, part), axes in zip(rows, every, strict=True):
        drawn = [_components(values, part) for values in (true, predicted)]
        _draw(*axes, *drawn, labels=_labels(true, len(drawn[0])), points=points, of=f" of {name}" if name else "")
    figure.suptitle(plain(title))
    return figure


def _components(values: Any, part: slice) -> np.ndarray:
    """A row for each component of these columns, with the imaginary parts after the real ones."""
    array = np.asarray(values)
    columns = array.reshape(len(array), -1).T[part]
    return np.concatenate([columns.real, columns.imag]) if np.iscomplexobj(columns) else columns


def _labels(values: Any, rows: int) -> list[str]:
    """What each row is called; one name for all if there are more than colours."""
    if rows > len(OURS):
        return [f"test samples, {rows} components"]
    parts = ("real", "imaginary") if np.iscomplexobj(values) else ("",)
    count = rows // len(parts)
    names = [f"component {i + 1}" * (count > 1) for i in range(count)]
    return [f"{name}, {part} part".lstrip(", ") if part else name or "test samples" for part in parts for name in names]


def _draw(
    left: Axes, right: Axes, true: np.ndarray, predicted: np.ndarray, *, labels: list[str], points: int, of: str
) -> None:
    pick = np.unique(np.linspace(0, true.size - 1, min(points, true.size)).astype(int))
    pick = pick[np.argsort(pick % true.shape[1], kind="stable")]  # so that no component hides another
    pick = pick[np.isfinite(predicted.ravel()[pick])]
    t, p = true.ravel()[pick], predicted.ravel()[pick]
    colours = np.array(OURS)[pick // true.shape[1] % len(labels)]
    error = np.abs(p - t)
    least = floor_of(error)
    ends = [min(t.min(), p.min()), max(t.max(), p.max())] if pick.size else []
    left.plot(ends, ends, color=GREY, linewidth=1, label="predicted = true", zorder=0)
    left.scatter(t, p, s=6, c=colours, alpha=0.5, linewidths=0)
    right.scatter(t, np.maximum(error, least), s=6, c=colours, alpha=0.5, linewidths=0)
    for colour, label in zip(OURS, labels, strict=False):
        left.plot([], [], color=colour, marker="o", markersize=4, linestyle="", label=label)
    left.set(xlabel=f"true value{of} (target units)", ylabel="predicted value (target units)")
    left.legend(frameon=False)
    right.set(xlabel=f"true value{of} (target units)", ylabel="|predicted − true| (target units)")
    logarithmic(right)
    if missing := np.sum(~np.isfinite(predicted)):
        left.set_title(f"{missing} of {predicted.size} predictions are not finite", fontsize="small")
    if np.any(error == 0):
        right.set_title(f"no error at all is drawn at {least:.0e}", fontsize="small")
    tidy(left)
    tidy(right)
