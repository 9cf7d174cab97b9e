"""Conserved quantities along trajectories."""

import numpy as np
import pytest
from axes import check_axes

from scalaremlp import plot

TIMES = np.linspace(0, 2, 6)
VALUES = np.array([-4.0, -4.5, -3.9, -3.0, -4.0, -5.5])
CHANGE, LARGEST = [np.nan, 0.5, 0.1, 1.0, np.nan, 1.5], [np.nan, 0.5, 0.5, 1.0, 1.0, 1.5]


def curves(axes):
    return [line.get_ydata() for line in axes.lines]


def test_a_panel_for_each_quantity_with_the_change_and_the_largest_so_far(tmp_path):
    quantities = {"energy (J)": {"truth": VALUES, "network": 2 * VALUES}, "angular momentum (J s)": {"truth": VALUES}}
    figure = plot.conserved(quantities, times=TIMES, time_unit="min")
    assert [axes.get_title() for axes in figure.axes] == list(quantities)
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["truth", "network"]
    for axes, factors in zip(figure.axes, ((1, 1, 2, 2), (1, 1)), strict=True):
        check_axes(axes)
        assert axes.get_yscale() == "log" and axes.get_xlabel() == "time (min)"
        wanted = [f * np.array(part) for f, part in zip(factors, (CHANGE, LARGEST) * 2, strict=False)]
        np.testing.assert_allclose(curves(axes), wanted, rtol=1e-12)
        assert all(list(line.get_xdata()) == list(TIMES) for line in axes.lines)
    assert len({line.get_color() for line in figure.axes[0].lines}) == 2
    plot.save_figure(figure, tmp_path / "a.png")


def test_a_curve_ends_with_the_trajectory():
    values = VALUES.copy()
    values[[2, 4]] = np.nan, np.inf
    (axes,) = plot.conserved({"energy (J)": {"truth": values}}, times=TIMES).axes
    np.testing.assert_allclose(curves(axes), [[np.nan, 0.5] + 4 * [np.nan]] * 2)


def test_what_does_not_change_is_drawn_without_complaint(tmp_path, recwarn):
    plot.save_figure(plot.conserved({"energy (J)": {"truth": np.ones(6)}}, times=TIMES), tmp_path / "a.png")
    assert not recwarn.list


@pytest.mark.parametrize("values", [np.ones((2, 6)), [np.nan, 1.0], [], 1.0])
def test_other_values_are_refused(values):
    with pytest.raises(ValueError, match=r"begins with a finite value. Got shape .* for 'truth' of 'energy \(J\)'"):
        plot.conserved({"energy (J)": {"truth": values}}, times=TIMES)


def test_other_times_and_nothing_are_refused():
    with pytest.raises(ValueError, match=r"`times` must be 5 finite numbers.* Got shape \(6,\)"):
        plot.conserved({"energy (J)": {"truth": VALUES[1:]}}, times=TIMES)
    with pytest.raises(ValueError, match=r"`quantities` must hold at least one. Got none"):
        plot.conserved({}, times=TIMES)
