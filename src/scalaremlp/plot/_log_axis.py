"""Logarithmic axes that a person can read: few plain numbers, and little paper where there is no value."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.collections import PathCollection, PolyCollection
from matplotlib.ticker import FixedLocator, FuncFormatter, Locator, LogLocator, MaxNLocator, NullLocator

_WIDEST_GAP = 6.0  # decades without a value; a wider gap is cut
_CUT = 0.12  # of all that is left, the height of a cut
_NARROWEST = 0.08  # decades: what varies by less than a fifth is drawn level
_MARGIN, _MARGIN_OF_PART = 0.05, 0.5  # of the range; decades
_MOST_TICKS = 9

Interval = tuple[float, float]


def logarithmic(axes: Axes) -> None:
    """Make the y-axis logarithmic, for what has been drawn.

    Ticks of a range below two decades are numbers such as 0.2 and 2.35. Where more than six decades hold no value a
    band of one width stands for them, and says how many they are. Values that are not finite or not above 0 have no
    place and do not count.
    """
    values = _drawn(axes)
    logs = np.unique(np.log10(values[np.isfinite(values) & (values > 0)]))
    logs = logs if logs.size else np.zeros(1)
    ends = np.flatnonzero(np.diff(logs) > _WIDEST_GAP)
    parts = list(zip(logs[[0, *(ends + 1)]], logs[[*ends, -1]], strict=True))
    if len(parts) > 1:
        _draw_cut(axes, [(low - _MARGIN_OF_PART, high + _MARGIN_OF_PART) for low, high in parts])
    else:
        _draw_whole(axes, parts[0])


def _drawn(axes: Axes) -> np.ndarray:
    """The y of all curves, points and edges of bands."""
    found: list[Any] = [line.get_ydata() for line in axes.lines]
    for each in axes.collections:
        if isinstance(each, PathCollection):
            found.append(np.asarray(each.get_offsets(), float).reshape(-1, 2)[:, 1])
        elif isinstance(each, PolyCollection):
            found += [np.asarray(path.vertices)[:, 1] for path in each.get_paths()]
    return np.concatenate([np.zeros(0), *(np.asarray(values, float) for values in found)])


def _draw_whole(axes: Axes, part: Interval) -> None:
    low, high = part
    margin = max(_MARGIN * (high - low), (_NARROWEST - (high - low)) / 2)
    axes.set(ylim=(10 ** (low - margin), 10 ** (high + margin)), yscale="log")
    if high - low < 2:
        axes.yaxis.set_major_locator(_between_powers(high - low))
        axes.yaxis.set_minor_locator(NullLocator())
        plain_numbers(axes.yaxis)


def _between_powers(decades: float) -> Locator:
    return MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]) if decades < 0.7 else LogLocator(subs=(1, 2, 5))


def plain_numbers(axis: Axis) -> None:
    """Ticks that read 2.35 and 30, where powers of ten would read 2.35×10⁰ and 3×10¹."""
    axis.set_major_formatter(FuncFormatter(lambda value, _: number(value)))


def _draw_cut(axes: Axes, parts: list[Interval]) -> None:
    """A scale that is logarithmic within the parts, and has a band of one and the same width between them."""
    knots, kept = np.ravel(parts), sum(high - low for low, high in parts)
    widths = np.diff(knots)
    widths[1::2] = _CUT * kept
    places = np.concatenate([[0.0], np.cumsum(widths)])
    least, greatest = 10.0 ** knots[[0, -1]]
    axes.set_ylim(least, greatest)
    axes.set_yscale(
        "function",
        functions=(
            lambda value: np.interp(np.log10(np.maximum(value, least)), knots, places),
            lambda place: 10.0 ** np.interp(place, places, knots),
        ),
    )
    step = np.ceil(kept / _MOST_TICKS)
    powers = [np.arange(np.ceil(low), np.floor(high) + 1) for low, high in parts]
    ticks = np.concatenate([some if (some := part[part % step == 0]).size else part[:1] for part in powers])
    axes.yaxis.set_major_locator(FixedLocator(list(10.0**ticks)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: _power(round(np.log10(value)))))
    axes.yaxis.set_minor_locator(NullLocator())
    for low, high in zip(knots[1:-1:2], knots[2:-1:2], strict=True):
        _draw_band(axes, (low, high))


def _draw_band(axes: Axes, gap: Interval) -> None:
    """Paint over a gap, and say how many decades are left out."""
    low, high = gap
    told = f"{round(high - low)} decades without a value"
    axes.axhspan(10.0**low, 10.0**high, facecolor="#f2f2f2", edgecolor="#cccccc", linestyle=":", zorder=0)
    place, across = (0.5, 10 ** ((low + high) / 2)), axes.get_yaxis_transform()
    axes.text(*place, told, transform=across, ha="center", va="center", fontsize="small", color="#666666")


def number(value: float) -> str:
    r"""A number as a tick says it.

    >>> number(2.35), number(30000.0), number(2e-12), number(1e-12)
    ('2.35', '30000', '$2\\times10^{-12}$', '$10^{-12}$')
    """
    if not value > 0 or 1e-3 <= value < 1e6:
        return f"{value:.6g}"
    mantissa, power = f"{value:.3e}".split("e")
    shown = f"{float(mantissa):g}"
    return _power(int(power)) if shown == "1" else rf"${shown}\times{_power(int(power)).strip('$')}$"


def _power(exponent: int) -> str:
    return f"$10^{{{exponent}}}$"
