"""Predicted against true values."""

import numpy as np
import pytest

from scalaremlp import plot

from .axes import check_axes


@pytest.mark.parametrize("shape", [(50,), (50, 1), (50, 9), (3000, 2)])
def test_predicted_against_true_pools_components_and_limits_the_points(tmp_path, shape):
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
