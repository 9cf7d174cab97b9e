"""Predicted against true values."""

import numpy as np
import pytest
from axes import check_axes
from matplotlib.colors import to_hex

from scalaremlp import plot


def labels(axes):
    return [text.get_text() for text in axes.get_legend().get_texts()]


@pytest.mark.parametrize("shape", [(50,), (50, 1), (50, 9), (3000, 2)])
def test_predicted_against_true_draws_all_components_and_limits_the_points(tmp_path, shape):
    true = np.random.default_rng(0).normal(size=shape)
    figure = plot.predicted_against_true(true, true + 1e-3)
    for axes in figure.axes:
        check_axes(axes)
        assert len(axes.collections[0].get_offsets()) == min(true.size, 2000)
    plot.save_figure(figure, tmp_path / "a.png")


def test_each_term_has_axes_of_its_own():
    """Of an energy of 1e-19 and a force of 1e-9 both are seen."""
    true = np.random.default_rng(0).normal(size=(40, 4)) * [1e-19, 1e-9, 1e-9, 1e-9]
    figure = plot.predicted_against_true(true, true * (1 + 1e-6), terms={"T(0)": slice(0, 1), "T(1)": slice(1, 4)})
    assert [len(axes.collections[0].get_offsets()) for axes in figure.axes] == [40, 40, 120, 120]
    assert (
        1e-19 < figure.axes[0].get_xlim()[1] < 1e-18
        and figure.axes[2].get_xlabel() == "true value of T(1) (target units)"
    )
    assert len(plot.predicted_against_true(true, true, terms={"T(4)": slice(0, 4)}).axes) == 2


def test_up_to_four_components_have_a_colour_each():
    true = np.random.default_rng(0).normal(size=(30, 3)) + np.array([0, 10, 100])
    left, right = plot.predicted_against_true(true, true + 0.1).axes
    for axes in (left, right):
        points, colours = axes.collections[0].get_offsets(), axes.collections[0].get_facecolors()
        for i, colour in enumerate(plot.style.OURS[:3]):
            mine = np.abs(np.asarray(points)[:, 0] - 10**i * (i > 0)) < 5 * 9 ** (i > 1)
            assert mine.sum() == 30 and {to_hex(c) for c in colours[mine]} == {colour.lower()}
    assert labels(left) == ["predicted = true", "component 1", "component 2", "component 3"]
    assert labels(plot.predicted_against_true(true[:, :1], true[:, :1]).axes[0]) == ["predicted = true", "test samples"]
    nine = np.tile(true, 3)
    assert labels(plot.predicted_against_true(nine, nine).axes[0])[1:] == ["test samples, 9 components"]


def test_of_complex_values_both_parts_are_drawn():
    true = np.array([[1 + 10j], [2 + 20j]])
    left, right = plot.predicted_against_true(true, true + 0.5j).axes
    assert sorted(left.collections[0].get_offsets()[:, 0]) == [1, 2, 10, 20]
    assert labels(left)[1:] == ["real part", "imaginary part"]
    assert right.collections[0].get_offsets()[-1, 1] == pytest.approx(0.5)


def test_the_points_that_are_drawn_are_of_all_components_alike():
    true = np.arange(12000.0).reshape(4000, 3)
    column = np.asarray(plot.predicted_against_true(true, true).axes[0].collections[0].get_offsets())[:, 0] % 3
    assert np.bincount(column.astype(int)).tolist() == pytest.approx([2000 / 3] * 3, abs=2)
    assert set(column[:30]) == {0, 1, 2}, "the last component would hide the others"


def test_predictions_that_are_not_finite_are_counted():
    true = np.arange(1.0, 11)[:, None]
    predicted = np.where(true > 7, np.nan, true + 0.1)
    left, right = plot.predicted_against_true(true, predicted).axes
    assert left.get_title() == "3 of 10 predictions are not finite" and left.lines[0].get_xdata() == pytest.approx(
        [1, 7.1]
    )
    assert len(left.collections[0].get_offsets()) == len(right.collections[0].get_offsets()) == 7
    plot.predicted_against_true(true, np.nan * true).canvas.draw()
