"""Both forms of a linearised problem against dense algebra, and against each other where that is ill-conditioned."""

import numpy as np
import pytest

from scalaremlp.train.second_order.damping import RELATIVE, direction
from scalaremlp.train.second_order.evidence import posterior
from scalaremlp.train.second_order.normal import Normal
from scalaremlp.train.second_order.rows import Rows


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
    found = problem.factored(ridge)
    assert found.exists
    np.testing.assert_allclose(found.solve(pull), np.linalg.lstsq(stacked, target)[0], rtol=1e-8, atol=1e-9)
    inverse = np.linalg.inv(jacobian.T @ jacobian + np.diag(ridge))
    np.testing.assert_allclose(found.determined(), 1 - ridge * np.diag(inverse), rtol=1e-8, atol=1e-10)
    exact = np.linalg.slogdet(np.eye(shape[0]) + (jacobian / ridge) @ jacobian.T)[1]
    assert found.log_determinant == pytest.approx(exact, rel=1e-9)


@forms
def test_the_problem_is_left_as_it_was(form):
    jacobian, residuals, _ = drawn(4, 9)
    problem = both(jacobian.copy(), residuals.copy())[form]
    found = problem.factored(np.full(9, 0.1))
    first, again = ((found.determined(), found.solve(np.ones(9))) for _ in range(2))
    fresh = problem.factored(np.full(9, 0.1))
    for one, *others in zip(first, again, (fresh.determined(), fresh.solve(np.ones(9))), strict=True):
        np.testing.assert_array_equal(others, [one] * 2)
    np.testing.assert_array_equal(problem.gradient, both(jacobian, residuals)[form].gradient)


def test_rows_lose_nothing_where_priors_differ_by_twenty_orders():
    """With free parameters beside some that are switched off, the residuals are those of the free ones alone."""
    jacobian, residuals, _ = drawn(30, 80)
    ridge = np.where(np.arange(80) < 40, 1e-12, 1e8)
    found = Rows(jacobian, residuals).factored(ridge)
    delta, determined = found.solve(np.zeros(80)), found.determined()
    shortest = -np.linalg.pinv(jacobian[:, :40]) @ residuals
    np.testing.assert_allclose(delta[:40], shortest, rtol=1e-6)
    assert np.abs(delta[40:]).max() < 1e-18
    assert determined[:40].sum() == pytest.approx(30, rel=1e-6) and 0 < determined[40:].sum() < 1e-5


@forms
@pytest.mark.parametrize("seed", range(4))
def test_at_the_minimum_no_step_predicts_a_rise(form, seed):
    """There δ is a small difference of large terms, with singular values over 5 orders and priors over 12."""
    rng = np.random.default_rng(seed)
    right, left = np.linalg.qr(rng.standard_normal((200, 100)))[0].T, np.linalg.qr(rng.standard_normal((100, 100)))[0]
    jacobian, theta = (left * np.logspace(0, -5, 100)) @ right, rng.standard_normal(200)
    y, ridge = jacobian @ rng.standard_normal(200), np.logspace(-10, 2, 200)
    for _ in range(25):
        delta, _, predicted = direction(both(jacobian, jacobian @ theta - y)[form], ridge, theta, 1e-12)
        assert predicted > 0
        theta = theta + delta
    assert np.linalg.norm(delta) < 1e-12 * np.linalg.norm(theta)


@forms
@pytest.mark.parametrize("broken", [np.nan, np.inf])
def test_what_is_not_finite_is_no_step_and_no_error(form, broken):
    jacobian, residuals, _ = drawn(4, 9)
    jacobian[1, 2] = broken
    with np.errstate(all="ignore"):
        problem = both(jacobian, residuals)[form]
    found = problem.factored(np.ones(9))
    assert not found.exists
    assert not np.isfinite(found.solve(np.zeros(9))).all() and not np.isfinite(found.determined()).all()


def test_without_a_cholesky_factor_there_is_no_step():
    found = Normal(np.diag([1.0, -1.0]), np.ones(2), 1.0).factored(np.full(2, 0.5))
    assert not found.exists
    assert np.isnan(found.solve(np.zeros(2))).all() and np.isnan(found.determined()).all()


def least(problem, size, ridge=0.0):
    """The damping that `posterior` finds to be enough, relative to the mean diagonal."""
    found = posterior(problem, np.full(size, ridge))
    assert found.exists
    return (found.ridge[0] - ridge) / problem.scale


def test_collinear_columns_are_no_hindrance():
    """Where rounding has made an eigenvalue of JᵀJ negative, the damping is the least power of ten that hides it."""
    assert least(Normal(np.ones((5, 5)) - 3e-12 * np.eye(5), np.ones(5), 1.0), 5) == pytest.approx(1e-11, rel=1e-6)
    assert least(Normal(np.ones((5, 5)) - 3e-12 * np.eye(5), np.ones(5), 1.0), 5, ridge=1e-9) < 1e-13
    assert least(Normal(np.eye(5), np.ones(5), 1.0), 5) == RELATIVE
    assert least(Rows(np.eye(3, 5), np.ones(3)), 5) == pytest.approx(RELATIVE)
    assert RELATIVE <= least(Rows(np.ones((40, 50)), np.ones(40)), 50) < 1e-10


def test_inputs_of_zero_leave_no_warning(recwarn):
    """All is zero: the damping, the matrix, and the residuals' derivatives."""
    found = posterior(Rows(np.zeros((2, 3)), np.ones(2)), np.zeros(3))
    assert np.isnan(found.solve(np.zeros(3))).all() and not recwarn.list


def test_a_matrix_that_is_far_from_positive_has_no_damping():
    assert not posterior(Normal(np.diag([1.0, 1.0, -1.0]), np.ones(3), 1.0), np.zeros(3)).exists
