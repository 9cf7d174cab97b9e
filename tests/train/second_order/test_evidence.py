"""Bayesian regularisation against the quadratic model, the true precisions, and the maximum of the log evidence."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.optimize import minimize

from scalaremlp.train.second_order.damping import direction
from scalaremlp.train.second_order.evidence import Evidence, posterior
from scalaremlp.train.second_order.evidence import log_evidence as log_evidence_of
from scalaremlp.train.second_order.evidence import updated as updated_from
from scalaremlp.train.second_order.normal import Normal
from scalaremlp.train.second_order.rows import Rows


def linear(samples, precisions, sizes, noise, seed=0):
    """A linear Gaussian model: y = Xθ + ε with θ of these precisions, in groups of these sizes."""
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(len(sizes)), sizes)
    x = rng.standard_normal((samples, len(group)))
    theta = rng.standard_normal(len(group)) / np.sqrt(np.asarray(precisions))[group]
    return x, x @ theta + noise * rng.standard_normal(samples), group


def updated(evidence, problem, theta, squares, count, damping):
    return updated_from(evidence, problem, problem.factored(evidence.ridge + damping), theta, squares, count)


def equations(x, y, theta):
    """The problem at θ, in the form that a fit would choose."""
    residuals = x @ theta - y
    if len(y) < len(theta):
        return Rows(x, residuals)
    return Normal(x.T @ x, x.T @ residuals, float(residuals @ residuals))


def fixed_point(x, y, group, first=1e-3, iterations=100):
    """α, β, γ and θ where MacKay's iteration ends, with the exact posterior mean in each of so many updates."""
    evidence, theta, count = Evidence(group, np.full(group.max() + 1, first)), np.zeros(len(group)), float(len(y))
    for _ in range(iterations):
        theta = theta + direction(equations(x, y, theta), evidence.ridge, theta, 0.0).straight
        problem = equations(x, y, theta)
        evidence, gamma = updated(evidence, problem, theta, problem.squares, count, 0.0)
    beta = (count - gamma) / problem.squares
    return evidence.ratio * beta, beta, gamma, theta


def log_evidence(logs, x, y, group):
    """log N(y | 0, 1/β + X A⁻¹ Xᵀ), with the parameters integrated out: no γ, no H, no θ."""
    alpha, beta = jnp.exp(logs[:-1]), jnp.exp(logs[-1])
    covariance = jnp.eye(len(y)) / beta + (x / alpha[group]) @ x.T
    return -0.5 * (jnp.linalg.slogdet(2 * jnp.pi * covariance)[1] + y @ jnp.linalg.solve(covariance, y))


@pytest.mark.parametrize("damping", [0.0, 0.7])
def test_step_minimises_the_damped_quadratic_and_predicts_its_decrease(damping):
    rng = np.random.default_rng(0)
    x, y, group = linear(12, [1, 1], [3, 2], 0.5)
    theta, ratio = rng.standard_normal(5), np.array([0.3, 2.0])
    evidence = Evidence(group, ratio)
    delta, _, predicted = direction(equations(x, y, theta), evidence.ridge, theta, damping)
    stacked = np.r_[x, np.diag(ratio[group] ** 0.5), damping**0.5 * np.eye(5)]
    target = np.r_[y - x @ theta, -(ratio[group] ** 0.5) * theta, np.zeros(5)]
    np.testing.assert_allclose(delta, np.linalg.lstsq(stacked, target)[0], rtol=1e-12)

    def objective(at):
        penalty = evidence.penalty(at)
        assert penalty == pytest.approx(0.3 * at[:3] @ at[:3] + 2.0 * at[3:] @ at[3:], rel=1e-13)
        return np.sum((x @ at - y) ** 2) + penalty

    assert predicted == pytest.approx(objective(theta) - objective(theta + delta), rel=1e-11)


def test_one_update_is_the_formula():
    x, y, group = linear(40, [1, 1], [3, 2], 0.5)
    theta, ratio = np.linspace(0.5, 1.5, 5), np.array([0.3, 20.0])
    normal = equations(x, y, theta)
    evidence = Evidence(group, ratio)
    new, gamma = updated(evidence, normal, theta, normal.squares, 40.0, 0.0)
    variances = np.diag(np.linalg.inv(x.T @ x + np.diag(ratio[group])))
    each = np.array([np.sum(1 - (ratio[group] * variances)[group == g]) for g in (0, 1)])
    beta = (40 - each.sum()) / normal.squares
    alpha = each / np.array([np.sum(theta[group == g] ** 2) for g in (0, 1)])
    assert gamma == pytest.approx(each.sum(), rel=1e-12)
    np.testing.assert_allclose(new.ratio, alpha / beta, rtol=1e-12)


def test_the_true_precisions_are_inferred():
    """Their relative errors have standard deviations √(2/γ_g) and √(2/(N - γ))."""
    precisions, sizes, noise = [0.25, 25.0], [80, 80], 0.4
    x, y, group = linear(600, precisions, sizes, noise)
    alpha, beta, gamma, _ = fixed_point(x, y, group, iterations=30)
    assert abs(alpha[0] / 0.25 - 1) < 3 * (2 / 80) ** 0.5 and abs(alpha[1] / 25 - 1) < 3 * (2 / 80) ** 0.5
    assert abs(beta * noise**2 - 1) < 3 * (2 / (600 - gamma)) ** 0.5


@pytest.mark.parametrize("samples, sizes", [(40, [4, 6]), (8, [5, 20])])
@pytest.mark.parametrize("ratio", [[1e-3, 20.0], [0.7, 1e6]])
def test_the_log_evidence_is_that_of_the_marginal_gaussian(samples, sizes, ratio):
    """With the noise that makes it greatest for these α/β."""
    x, y, group = linear(samples, [1.0, 9.0], sizes, 0.3)
    evidence = Evidence(group, np.array(ratio))
    theta = direction(equations(x, y, np.zeros(len(group))), evidence.ridge, np.zeros(len(group)), 0.0).straight
    problem, count = equations(x, y, theta), float(samples)
    beta = count / (problem.squares + evidence.penalty(theta))
    exact = log_evidence(jnp.log(jnp.array([*(beta * evidence.ratio), beta])), x, y, group)
    constant = 0.5 * count * (np.log(count / (2 * np.pi)) - 1)
    found = log_evidence_of(evidence, problem, theta, count) + constant
    assert found == pytest.approx(float(exact), rel=1e-8)


@pytest.mark.parametrize("samples, sizes", [(60, [4, 6]), (25, [20, 20])])
def test_the_fixed_point_is_the_maximum_of_the_log_evidence(samples, sizes):
    """Also with more parameters than samples, from a first guess that almost interpolates."""
    x, y, group = linear(samples, [0.2, 5.0], sizes, 0.5)
    alpha, beta, _, theta = fixed_point(x, y, group, iterations=600)
    both = jax.jit(jax.value_and_grad(lambda logs: -log_evidence(logs, x, y, group)))
    best = minimize(both, np.zeros(3), jac=True, method="BFGS", options={"gtol": 1e-9})
    np.testing.assert_allclose([*alpha, beta], np.exp(best.x), rtol=1e-5)
    found = np.log([*alpha, beta])
    assert np.abs(both(found)[1]).max() < 1e-5 and float(both(found)[0]) == pytest.approx(best.fun, abs=1e-9)
    ridge = np.exp(best.x[:-1] - best.x[-1])[group]
    np.testing.assert_allclose(theta, np.linalg.solve(x.T @ x + np.diag(ridge), x.T @ y), rtol=1e-4, atol=1e-6)


def test_the_fixed_point_does_not_depend_on_the_first_guess():
    x, y, group = linear(60, [0.2, 5.0], [4, 6], 0.5)
    points = [fixed_point(x, y, group, first)[0] for first in (0.0, 1e-6, 1e2)]
    np.testing.assert_allclose(points[1:], [points[0]] * 2, rtol=1e-6)


def test_a_group_that_does_nothing_is_switched_off():
    """Its columns are orthogonal to the data, so the evidence grows with its α without end, up to the cap."""
    x, y, group = linear(80, [1.0, 1.0], [5, 4], 0.3)
    x[:, 5:] -= np.outer(y, y @ x[:, 5:]) / (y @ y)
    q = np.linalg.qr(np.c_[y, x[:, :5]])[0]
    x[:, 5:] -= q @ (q.T @ x[:, 5:])
    alpha, beta, gamma, theta = fixed_point(x, y, group, first=1.0)
    scale = np.trace(x.T @ x) / 9
    assert alpha[1] / beta == pytest.approx(1e6 * scale, rel=1e-9)
    assert np.abs(theta[5:]).max() < 1e-6 < 0.1 < np.abs(theta[:5]).max()
    without = fixed_point(x[:, :5], y, group[:5])
    assert alpha[0] == pytest.approx(without[0][0], rel=1e-4) and gamma == pytest.approx(without[2], abs=2e-3)


def test_columns_of_noise_are_held_near_zero():
    rng = np.random.default_rng(1)
    x, y, group = linear(400, [1.0], [10], 0.5)
    x, group = np.c_[x, rng.standard_normal((400, 40))], np.r_[group, np.ones(40, int)]
    alpha, _, _, theta = fixed_point(x, y, group, iterations=200)
    least_squares = np.linalg.lstsq(x, y)[0]
    assert alpha[1] > 100 * alpha[0]
    assert np.linalg.norm(theta[10:]) < 0.5 * np.linalg.norm(least_squares[10:])
    assert np.linalg.norm(theta[:10] - least_squares[:10]) < 0.05 * np.linalg.norm(theta[:10])


@pytest.mark.parametrize("ratio", [0.0, 1e-6, 1.0, 30.0, 1e4])
@pytest.mark.parametrize("samples", [4, 30])
def test_determined_parameters_are_counted_by_eigenvalues(ratio, samples):
    """One group: γ = Σ λ/(λ + α/β) over the eigenvalues λ of JᵀJ."""
    x, y, group = linear(samples, [1.0], [8], 0.1)
    damping = 1e-14 * np.trace(x.T @ x) / 8 if samples < 8 else 0.0
    normal, evidence = equations(x, y, np.ones(8)), Evidence(group, np.array([ratio]))
    gamma = updated(evidence, normal, np.ones(8), normal.squares, float(samples), damping)[1]
    values = np.maximum(np.linalg.eigvalsh(x.T @ x), 0)
    assert 0 < gamma <= 8 + 1e-9
    if ratio:
        assert gamma == pytest.approx(np.sum(values / (values + ratio)), rel=1e-6)


def test_a_parameter_that_was_switched_off_comes_back():
    """While a misfit is taken for noise it is held at zero; it is several standard errors from zero."""
    rng = np.random.default_rng(3)
    x = rng.standard_normal((200, 1))
    truth = 0.02
    y = truth * x[:, 0] + 0.05 * rng.standard_normal(200)
    theta, evidence = np.zeros(1), Evidence(np.zeros(1, int), np.full(1, 1e6 * float((x**2).mean() * 200)))
    for _ in range(60):
        theta = theta + direction(equations(x, y, theta), evidence.ridge, theta, 0.0).straight
        problem = equations(x, y, theta)
        evidence, _ = updated(evidence, problem, theta, problem.squares, 200.0, 0.0)
    best = float((x[:, 0] @ y) / (x[:, 0] @ x[:, 0]))
    assert 0.7 * best < float(theta[0]) < best


def test_numbers_that_are_not_finite_leave_the_evidence_as_it_was():
    x, y, group = linear(30, [1.0, 1.0], [4, 4], 0.1)
    normal, evidence = equations(x, y, np.ones(8)), Evidence(group, np.array([0.5, 2.0]))
    new = updated(evidence, normal, np.r_[np.nan, np.ones(7)], normal.squares, 30.0, 0.0)[0]
    assert new.ratio[0] == 0.5 and np.isfinite(new.ratio[1]) and new.ratio[1] != 2.0


@pytest.mark.parametrize("size", [1e-312, 1e-320, 0.0])
def test_a_problem_below_the_smallest_numbers_has_an_end(size):
    """Its damping is rounded to zero, which ten times as much does not change."""
    matrix = np.random.default_rng(0).normal(size=(20, 3))
    matrix[:, 2] = matrix[:, 0]
    assert not posterior(Normal(size * matrix.T @ matrix, np.zeros(3), 1.0), np.zeros(3)).exists
