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
