"""How well formulas of each length fit, and what the chosen one leaves."""

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
from matplotlib.figure import Figure

from ._log_axis import logarithmic
from .style import GREY, OURS, floor_of, plain, tidy


class Candidate(Protocol):
    """A formula that was looked at."""

    @property
    def complexity(self) -> int: ...

    @property
    def error(self) -> float: ...


def law_figure(candidates: Sequence[Candidate], true: Any, predicted: Any, *, title: str = "") -> Figure:
    """The error of the best formula of each length (left), and the residuals of the chosen one (right).

    Args:
        candidates: such as `law.candidates`.
        true: the outputs, shape (n, components).
        predicted: those of the law, of the same shape.
        title: printed above the axes, such as the formula.

    Returns:
        A figure with two axes: relative squared errors on held-out samples, and residuals in the unit of the outputs.

    Example:
        >>> import numpy as np
        >>> from scalaremlp.laws import FormulaCandidate
        >>> from scalaremlp.plot import law_figure
        >>> front = [FormulaCandidate(3, 0.1, 0.0, "s1"), FormulaCandidate(7, 1e-4, 5.0, "s1 s2")]
        >>> len(law_figure(front, np.ones((5, 1)), np.ones((5, 1)), title="y = s1 s2").axes)
        2
    """
    figure = Figure(figsize=(9, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    lengths, errors = ([getattr(each, name) for each in candidates] for name in ("complexity", "error"))
    drawn = np.maximum(errors, floor_of(np.array(errors or [1.0])))
    left.plot(lengths, drawn, color=OURS[0], marker="o", label="best of each length")
    left.set(xlabel="nodes of the formula", ylabel="relative squared error, held out")
    left.legend(frameon=False)
    logarithmic(left)
    true, predicted = np.asarray(true), np.asarray(predicted)
    right.axhline(0, color=GREY, linewidth=1)
    for i, (t, p) in enumerate(zip(true.T[: len(OURS)], predicted.T, strict=False)):
        right.scatter(t, p - t, s=6, alpha=0.5, linewidths=0, color=OURS[i], label=f"component {i + 1}")
    right.set(xlabel="true value (target units)", ylabel="predicted − true (target units)")
    if len(true.T) > 1:
        right.legend(frameon=False)
    tidy(left)
    tidy(right)
    figure.suptitle(plain(title), fontsize="medium")
    return figure
