"""Which of some groups the samples obey."""

from collections.abc import Sequence

import numpy as np
from matplotlib.figure import Figure

from .style import BLUE, VERMILLION, floor_of, plain, tidy


def groups_compared(
    names: Sequence[str], errors: Sequence[float], evidence: Sequence[float], *, best: str = "", title: str = ""
) -> Figure:
    """Held-out error (left) and log evidence (right) of laws of some groups.

    Args:
        names: of the groups.
        errors: relative squared errors on samples held back.
        evidence: logarithms, up to a constant; NaN where it is not known.
        best: the name of the one to be marked.
        title: printed above the axes.

    Returns:
        A figure with two axes; that of the errors is logarithmic.

    Example:
        >>> from scalaremlp.plot import groups_compared
        >>> len(groups_compared(["O(3)", "SO(3)"], [0.8, 0.01], [-90.0, 0.0], best="SO(3)").axes)
        2
    """
    figure = Figure(figsize=(9, 1.6 + 0.45 * len(names)), layout="constrained")
    left, right = figure.subplots(1, 2, sharey=True)
    places, colours = np.arange(len(names)), [VERMILLION if name == best else BLUE for name in names]
    values = np.maximum(np.asarray(errors, float), floor_of(errors))
    left.scatter(values, places, c=colours, s=45)
    left.set_xscale("log")
    left.set(xlabel="relative squared error, held out (no unit)", yticks=places)
    left.set_yticklabels([f"{plain(name)} (best)" if name == best else plain(name) for name in names])
    left.invert_yaxis()
    right.scatter(np.asarray(evidence, float), places, c=colours, s=45)
    right.locator_params(axis="x", nbins=5)
    right.set(xlabel="log evidence beside the largest (no unit)")
    figure.suptitle(plain(title))
    for axes in (left, right):
        tidy(axes)
    return figure
