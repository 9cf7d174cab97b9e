"""Losses during training."""

import numpy as np
import pytest
from axes import check_axes

from scalaremlp import plot


def test_learning_curves_leave_out_what_was_not_measured(tmp_path):
    figure = plot.learning_curves(
        {"training": [1.0, 0.1, float("nan")], "validation": [None, 0.2, 0.1]}, steps=[0, 5, 9]
    )
    (axes,) = figure.axes
    check_axes(axes)
    assert [list(line.get_xdata()) for line in axes.lines] == [[0, 5], [5, 9]]
    plot.save_figure(figure, tmp_path / "a.png")


@pytest.mark.parametrize("unit", [1.0, 1e-40, 1e40])
def test_losses_of_any_size_are_drawn_where_they_are(unit):
    """A loss of exactly zero lies just below the smallest other one."""
    figure = plot.learning_curves({"training": [unit, 1e-6 * unit, 0.0]}, steps=[0, 5, 9], unit="u")
    values = figure.axes[0].lines[0].get_ydata()
    assert values[:2].tolist() == [unit, 1e-6 * unit] and 1e-8 * unit < values[2] < 1e-6 * unit
    assert figure.axes[0].get_ylabel() == "mean squared error (u)"


@pytest.mark.parametrize("unit", [1.0, 1e-24, 1e24])
def test_errors_of_any_size_are_drawn_where_they_are(unit):
    true = unit * np.linspace(-1, 1, 20)
    figure = plot.predicted_against_true(true, true + 1e-3 * unit * np.linspace(0.5, 1, 20))
    drawn = np.asarray(figure.axes[1].collections[0].get_offsets())[:, 1]
    assert drawn == pytest.approx(1e-3 * unit * np.linspace(0.5, 1, 20), rel=1e-9) and not figure.axes[1].get_title()


def test_losses_of_which_none_is_finite_say_so(recwarn):
    (axes,) = plot.learning_curves({"training": [float("nan"), float("inf")]}, steps=[0, 1]).axes
    axes.figure.canvas.draw()
    assert axes.texts[0].get_text() == "no loss is finite" and not recwarn.list
    assert not plot.learning_curves({"training": [float("nan"), 1.0]}, steps=[0, 1]).axes[0].texts


def test_losses_that_hardly_fall_have_plain_ticks():
    (axes,) = plot.learning_curves({"training": [2.4, 2.3, 2.2]}, steps=[0, 1, 2]).axes
    axes.figure.canvas.draw()
    shown = [label.get_text() for label in axes.get_yticklabels(which="both")]
    assert "2.3" in shown and not any("10" in text for text in shown)
