"""Momentum against position of the double pendulum."""

import numpy as np
import pytest
from axes import check_axes

from scalaremlp import pendulum, plot

from .swinging import swinging


def labels(figure):
    return [text.get_text() for text in figure.legends[0].get_texts()]


def test_each_mass_and_dimension_has_its_own_axes(tmp_path):
    true, predicted = swinging(30), swinging(30, strength=1.1)
    figure = pendulum.phase_space(true, predicted, title="a pendulum")
    assert len(figure.axes) == 6 and labels(figure) == ["truth", "prediction", "start of both"]
    for at, axes in enumerate(figure.axes):
        check_axes(axes)
        for line, states in zip(axes.lines, (true, predicted, true[:1]), strict=True):
            np.testing.assert_array_equal(line.get_xydata(), states[:, [at, 6 + at]])
        first, second, start = axes.lines
        assert first.get_color() == plot.BLUE and second.get_color() == plot.VERMILLION
        assert first.get_linestyle() != second.get_linestyle() and start.get_marker() == "o"
        (low, high), reached = axes.get_xlim(), np.concatenate([true[:, at], predicted[:, at]])
        assert low < reached.min() and reached.max() < high
    assert "x₁" in figure.axes[0].get_xlabel() and "z₂" in figure.axes[5].get_ylabel()
    assert plot.save_figure(figure, tmp_path / "a.png").stat().st_size > 20_000


def test_a_prediction_is_drawn_until_it_ends_and_leaves_room_for_the_truth():
    true, predicted = swinging(30), swinging(30)
    predicted[10], predicted[11:] = 1e12, np.nan
    predicted[20] = 0.0  # after its end, not to be drawn
    figure = pendulum.phase_space(true, predicted)
    assert labels(figure)[1] == "prediction, which ends after 11 of 30 states"
    for at, axes in enumerate(figure.axes):
        assert len(axes.lines[0].get_xdata()) == 30 and len(axes.lines[1].get_xdata()) == 11
        assert np.ptp(axes.get_xlim()) < 2 * np.ptp(true[:, at])
    figure.canvas.draw()


def test_motion_in_a_plane_is_drawn(recwarn):
    states = swinging(30) * np.array(4 * [1, 0, 1])
    pendulum.phase_space(states, states)
    assert not recwarn.list


@pytest.mark.parametrize("true, predicted", [((5, 12), (4, 12)), ((5, 10), (5, 10)), ((2, 5, 12),) * 2, ((0, 12),) * 2])
def test_other_shapes_are_refused(true, predicted):
    with pytest.raises(ValueError, match=r"one trajectory each.* Got shapes .* Of a batch give one: states\[0\]"):
        pendulum.phase_space(np.ones(true), np.ones(predicted))


def test_a_trajectory_without_a_beginning_is_refused():
    states = swinging(5)
    states[0, 3] = np.nan
    with pytest.raises(ValueError, match=r"begin with a finite state. Got .*nan.* in `predicted`"):
        pendulum.phase_space(swinging(5), states)
