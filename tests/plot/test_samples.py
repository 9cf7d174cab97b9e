"""Test error by number of training samples."""

import numpy as np
from axes import check_axes

from scalaremlp import plot, published

ROWS = [
    {"model": model, "ntrain": n, "seed": seed, "test_mse": 10.0**-seed / n}
    for model in ("default", "no quadratic part") for n in (30, 100) for seed in range(3)
]  # fmt: skip


def test_error_by_samples_labels_every_curve_and_draws_the_median_and_the_spread(tmp_path):
    figure = plot.error_by_samples(ROWS, published.curves("o5"), title="o5")
    (axes,) = figure.axes
    check_axes(axes)
    labels = [text.get_text() for text in axes.get_legend().get_texts()]
    assert {"default (this library)", "no quadratic part (this library)", "Scalars (published)"} <= set(labels)
    ours = next(line for line in axes.lines if line.get_label().startswith("default"))
    np.testing.assert_allclose(ours.get_ydata(), [0.1 / 30, 0.1 / 100])
    assert len(axes.collections) == 2
    path = plot.save_figure(figure, tmp_path / "new" / "a.png")
    assert path.stat().st_size > 5000


def test_curves_of_one_figure_have_their_own_colour():
    (axes,) = plot.error_by_samples(ROWS, {"a": {30: 1.0}, "b": {30: 2.0}, "c": {30: 2.0}}).axes
    assert len({line.get_color() for line in axes.lines}) == len(axes.lines) == 5


def test_an_error_of_zero_is_drawn():
    rows = [{"model": "exact", "ntrain": n, "test_mse": 0.0} for n in (30, 100)]
    (axes,) = plot.error_by_samples(rows).axes
    assert np.all(axes.lines[0].get_ydata() > 0)


def test_sizes_are_the_ticks_and_an_exact_model_leaves_room_for_the_others():
    rows = [{"model": "exact", "ntrain": n, "test_mse": 1e-26} for n in (30, 35, 100, 30000)]
    (axes,) = plot.error_by_samples(rows, {"a": {30: 1.0, 1000: 0.1}}).axes
    axes.figure.canvas.draw()
    assert [label.get_text() for label in axes.get_xticklabels(which="both")] == ["30", "100", "1000", "30000"]
    assert axes.texts[0].get_text() == "24 decades without a value"
