"""Errors of rollouts against time."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from ..dynamics import RolloutError
from ._log_axis import logarithmic
from .style import OURS, new_figure, styled
from .times import checked_times


def rollout_errors(
    curves: Mapping[str, RolloutError | tuple[Any, Any]], *, times: Any, time_unit: str = "s", title: str = ""
) -> Figure:
    """The error of rollouts against time: its geometric mean over trajectories, and a band about it.

    The band is one standard deviation of the logarithm to either side, cut at 1, the largest error there is. The
    first time is left out: there the prediction is the initial state itself.

    Args:
        curves: label -> `scalaremlp.dynamics.rollout_error(…)`, or the pair of its `by_time` and `log_spread`.
        times: since the initial state, shape (times,).
        time_unit: the unit of the times.
        title: printed above the axes.

    Returns:
        A figure with a logarithmic axis of errors, which have no unit.

    Raises:
        ValueError: if a curve has not one error and one spread for each time.

    Example:
        >>> import numpy as np
        >>> from scalaremlp.dynamics import rollout_error
        >>> from scalaremlp.plot import rollout_errors
        >>> true, ts = np.ones((5, 4, 12)), np.arange(4.0)
        >>> error = rollout_error(true + 0.01 * ts[:, None] * np.arange(1, 6)[:, None, None], true)
        >>> rollout_errors({"a network": error}, times=ts).axes[0].get_xlabel()
        'time since the initial state (s)'
    """
    figure, axes = new_figure(title, width=7.0)
    for label, error, colour, marker in styled(curves, OURS):
        mean, spread = (np.asarray(part, float) for part in error[-2:])  # a RolloutError ends with them
        if mean.ndim != 1 or mean.shape != spread.shape:
            raise ValueError(
                f"A curve needs as many errors as spreads, each of shape (times,). Got {mean.shape} and {spread.shape} "
                f"for {label!r}. Give what rollout_error returns."
            )
        t, mean, spread = checked_times(times, len(mean))[1:], mean[1:], spread[1:]
        edges = mean * np.exp(-spread), np.minimum(mean * np.exp(spread), 1)
        axes.fill_between(t, *edges, color=colour, alpha=0.2, linewidth=0)
        axes.plot(t, mean, color=colour, linewidth=1.8, marker=marker, markevery=max(1, len(t) // 8), label=label)
    axes.set(xlabel=f"time since the initial state ({time_unit})", ylabel="relative error of the state (no unit)")
    logarithmic(axes)
    if curves:
        axes.legend(frameon=False)
    return figure
