"""Whether intervals hold what they promise."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from .style import BLUE, GREY, VERMILLION, plain, tidy

_SHARES = np.linspace(0.01, 0.99, 99)


def reliability(pulls: Any, *, title: str = "") -> Figure:
    """The share of errors inside intervals against the share that is to be inside (left), and the pulls (right).

    Args:
        pulls: errors in standard deviations, as of `scalaremlp.train.calibration`.
        title: printed above the axes.

    Returns:
        A figure with two axes. Above the diagonal intervals are too wide, below they are too narrow.

    Example:
        >>> import numpy as np
        >>> from scalaremlp.plot import reliability
        >>> len(reliability(np.random.default_rng(0).standard_normal(100)).axes)
        2
    """
    from scipy.stats import norm  # heavy

    sizes = np.asarray(pulls, float).ravel()
    figure = Figure(figsize=(9, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    observed = np.mean(np.abs(sizes) <= norm.ppf((1 + _SHARES) / 2)[:, None], axis=1)
    left.plot([0, 100], [0, 100], color=GREY, linewidth=1, label="as promised")
    left.plot(100 * _SHARES, 100 * observed, color=BLUE, linewidth=1.8, label="test samples")
    left.set(xlabel="promised inside (%)", ylabel="found inside (%)")
    left.legend(frameon=False)
    places = np.linspace(-5, 5, 41)
    right.hist(np.clip(sizes, -5, 5), bins=places, density=True, color=BLUE, alpha=0.5, label="test samples")
    right.plot(places, norm.pdf(places), color=VERMILLION, linewidth=1.8, label="normal distribution")
    right.set(xlabel="pull: error / standard deviation (no unit)", ylabel="density (no unit)")
    right.set_ylim(top=1.3 * right.get_ylim()[1])  # for the legend
    right.legend(frameon=False)
    figure.suptitle(plain(title))
    for axes in (left, right):
        tidy(axes)
    return figure
