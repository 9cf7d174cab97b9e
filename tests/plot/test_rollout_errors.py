"""Errors of rollouts against time."""

import numpy as np
import pytest
from axes import check_axes

from scalaremlp import plot
from scalaremlp.dynamics import rollout_error

TIMES = np.linspace(0, 2, 11)


def error(size, n=8):
    true = 1 + np.random.default_rng(0).uniform(size=(n, 11, 4))
    return rollout_error(true + size * TIMES[:, None] * np.arange(1, n + 1)[:, None, None], true)


def test_the_mean_and_one_standard_deviation_about_it_are_drawn(tmp_path):
    found = error(1e-3)
    figure = plot.rollout_errors({"a": found, "b": (found.by_time / 10, found.log_spread)}, times=TIMES, time_unit="a")
    (axes,) = figure.axes
    check_axes(axes)
    assert axes.get_yscale() == "log" and axes.get_xlabel().endswith("(a)")
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["a", "b"]
    for line, part in zip(axes.lines, (1, 10), strict=True):
        np.testing.assert_allclose(line.get_xydata(), np.stack([TIMES, found.by_time / part], axis=1)[1:])
    assert len({line.get_color() for line in axes.lines}) == len({line.get_marker() for line in axes.lines}) == 2
    ends = axes.collections[0].get_paths()[0].vertices
    for edge in (-1, 1):
        values = found.by_time[1:] * np.exp(edge * found.log_spread[1:])
        points = np.stack([TIMES[1:], values], axis=1)
        assert all(np.isclose(ends, point, rtol=1e-12).all(axis=1).any() for point in points)
    plot.save_figure(figure, tmp_path / "a.png")


def test_errors_that_are_all_alike_are_drawn_without_complaint(recwarn):
    """As of a model whose errors are all at a floor; rounding makes them differ in the last digit."""
    mean = 1e-7 * (1 + 1e-16 * np.arange(-5, 6))
    plot.rollout_errors({"a": (mean, np.abs(mean - 1e-7))}, times=TIMES).canvas.draw()
    assert not recwarn.list


def test_no_error_is_above_1():
    (axes,) = plot.rollout_errors({"a": (np.full(11, 0.9), np.full(11, 2.0))}, times=TIMES).axes
    assert axes.collections[0].get_paths()[0].vertices[:, 1].max() == 1


def test_as_many_errors_as_spreads_and_times():
    with pytest.raises(ValueError, match=r"as many errors as spreads.* Got \(11,\) and \(10,\) for 'a'"):
        plot.rollout_errors({"a": (np.ones(11), np.ones(10))}, times=TIMES)
    with pytest.raises(ValueError, match=r"`times` must be 11 finite numbers.* Got shape \(10,\)"):
        plot.rollout_errors({"a": error(1e-3)}, times=TIMES[1:])
