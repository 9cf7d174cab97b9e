"""Least squares in pieces, and the errors of samples left out, beside refits without them."""

import numpy as np
import pytest

from scalaremlp.nn import _left_out
from scalaremlp.nn._left_out import solve, typical
from scalaremlp.nn._polynomial_degree import best_degree


def refitted(design, outputs):
    """Errors of samples left out, by a fit without each."""
    found = []
    for i in range(len(outputs)):
        rest = np.arange(len(outputs)) != i
        flat = design[rest].reshape(-1, design.shape[2])
        weights = np.linalg.lstsq(flat, outputs[rest].reshape(len(flat), -1), rcond=1e-13)[0]
        found.append(outputs[i] - design[i] @ weights)
    return np.array(found)


@pytest.mark.parametrize("dependent", [False, True])
def test_pieces_make_no_difference(dependent, monkeypatch):
    rng = np.random.default_rng(0)
    design, outputs = rng.normal(size=(40, 3, 7)), rng.normal(size=(40, 3, 2))
    if dependent:
        design[:, :, 6] = design[:, :, 0] - 2 * design[:, :, 1]
    whole = solve(lambda rows: design[rows], 7, outputs)
    monkeypatch.setattr(_left_out, "_PIECE", 1)
    assert len(list(_left_out._pieces(40, 3, 7))) == 4
    pieces = solve(lambda rows: design[rows], 7, outputs)
    flat = design.reshape(-1, 7)
    wanted = np.linalg.lstsq(flat, outputs.reshape(-1, 2), rcond=1e-12)[0]
    for found in (whole, pieces):
        assert found.determined == 7 - dependent
        assert np.abs(flat @ (found.weights - wanted)).max() < 1e-12
        assert np.abs(found.left_out - refitted(design, outputs)).max() < 1e-11


def far_away(degree=8):
    """Powers of a number in [-1, 1], but of one sample 2; the law is its exponential."""
    x = np.append(np.linspace(-1, 1, 60), 2.0)
    return np.vander(x, degree + 1, increasing=True)[:, None, :], np.exp(x)[:, None, None]


def test_of_a_sample_that_decides_much_the_error_is_not_that_of_rounding():
    """It lets 1e-9 of its error show, which is no more than the rounding of its output."""
    design, outputs = far_away()
    found = solve(lambda rows: design[rows], 9, outputs).left_out[-1].item()
    assert found == pytest.approx(refitted(design, outputs)[-1].item(), rel=1e-5)


def test_degrees_are_judged_as_by_refits_and_the_best_is_taken():
    design, outputs = far_away(9)
    wanted = [typical(refitted(design[:, :, : degree + 1], outputs), outputs) for degree in range(10)]
    seen = []
    chosen = best_degree(lambda degree: seen.append(degree) or design[:, :, [degree]], range(10), outputs)
    assert seen == list(range(10)) and chosen.degree == int(np.argmin(wanted))
    assert chosen.error == pytest.approx(min(wanted), rel=1e-4)


def test_no_degree_is_tried_after_one_that_leaves_nothing_or_where_all_are_worse():
    rng, seen = np.random.default_rng(0), []
    design = rng.normal(size=(50, 1, 9))

    def columns(degree):
        seen.append(degree)
        return design[:, :, [degree]]

    assert best_degree(columns, range(9), 3 * design[:, :, [0]] - design[:, :, [1]]).degree == 1 and seen == [0, 1]
    seen.clear()
    noise = design[:, :, [0]] + 1e-3 * rng.normal(size=(50, 1, 1))
    assert best_degree(columns, range(9), noise).degree == 0 and seen == [0, 1, 2, 3]
