"""Losses during training."""

from scalaremlp import plot

from .axes import check_axes


def test_learning_curves_leave_out_what_was_not_measured(tmp_path):
    figure = plot.learning_curves(
        {"training": [1.0, 0.1, float("nan")], "validation": [None, 0.2, 0.1]}, steps=[0, 5, 9]
    )
    (axes,) = figure.axes
    check_axes(axes)
    assert [list(line.get_xdata()) for line in axes.lines] == [[0, 5], [5, 9]]
    plot.save_figure(figure, tmp_path / "a.png")
