"""Loss during training."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ._log_axis import logarithmic
from .style import OURS, floor_of, new_figure, styled


def learning_curves(
    columns: Mapping[str, Sequence[float | None]],
    *,
    steps: Sequence[float],
    title: str = "",
    unit: str = "target units squared",
) -> Figure:
    """Loss during training.

    Args:
        columns: curve label -> loss at each record; None where it was not measured.
        steps: the optimiser step of each record.
        title: printed above the axes.
        unit: of the losses; those of outputs of several terms are relative to the size of each.

    Returns:
        A figure with a logarithmic axis of losses.

    Raises:
        ValueError: if a curve has another number of losses than there are steps.

    Example:
        >>> from scalaremlp.plot import learning_curves
        >>> figure = learning_curves({"training": [1.0, 0.1], "validation": [None, 0.2]}, steps=[0, 100])
        >>> figure.axes[0].get_xlabel()
        'optimiser step (count)'
    """
    figure, axes = new_figure(title)
    least = floor_of([value for values in columns.values() for value in values if value is not None])
    for label, values, colour, marker in styled(columns, OURS):
        points = [(s, v) for s, v in zip(steps, values, strict=True) if v is not None and np.isfinite(v)]
        x, y = np.array(points, dtype=float).reshape(-1, 2).T
        size = 4 if len(x) <= 60 else 0
        axes.plot(x, np.maximum(y, least), color=colour, marker=marker, markersize=size, linewidth=1.5, label=label)
    axes.set(xlabel="optimiser step (count)", ylabel=f"mean squared error ({unit})")
    logarithmic(axes)
    if len(set(steps)) == 1:  # of a solve in one step
        axes.set_xlim(steps[0] - 1, steps[0] + 1)
    if columns and not any(np.size(line.get_xdata()) for line in axes.lines):
        axes.text(0.5, 0.5, "no loss is finite", transform=axes.transAxes, ha="center")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    if columns:
        axes.legend(frameon=False)
    return figure
