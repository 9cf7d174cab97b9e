"""Colours, markers and axes that the figures have in common.

Colours are those of Okabe and Ito, which the colour-blind can tell apart.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .._text import printable

BLACK = "#000000"
ORANGE = "#E69F00"
SKY = "#56B4E9"
GREEN = "#009E73"
BLUE = "#0072B2"
VERMILLION = "#D55E00"
PURPLE = "#CC79A7"
GREY = "#999999"
OURS = (BLUE, VERMILLION, GREEN, PURPLE)
PUBLISHED = (BLACK, ORANGE, SKY, GREY, PURPLE, GREEN)
SMALLEST = 1e-34  # where an error of exactly zero is drawn if there is no other: a logarithmic axis has no zero
_MARKERS = ("o", "s", "^", "D", "v", "P")


def new_figure(title: str, width: float = 6.0) -> tuple[Figure, Axes]:
    """One pair of axes, with its title above."""
    figure = Figure(figsize=(width, 4.2), layout="constrained")
    axes = figure.subplots()
    axes.set_title(plain(title))
    tidy(axes)
    return figure, axes


def plain(text: str) -> str:
    r"""A title or a label that Matplotlib draws as it is written: no formula comes of it, and it is not hidden.

    >>> plain("price_$_vs_$"), plain("_mine"), plain("two\nlines\x1b")
    ('price_\\$_vs_\\$', ' _mine', 'two\nlines\\x1b')
    """
    shown = "\n".join(map(printable, text.split("\n"))).replace("$", r"\$")
    return f" {shown}" if shown.startswith("_") else shown


def styled(curves: Mapping[str, Any], colours: Sequence[str]) -> Iterable[tuple[str, Any, str, str]]:
    """Each curve with a colour and a marker; after the last ones they begin anew, in other pairs."""
    for i, (label, curve) in enumerate(curves.items()):
        rounds, at = divmod(i, len(_MARKERS))
        yield plain(label), curve, colours[(i + rounds) % len(colours)], _MARKERS[at]


def floor_of(values: Any) -> float:
    """Where zeros among values are drawn on a logarithmic axis: a power of ten below the smallest other value."""
    positive = np.asarray(values, float)
    positive = positive[np.isfinite(positive) & (positive > 0)]
    return float(10.0 ** np.floor(np.log10(positive.min()) - 1e-9)) if positive.size else SMALLEST


def tidy(axes: Axes) -> None:
    """A pale grid behind the curves, and no frame at the top and right."""
    axes.spines[["top", "right"]].set_visible(False)
    axes.grid(True, color="#dddddd", linewidth=0.5)
    axes.set_axisbelow(True)
