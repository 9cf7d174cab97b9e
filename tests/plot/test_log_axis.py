"""Logarithmic axes: ticks that a person reads, limits, and wide gaps that are cut."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from scalaremlp.plot._log_axis import logarithmic


def drawn(*curves, points=(), band=()):
    """Axes with curves, points, and a band, made logarithmic and drawn."""
    figure = Figure()
    axes = figure.subplots()
    for curve in curves:
        axes.plot(np.arange(len(curve)), curve)
    if len(points):
        axes.scatter(np.arange(len(points)), points)
    if len(band):
        axes.fill_between([0, 1], *band)
    logarithmic(axes)
    figure.canvas.draw()
    return axes


def ticks(axes):
    """The labels within the limits."""
    low, high = axes.get_ylim()
    named = zip(axes.yaxis.get_majorticklocs(), axes.yaxis.get_majorticklabels(), strict=True)
    assert not any(label.get_text() for label in axes.yaxis.get_minorticklabels())
    return [label.get_text() for place, label in named if low <= place <= high]


@pytest.mark.parametrize("unit", [1.0, 1e-12, 1e30])
@pytest.mark.parametrize(
    "low, high", [(1, 1), (1, 1 + 1e-15), (2.1, 2.4), (1, 5), (0.1, 4), (1e-3, 1), (1e-9, 1), (1e-25, 1)]
)
def test_a_few_ticks_are_named_and_all_is_in_view(unit, low, high, recwarn):
    curve = unit * np.geomspace(low, high, 50)
    axes = drawn(curve)
    assert axes.get_yscale() == "log" and not recwarn.list
    assert axes.get_ylim()[0] < curve.min() and curve.max() < axes.get_ylim()[1]
    assert 3 <= len(ticks(axes)) <= 12 and len(set(ticks(axes))) == len(ticks(axes))
    assert axes.get_ylim()[1] / axes.get_ylim()[0] > 1.19


def test_numbers_below_two_decades_are_plain():
    assert ticks(drawn([2.1, 2.4])) == ["2.1", "2.2", "2.3", "2.4"]
    assert ticks(drawn([2.1, 3.9])) == ["2.5", "3", "3.5", "4"]
    assert ticks(drawn([0.13, 4.0])) == ["0.2", "0.5", "1", "2"]
    assert ticks(drawn([2.1e-12, 2.4e-12]))[0] == r"$2.1\times10^{-12}$"


@pytest.mark.parametrize("unit", [1.0, 1e-30])
def test_what_lies_far_apart_is_drawn_with_a_cut(unit):
    """Curves 20 decades apart each have a good part of the height, to scale, and the cut says how many there are."""
    high, low = unit * np.geomspace(1e-2, 10, 20), unit * np.geomspace(1e-25, 1e-23, 20)
    axes = drawn(high, low)
    places = [
        axes.transAxes.inverted().transform(axes.transData.transform([(0, y) for y in part]))[:, 1]
        for part in (high, low)
    ]
    for place, decades in zip(places, (3, 2), strict=True):
        assert np.ptp(place) > 0.09 * decades and np.allclose(np.diff(place), np.diff(place)[0])
    assert np.ptp(places[0]) == pytest.approx(1.5 * np.ptp(places[1]))
    assert [text.get_text() for text in axes.texts] == ["20 decades without a value"]
    named = np.array([float(text.removeprefix("$10^{").removesuffix("}$")) for text in ticks(axes)]) - np.log10(unit)
    assert {-2, -24} <= set(np.round(named)) and not np.any((named > -22) & (named < -3))
    assert len(axes.patches) == 1


@pytest.mark.parametrize("several", [{"points": [1.0, 1e-30]}, {"band": ([1e-30, 1e-30], [1e-29, 1.0])}])
def test_points_and_bands_count(several):
    axes = drawn([1.0, 2.0], **several)
    assert axes.get_ylim()[0] < 1e-30 and "decades without a value" in axes.texts[0].get_text()


def test_steps_of_six_decades_are_no_gap_and_three_parts_have_two_cuts():
    assert not drawn([1.0, 1e-6, 1e-12]).texts
    assert len(drawn([1.0, 1e-10, 1e-20]).texts) == 2


@pytest.mark.parametrize("curve", [[], [np.nan, np.inf], [0.0, -1.0]])
def test_nothing_to_see_is_drawn_without_complaint(curve, recwarn):
    assert drawn(curve).get_ylim()[0] > 0 and not recwarn.list
