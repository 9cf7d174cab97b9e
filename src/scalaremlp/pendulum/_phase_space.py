"""Positions against momenta of the double pendulum."""

from typing import Any

import numpy as np
from matplotlib.figure import Figure

from scalaremlp.plot.style import BLACK, BLUE, VERMILLION, plain, tidy

from ._states import places_and_momenta


def phase_space(true: Any, predicted: Any, *, title: str = "") -> Figure:
    """Momentum against position of both masses in each dimension, the truth and a prediction.

    A prediction that goes far away leaves the picture, and one that ends early, in states that are NaN, is drawn until
    there.

    Args:
        true: states (q₁, q₂, p₁, p₂) of the double spring pendulum along one trajectory, shape (times, 12).
        predicted: the same from the same initial state.
        title: printed above the axes.

    Returns:
        A figure of two rows, the masses, and three columns, the dimensions.

    Raises:
        ValueError: if shapes are others, or a trajectory does not begin with a finite state.

    Example:
        >>> import numpy as np
        >>> from scalaremlp.pendulum import phase_space
        >>> angle = np.linspace(0, 6, 50)[:, None] + np.arange(6)
        >>> figure = phase_space(np.hstack([np.sin(angle), np.cos(angle)]), np.hstack([angle, np.cos(angle)]))
        >>> figure.axes[5].get_xlabel()
        'position z₂ (natural lengths)'
    """
    states = places_and_momenta(true, predicted)
    labels = [f"{name}{_end(part, len(true))}" for name, part in zip(("truth", "prediction"), states, strict=True)]
    styles = (labels, (BLUE, VERMILLION), ("-", "--"))
    figure = Figure(figsize=(10.5, 7), layout="constrained")
    for (mass, axis), axes in np.ndenumerate(figure.subplots(2, 3)):
        pairs = [part[:, [mass, 2 + mass], axis].T for part in states]
        for (q, p), label, colour, line in zip(pairs, *styles, strict=True):
            axes.plot(q, p, color=colour, linestyle=line, linewidth=1.4, label=label)
        start = pairs[0][:, 0]
        axes.plot(*start, color=BLACK, marker="o", markersize=6, linestyle="", label="start of both")
        axes.set(xlim=_limits(pairs, 0), ylim=_limits(pairs, 1))
        component = f"{'xyz'[axis]}{'₁₂'[mass]}"
        axes.set(
            xlabel=f"position {component} (natural lengths)", ylabel=f"momentum of {component} (mass · length / s)"
        )
        tidy(axes)
    figure.legend(*figure.axes[0].get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False)
    figure.suptitle(plain(title))
    return figure


def _end(states: np.ndarray, count: int) -> str:
    return f", which ends after {len(states)} of {count} states" if len(states) < count else ""


def _limits(pairs: list[np.ndarray], row: int) -> tuple[float, float]:
    """From the least to the greatest value, but no farther from the truth than half its width."""
    true, predicted = pairs[0][row], pairs[1][row]
    least, greatest = true.min(), true.max()
    far = (greatest - least) / 2
    low, high = max(least - far, min(least, predicted.min())), min(greatest + far, max(greatest, predicted.max()))
    margin = 0.05 * (high - low) or 0.5
    return low - margin, high + margin
