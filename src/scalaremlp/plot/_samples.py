"""Test error by number of training samples."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FixedLocator, NullLocator

from ._log_axis import logarithmic, plain_numbers
from .style import OURS, PUBLISHED, floor_of, new_figure, styled


def error_by_samples(
    rows: Iterable[Mapping[str, Any]],
    published: Mapping[str, Mapping[int, float]] | None = None,
    *,
    title: str = "",
) -> Figure:
    """Test error by number of training samples: the median over seeds, a band from the least to the greatest.

    Args:
        rows: results of one task, each with `model`, `ntrain` and `test_mse`.
        published: label -> {number of training samples: test MSE}, drawn dashed beside ours.
        title: printed above the axes.

    Returns:
        A figure with logarithmic axes; errors are in squares of the unit of the targets.

    Example:
        >>> from scalaremlp.plot import error_by_samples
        >>> rows = [{"model": "scalars", "ntrain": n, "test_mse": 1 / n} for n in (100, 1000) for seed in range(3)]
        >>> figure = error_by_samples(rows, {"MLP": {100: 1.0, 1000: 0.3}}, title="o5")
        >>> [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
        ['MLP (published)', 'scalars (this library)']
    """
    figure, axes = new_figure(title, width=8.5)
    for label, points, colour, marker in styled(published or {}, PUBLISHED):
        axes.plot(
            list(points), list(points.values()), color=colour, marker=marker, markersize=4,
            markerfacecolor="white", linewidth=1.2, linestyle="--", label=f"{label} (published)",
        )  # fmt: skip
    least = floor_of([row["test_mse"] for row in rows])
    for label, by_size, colour, marker in styled(_by_model(rows), OURS):
        sizes = sorted(by_size)
        spread = np.maximum([[f(by_size[n]) for n in sizes] for f in (np.min, np.median, np.max)], least)
        axes.fill_between(sizes, spread[0], spread[2], color=colour, alpha=0.2, linewidth=0)
        axes.plot(
            sizes, spread[1], color=colour, marker=marker, markersize=6, linewidth=2, label=f"{label} (this library)"
        )
    axes.set(xlabel="training samples (count)", ylabel="test mean squared error (target units squared)")
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(
        FixedLocator(
            _apart(np.concatenate([np.zeros(0), *(np.asarray(line.get_xdata(), float) for line in axes.lines)]))
        )
    )
    axes.xaxis.set_minor_locator(NullLocator())
    plain_numbers(axes.xaxis)
    logarithmic(axes)
    axes.legend(frameon=False, loc="center left", bbox_to_anchor=(1.01, 0.5))
    return figure


def _apart(sizes: Iterable[float]) -> list[float]:
    """Those whose names have room on a logarithmic axis, the first ones."""
    kept: list[float] = []
    for size in sorted(sizes):
        if not kept or size >= 1.6 * kept[-1]:
            kept.append(size)
    return kept


def _by_model(rows: Iterable[Mapping[str, Any]]) -> dict[str, dict[int, list[float]]]:
    table: dict[str, dict[int, list[float]]] = {}
    for row in rows:
        table.setdefault(row["model"], {}).setdefault(int(row["ntrain"]), []).append(float(row["test_mse"]))
    return table
