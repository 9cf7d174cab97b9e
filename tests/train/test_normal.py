"""Both forms of a linearised problem against dense algebra, and against each other where that is ill-conditioned."""

import numpy as np
import pytest

from scalaremlp.train._normal import RELATIVE, Normal, Rows


def both(jacobian, residuals):
    """The two forms of one problem."""
    squares = float(residuals @ residuals)
    return {
        "normal": Normal(jacobian.T @ jacobian, jacobian.T @ residuals, squares),
        "rows": Rows(jacobian, residuals),
    }


def drawn(rows, parameters, seed=0):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((rows, parameters)), rng.standard_normal(rows), rng.standard_normal(parameters)


forms = pytest.mark.parametrize("form", ["normal", "rows"])
shapes = pytest.mark.parametrize("shape", [(1, 1), (1, 7), (5, 12), (12, 5), (60, 300)])


@forms
@shapes
def test_what_a_step_asks_for(form, shape):
    jacobian, residuals, delta = drawn(*shape)
    ridge, pull = np.logspace(-3, 2, shape[1]), np.linspace(-1.0, 2.0, shape[1])
    problem = both(jacobian, residuals)[form]
    assert problem.squares == pytest.approx(residuals @ residuals, rel=1e-14)
    assert problem.scale == pytest.approx(np.mean(np.sum(jacobian**2, axis=0)), rel=1e-13)
    np.testing.assert_allclose(problem.gradient, jacobian.T @ residuals, rtol=1e-12, atol=1e-12)
    after = np.sum((residuals + jacobian @ delta) ** 2)
    assert problem.change(delta) == pytest.approx(after - residuals @ residuals, rel=1e-11)
    stacked, target = np.r_[jacobian, np.diag(ridge**0.5)], np.r_[-residuals, -pull / ridge**0.5]
    np.testing.assert_allclose(problem.solve(ridge, pull), np.linalg.lstsq(stacked, target)[0], rtol=1e-8, atol=1e-9)
    inverse = np.linalg.inv(jacobian.T @ jacobian + np.diag(ridge))
    np.testing.assert_allclose(problem.determined(ridge), 1 - ridge * np.diag(inverse), rtol=1e-8, atol=1e-10)


@forms
def test_the_problem_is_left_as_it_was(form):
    jacobian, residuals, _ = drawn(4, 9)
    problem = both(jacobian.copy(), residuals.copy())[form]
    first = [problem.solve(np.full(9, 0.1), np.ones(9)), problem.determined(np.full(9, 0.1)), problem.least_damping()]
    again = [problem.solve(np.full(9, 0.1), np.ones(9)), problem.determined(np.full(9, 0.1)), problem.least_damping()]
    for one, other in zip(first, again, strict=True):
        np.testing.assert_array_equal(one, other)
    np.testing.assert_array_equal(problem.gradient, both(jacobian, residuals)[form].gradient)


def test_rows_lose_nothing_where_priors_differ_by_twenty_orders():
    """With free parameters beside some that are switched off, the residuals are those of the free ones alone."""
    jacobian, residuals, _ = drawn(30, 80)
    ridge = np.where(np.arange(80) < 40, 1e-12, 1e8)
    delta = Rows(jacobian, residuals).solve(ridge, np.zeros(80))
    shortest = -np.linalg.pinv(jacobian[:, :40]) @ residuals
    np.testing.assert_allclose(delta[:40], shortest, rtol=1e-6)
    assert np.abs(delta[40:]).max() < 1e-18
    determined = Rows(jacobian, residuals).determined(ridge)
    assert determined[:40].sum() == pytest.approx(30, rel=1e-6) and 0 < determined[40:].sum() < 1e-5


@forms
@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_what_is_not_finite_is_no_step_and_no_error(form, broken):
    jacobian, residuals, _ = drawn(4, 9)
    jacobian[1, 2] = broken
    with np.errstate(all="ignore"):
        problem = both(jacobian, residuals)[form]
        assert not np.isfinite(problem.solve(np.ones(9), np.zeros(9))).all()
        assert not np.isfinite(problem.determined(np.ones(9))).all()


def test_without_a_cholesky_factor_there_is_no_step():
    matrix = np.diag([1.0, -1.0])
    problem = Normal(matrix, np.ones(2), 1.0)
    assert np.isnan(problem.solve(np.full(2, 0.5), np.zeros(2))).all()
    assert np.isnan(problem.determined(np.full(2, 0.5))).all()


def test_collinear_columns_are_no_hindrance():
    """Where rounding has made an eigenvalue of JᵀJ negative, the damping is the least power of ten that hides it."""
    matrix = np.ones((5, 5)) - 3e-12 * np.eye(5)
    assert Normal(matrix, np.ones(5), 1.0).least_damping() == pytest.approx(1e-11)
    assert Normal(np.eye(5), np.ones(5), 1.0).least_damping() == RELATIVE
    assert Rows(np.eye(3, 5), np.ones(3)).least_damping() == pytest.approx(0.6 * RELATIVE)
    equal = Rows(np.ones((40, 50)), np.ones(40))
    assert RELATIVE * equal.scale <= equal.least_damping() < 1e-10 * equal.scale
    assert np.isfinite(equal.solve(np.full(50, equal.least_damping()), np.zeros(50))).all()
