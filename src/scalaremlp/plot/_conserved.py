"""Conserved quantities along trajectories."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure

from ._log_axis import logarithmic
from .style import OURS, plain, styled, tidy
from .times import checked_times


def conserved(
    quantities: Mapping[str, Mapping[str, Any]], *, times: Any, time_unit: str = "s", title: str = ""
) -> Figure:
    """How far quantities that should be conserved change along trajectories, the truth and predictions.

    A thin curve is |value − value at the start|, a thick one its largest value so far: level where the quantity only
    oscillates, rising where it drifts. Changes of zero have no place on the logarithmic axis and are left out, and so
    is what comes after a missing value (NaN).

    Args:
        quantities: name and unit of each -> label of a trajectory -> values along it, shape (times,); for instance of
            `scalaremlp.dynamics.energy` and of one component of `angular_momentum`.
        times: shape (times,).
        time_unit: the unit of the times.
        title: printed above the axes.

    Returns:
        A figure with one panel for each quantity.

    Raises:
        ValueError: if there is no quantity, or a trajectory has not one value for each time, the first one finite.

    Example:
        >>> import numpy as np
        >>> from scalaremlp.dynamics import Oscillator, angular_momentum, energy
        >>> from scalaremlp.plot import conserved
        >>> ts = np.linspace(0, 6, 50)
        >>> true = np.stack([np.cos(ts), 0 * ts, 0 * ts, -np.sin(ts), 0 * ts, 0 * ts], axis=1)
        >>> states = {"truth": true, "prediction": true * (1 + 0.01 * ts[:, None])}
        >>> figure = conserved(
        ...     {
        ...         "energy (J)": {label: energy(Oscillator(), z) for label, z in states.items()},
        ...         "angular momentum along z (J s)": {label: angular_momentum(z)[:, 2] for label, z in states.items()},
        ...     },
        ...     times=ts,
        ... )
        >>> [axes.get_title() for axes in figure.axes]
        ['energy (J)', 'angular momentum along z (J s)']
    """
    if not quantities:
        raise ValueError('`quantities` must hold at least one. Got none. Give {"energy (J)": {"truth": values}}.')
    figure = Figure(figsize=(1.2 + 4.4 * len(quantities), 4.2), layout="constrained")
    panels = figure.subplots(1, len(quantities), squeeze=False)[0]
    for axes, (name, curves) in zip(panels, quantities.items(), strict=True):
        for label, values, colour, marker in styled(curves, OURS):
            change, largest = _changes(values, f"{label!r} of {name!r}")
            t = checked_times(times, len(change))
            axes.plot(t, change, color=colour, linewidth=0.7, alpha=0.7)
            every = max(1, len(t) // 8)
            axes.plot(t, largest, color=colour, linewidth=1.8, marker=marker, markevery=every, label=label)
        axes.set(xlabel=f"time ({time_unit})", ylabel="|change since the start| (unit above)")
        logarithmic(axes)
        axes.set_title(plain(name), fontsize="medium")
        tidy(axes)
    figure.legend(*panels[0].get_legend_handles_labels(), loc="outside lower center", ncols=4, frameon=False)
    figure.suptitle(plain(title))
    return figure


def _changes(values: Any, where: str) -> tuple[np.ndarray, np.ndarray]:
    """The sizes of the changes since the start, and the largest so far; NaN if zero or after a missing value."""
    y = np.asarray(values, float)
    if y.ndim != 1 or not np.isfinite(y[:1]).all() or not len(y):
        raise ValueError(
            f"A quantity along one trajectory has shape (times,) and begins with a finite value. Got shape {y.shape}, "
            f"beginning {y.ravel()[:1].tolist()}, for {where}. Of a batch give one: values[0]."
        )
    there = np.logical_and.accumulate(np.isfinite(y))
    change = np.abs(np.where(there, y, y[0]) - y[0])
    largest = np.maximum.accumulate(change)
    return np.where(there & (change > 0), change, np.nan), np.where(there & (largest > 0), largest, np.nan)
