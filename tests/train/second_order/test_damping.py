"""Steps that follow residuals to second order, and the damping that lets them lower the objective."""

import numpy as np
import pytest

from scalaremlp.train.second_order.damping import Damping, direction, lower
from scalaremlp.train.second_order.normal import Normal
from scalaremlp.train.second_order.rows import Rows

LEAST, STEEP = 1e-14, 1e4


def valley(theta):
    """Rosenbrock's residuals of a steep valley, their Jacobian, and their second derivative along δ."""
    x, y = theta
    residuals, jacobian = np.array([1 - x, STEEP * (y - x**2)]), np.array([[-1.0, 0.0], [-2 * STEEP * x, STEEP]])
    return residuals, jacobian, lambda delta: np.array([0.0, -2 * STEEP * delta[0] ** 2])


def descended(form, bent, most=300):
    """Iterations from (−1.2, 1) until Σr² < 1e-20."""
    theta, damping, ridge = np.array([-1.2, 1.0]), Damping(1e-3 * STEEP**2), np.zeros(2)
    for number in range(most):
        residuals, jacobian, bend = valley(theta)
        if residuals @ residuals < 1e-20:
            return number
        rows = Rows(jacobian, residuals)
        problem = rows if form is Rows else Normal(jacobian.T @ jacobian, rows.gradient, rows.squares)
        along = bend if form is Rows else lambda delta, bend=bend, jacobian=jacobian: jacobian.T @ bend(delta)

        def objective(delta, theta=theta):
            return float(np.sum(valley(theta + delta)[0] ** 2))

        step = lower(
            problem, ridge, theta, damping, scale=STEEP**2, objective=objective, bend=along if bent else None
        )  # fmt: skip
        theta, damping = theta + step.delta, step.damping
    return most


@pytest.mark.parametrize("form", [Normal, Rows])
def test_a_narrow_valley_is_followed_in_fewer_iterations(form):
    bent, straight = (descended(form, way) for way in (True, False))
    assert bent < 0.5 * straight


@pytest.mark.parametrize("form", [Normal, Rows])
def test_the_step_is_the_second_order_solution_of_the_damped_problem(form):
    """Without damping J δ = −r and J a = −r″."""
    theta = np.array([0.9, 0.8])
    residuals, jacobian, bend = valley(theta)
    ridge = np.full(2, 1e-14)
    problem = Rows(jacobian, residuals)
    if form is Normal:
        problem = Normal(jacobian.T @ jacobian, problem.gradient, problem.squares)
    along = bend if form is Rows else lambda delta: jacobian.T @ bend(delta)
    found = direction(problem, ridge, np.zeros(2), 0.0, along)
    delta = np.linalg.solve(jacobian, -residuals)
    np.testing.assert_allclose(found.straight, delta, rtol=1e-6)
    np.testing.assert_allclose(2 * found.aside, np.linalg.solve(jacobian, -bend(delta)), rtol=1e-6, atol=1e-9)


def test_what_is_no_correction_is_left_out():
    problem = Normal(np.eye(2), np.array([1.0, 0.0]), 1.0)
    for size, kept in ((0.3, True), (0.4, False)):  # 2|a| against 3/4 |δ|, where δ = (−1, 0) and a = −bend
        found = direction(problem, np.zeros(2), np.zeros(2), 0.0, lambda delta, size=size: np.array([0.0, size]))
        assert (found.aside is not None) == kept


def test_damping_follows_the_gain():
    assert Damping(1.0, 2.0).refused().refused() == (8.0, 8.0)
    assert Damping(1.0, 8.0).accepted(1.0, LEAST) == (0.2, 2.0)
    assert Damping(1.0, 8.0).accepted(0.5, LEAST) == (1.0, 2.0)
    assert Damping(1.0, 8.0).accepted(0.0, LEAST) == (2.0, 2.0)
    assert Damping(1e-30, 2.0).accepted(1.0, LEAST) == (LEAST, 2.0)
