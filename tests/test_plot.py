"""Figures: named axes, labelled curves, distinct colours; drawn from odd values without complaint."""

import numpy as np
import pytest

from scalaremlp import plot, published
from scalaremlp.groups import SO, S
from scalaremlp.groups._fixed import levi_civita
from scalaremlp.reps import T, V

ROWS = [
    {"model": model, "ntrain": n, "seed": seed, "test_mse": 10.0**-seed / n}
    for model in ("default", "no quadratic part") for n in (30, 100) for seed in range(3)
]  # fmt: skip


def check_axes(axes):
    for text in (axes.get_xlabel(), axes.get_ylabel()):
        assert "(" in text, f"an axis needs a name and a unit, got {text!r}"


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


def test_learning_curves_leave_out_what_was_not_measured(tmp_path):
    figure = plot.learning_curves(
        {"training": [1.0, 0.1, float("nan")], "validation": [None, 0.2, 0.1]}, steps=[0, 5, 9]
    )
    (axes,) = figure.axes
    check_axes(axes)
    assert [list(line.get_xdata()) for line in axes.lines] == [[0, 5], [5, 9]]
    plot.save_figure(figure, tmp_path / "a.png")


@pytest.mark.parametrize("shape", [(50,), (50, 1), (50, 9), (3000, 2)])
def test_predicted_against_true_pools_components_and_limits_the_points(tmp_path, shape):
    true = np.random.default_rng(0).normal(size=shape)
    figure = plot.predicted_against_true(true, true + 1e-3)
    for axes in figure.axes:
        check_axes(axes)
        assert len(axes.collections[0].get_offsets()) == min(true.size, 2000)
    plot.save_figure(figure, tmp_path / "a.png")


def test_published_figures_name_their_source_and_cover_the_tasks():
    for task in ("o5", "inertia", "particle"):
        assert published.curves(task)["Scalars"].keys() >= {30, 100, 300, 1000, 3000}
        assert published.target_variance(task) > 0
        assert all(run["test_mse"] > 0 for run in published.original_runs(task))
    assert "arXiv:2106.06610" in published.sources()["Scalars"]
    assert published.curves("my own task") == {}


def test_entries_that_share_a_weight_have_one_colour():
    labels, negative = plot._sharing((V >> V)(S(3)).equivariant_basis(), (3, 3))
    assert (labels == labels[0, 1]).sum() == 6 and (labels == labels[0, 0]).sum() == 3 and not negative.any()
    labels, negative = plot._sharing((T(1) >> T(2))(SO(3)).equivariant_basis(), (9, 3))
    epsilon = levi_civita(3).reshape(9, 3)
    assert np.array_equal(labels > 0, epsilon != 0) and labels.max() == 1
    assert np.array_equal(negative, epsilon == -epsilon[epsilon != 0][0])


def test_a_basis_is_drawn(tmp_path):
    figure = plot.basis((T(1) + T(2))(SO(3)), (T(0) + T(1))(SO(3)))
    (axes,) = figure.axes
    assert axes.get_title() == "((T(1) + T(2)) >> (T(0) + T(1)))(SO(3)): 3 weights"
    assert "component of the input (index, 12 in all)" in axes.get_xlabel() and len(axes.lines) == 2
    assert sum(text.get_text() == "–" for text in axes.texts) == 3  # ε has three entries of either sign
    assert plot.save_figure(figure, tmp_path / "basis.png").stat().st_size > 1000
    assert plot.basis(T(1)(SO(3)), T(0)(SO(3))).axes[0].get_title() == "(T(1) >> T(0))(SO(3)): 0 weights"
    with pytest.raises(ValueError, match=r"at most 4000000 entries. Got 3000 x 3000"):
        plot.basis(1000 * T(1)(SO(3)), 1000 * T(1)(SO(3)))
