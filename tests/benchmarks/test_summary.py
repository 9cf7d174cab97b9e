"""A failed run never hides behind the others, neither in a median nor in a largest value."""

import pytest
from benchmarks.accuracy import summary
from benchmarks.machine import made_with

ROW = {"name": "o5", "variant": "default", "n": 100, "mse": 1e-5, "seconds": 10.0, "equivariance_error": 1e-14}
ROW |= {"peak_mb": 600, "parameters": 821, "optimizer": "Levenberg-Marquardt"}


def test_medians_and_limits():
    line = summary([{**ROW, "mse": mse, "seconds": 20 * mse / 1e-5} for mse in (1e-5, 3e-5, 2e-5)])
    assert (line["what"], line["seeds"], line["median"], line["worst"]) == ("o5", "3/3", "2e-05", "3e-05")
    assert (line["met"], line["seconds"], line["most"]) == ("aim", "40", "60")


@pytest.mark.parametrize(
    "change, met",
    [
        ({"mse": float("nan")}, "no"),
        ({"equivariance_error": float("nan")}, "no: equivariance"),
        ({"seconds": 61.0}, "no: time"),
    ],
    ids=str,
)
@pytest.mark.parametrize("place", range(3))
def test_one_bad_seed_of_three(change, met, place):
    assert summary([ROW | change if place == i else ROW for i in range(3)])["met"] == met


def test_a_missing_seed_is_no_result():
    assert summary([ROW, None, ROW])["met"] == "no: incomplete" and summary([None])["met"] == "no"


def test_every_figure_says_what_it_was_made_with():
    assert set(made_with("abc")) == {"code", "load", "machine", "versions"}
