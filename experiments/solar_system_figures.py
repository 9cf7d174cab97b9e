"""The figures of `solar_system.py`: the law of force, the masses, and the errors of predicted positions."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from scalaremlp.plot import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, SKY, VERMILLION

_COLOURS = (BLACK, ORANGE, SKY, GREEN, BLUE, VERMILLION, PURPLE, GREY)
_LEAST = 1e-12  # an error of zero, as at the start, is left out


def force_law(r: np.ndarray, f: np.ndarray) -> Figure:
    """The learned f at the distances seen with 1/r², and below the relative difference."""
    figure = Figure(figsize=(7, 6), layout="constrained")
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    top.plot(r, 1 / r**2, color=GREY, linewidth=4, label="1/r²")
    top.plot(r, f, color=BLUE, linewidth=1.5, label="learned")
    top.set(ylabel="f(r), with f(1 au) = 1", xscale="log", yscale="log")
    top.legend(frameon=False)
    size = np.abs(f * r**2 - 1)
    bottom.plot(r, np.where(size > _LEAST, size, np.nan), color=VERMILLION, linewidth=1)
    bottom.set(xlabel="distance r between two bodies (au)", ylabel="|f(r) r² − 1|", yscale="log")
    return _tidy(figure, top, bottom)


def masses(bodies: Sequence[str], learned: np.ndarray, published: np.ndarray) -> Figure:
    """Learned GM against the published ones, and below the relative error of each."""
    figure = Figure(figsize=(7, 6), layout="constrained")
    top, bottom = figure.subplots(2, 1, sharex=True, height_ratios=(2, 1))
    places = np.arange(len(bodies))
    top.plot(places, published, "o", markersize=10, markerfacecolor="none", color=GREY, label="published, DE421")
    top.plot(places, np.where(learned > 0, learned, np.nan), "x", color=BLUE, label="learned")
    top.set(ylabel="GM (au³/day²)", yscale="log")
    top.legend(frameon=False)
    bottom.plot(places, np.abs(learned / published - 1), "D", color=VERMILLION)
    bottom.set(ylabel="relative error of GM", yscale="log")
    bottom.set_xticks(places, bodies, rotation=30)
    return _tidy(figure, top, bottom)


def positions(planets: Sequence[str], years: np.ndarray, errors: Mapping[str, np.ndarray]) -> Figure:
    """The relative error of each planet's position against time, one panel a model."""
    figure = Figure(figsize=(9, 4.5), layout="constrained")
    panels = np.atleast_1d(figure.subplots(1, len(errors), sharey=True))
    for axes, (who, error) in zip(panels, errors.items(), strict=True):
        for planet, colour, values in zip(planets, _COLOURS, error.T, strict=False):
            axes.plot(years, np.where(values > _LEAST, values, np.nan), color=colour, linewidth=1.2, label=planet)
        axes.set(xlabel="time after the years learned from (years)", yscale="log")
        axes.set_title(who, fontsize="medium")
    panels[0].set_ylabel("error of position / distance from the Sun")
    panels[-1].legend(frameon=False, fontsize="small", loc="center left", bbox_to_anchor=(1, 0.5))
    return _tidy(figure, *panels)


def _tidy(figure: Figure, *panels: Axes) -> Figure:
    for axes in panels:
        axes.spines[["top", "right"]].set_visible(False)
        axes.grid(alpha=0.3)
    return figure
