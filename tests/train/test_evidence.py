"""Bayesian regularisation against the quadratic model, the true precisions, and the maximum of the log evidence."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from scipy.optimize import minimize

from scalaremlp.train._evidence import Evidence, _diagonal_of_inverse, step, updated
from scalaremlp.train._gauss_newton import Normal


def linear(samples, precisions, sizes, noise, seed=0):
    """A linear Gaussian model: y = Xθ + ε with θ of these precisions, in groups of these sizes."""
    rng = np.random.default_rng(seed)
    group = np.repeat(np.arange(len(sizes)), sizes)
    x = rng.standard_normal((samples, len(group)))
    theta = rng.standard_normal(len(group)) / np.sqrt(np.asarray(precisions))[group]
    return x, x @ theta + noise * rng.standard_normal(samples), group


def equations(x, y, theta):
    residuals = x @ theta - y
    return Normal(jnp.asarray(x.T @ x), jnp.asarray(x.T @ residuals), jnp.asarray(residuals @ residuals))


@jax.jit
def iterated(x, y, group, first, iterations):
    """The evidence, its γ, θ and β after so many updates, each from the exact posterior mean."""
    gram, moments, count = x.T @ x, x.T @ y, float(len(y))

    def normal(theta):
        return Normal(gram, gram @ theta - moments, jnp.sum((x @ theta - y) ** 2))

    def iteration(_, state):
        evidence, theta, _ = state
        theta = theta + step(normal(theta), evidence.ridge, theta, 0.0)[0]
        evidence, gamma = updated(evidence, normal(theta), theta, normal(theta).squares, count, 0.0)
        return evidence, theta, gamma

    start = Evidence(group, first), jnp.zeros(len(group)), jnp.zeros(())
    evidence, theta, gamma = jax.lax.fori_loop(0, iterations, iteration, start)
    return evidence, gamma, theta, (count - gamma) / normal(theta).squares


def fixed_point(x, y, group, first=1e-3, iterations=100):
    """α, β, γ and θ where MacKay's iteration ends."""
    guess = jnp.full(group.max() + 1, first)
    evidence, gamma, theta, beta = iterated(jnp.asarray(x), jnp.asarray(y), jnp.asarray(group), guess, iterations)
    return np.asarray(evidence.ratio * beta), float(beta), float(gamma), np.asarray(theta)


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
    evidence = Evidence(jnp.asarray(group), jnp.asarray(ratio))
    delta, predicted = step(equations(x, y, theta), evidence.ridge, jnp.asarray(theta), damping)
    delta = np.asarray(delta)
    stacked = np.r_[x, np.diag(ratio[group] ** 0.5), damping**0.5 * np.eye(5)]
    target = np.r_[y - x @ theta, -(ratio[group] ** 0.5) * theta, np.zeros(5)]
    np.testing.assert_allclose(delta, np.linalg.lstsq(stacked, target)[0], rtol=1e-12)

    def objective(at):
        penalty = float(evidence.penalty(jnp.asarray(at)))
        assert penalty == pytest.approx(0.3 * at[:3] @ at[:3] + 2.0 * at[3:] @ at[3:], rel=1e-13)
        return np.sum((x @ at - y) ** 2) + penalty

    assert float(predicted) == pytest.approx(objective(theta) - objective(theta + delta), rel=1e-11)


def test_one_update_is_the_formula():
    x, y, group = linear(40, [1, 1], [3, 2], 0.5)
    theta, ratio = np.linspace(0.5, 1.5, 5), np.array([0.3, 20.0])
    normal = equations(x, y, theta)
    evidence = Evidence(jnp.asarray(group), jnp.asarray(ratio))
    new, gamma = updated(evidence, normal, jnp.asarray(theta), normal.squares, 40.0, 0.0)
    variances = np.diag(np.linalg.inv(x.T @ x + np.diag(ratio[group])))
    each = np.array([np.sum(1 - (ratio[group] * variances)[group == g]) for g in (0, 1)])
    beta = (40 - each.sum()) / float(normal.squares)
    alpha = each / np.array([np.sum(theta[group == g] ** 2) for g in (0, 1)])
    assert float(gamma) == pytest.approx(each.sum(), rel=1e-12)
    np.testing.assert_allclose(new.ratio, alpha / beta, rtol=1e-12)


def test_the_true_precisions_are_inferred():
    """Their relative errors have standard deviations √(2/γ_g) and √(2/(N - γ))."""
    precisions, sizes, noise = [0.25, 25.0], [80, 80], 0.4
    x, y, group = linear(600, precisions, sizes, noise)
    alpha, beta, gamma, _ = fixed_point(x, y, group, iterations=30)
    assert abs(alpha[0] / 0.25 - 1) < 3 * (2 / 80) ** 0.5 and abs(alpha[1] / 25 - 1) < 3 * (2 / 80) ** 0.5
    assert abs(beta * noise**2 - 1) < 3 * (2 / (600 - gamma)) ** 0.5


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
    normal, evidence = equations(x, y, np.ones(8)), Evidence(jnp.asarray(group), jnp.array([ratio]))
    gamma = float(updated(evidence, normal, jnp.ones(8), normal.squares, float(samples), damping)[1])
    values = np.maximum(np.linalg.eigvalsh(x.T @ x), 0)
    assert 0 < gamma <= 8 + 1e-9
    if ratio:
        assert gamma == pytest.approx(np.sum(values / (values + ratio)), rel=1e-6)


@pytest.mark.parametrize("size", [1, 5, 300])
def test_the_diagonal_of_the_inverse(size):
    root = np.random.default_rng(0).standard_normal((size, 2 * size))
    matrix = root @ root.T
    found = _diagonal_of_inverse(jnp.linalg.cholesky(matrix))
    np.testing.assert_allclose(found, np.diag(np.linalg.inv(matrix)), rtol=1e-9)


def test_a_parameter_that_was_switched_off_comes_back():
    """While a misfit is taken for noise it is held at zero; it is several standard errors from zero."""
    rng = np.random.default_rng(3)
    x = rng.standard_normal((200, 1))
    truth = 0.02
    y = truth * x[:, 0] + 0.05 * rng.standard_normal(200)
    theta, evidence = jnp.zeros(1), Evidence(jnp.zeros(1, int), jnp.full(1, 1e6 * float((x**2).mean() * 200)))
    for _ in range(60):
        residuals = x @ theta - y
        normal = Normal(jnp.asarray(x.T @ x), jnp.asarray(x.T @ residuals), jnp.asarray(residuals @ residuals))
        theta = theta + step(normal, evidence.ridge, theta, 0.0)[0]
        residuals = x @ theta - y
        normal = Normal(jnp.asarray(x.T @ x), jnp.asarray(x.T @ residuals), jnp.asarray(residuals @ residuals))
        evidence, _ = updated(evidence, normal, theta, normal.squares, 200.0, 0.0)
    best = float((x[:, 0] @ y) / (x[:, 0] @ x[:, 0]))
    assert 0.7 * best < float(theta[0]) < best


def test_numbers_that_are_not_finite_leave_the_evidence_as_it_was():
    x, y, group = linear(30, [1.0, 1.0], [4, 4], 0.1)
    normal, evidence = equations(x, y, np.ones(8)), Evidence(jnp.asarray(group), jnp.array([0.5, 2.0]))
    new = updated(evidence, normal, jnp.ones(8).at[0].set(jnp.nan), normal.squares, 30.0, 0.0)[0]
    assert float(new.ratio[0]) == 0.5 and np.isfinite(new.ratio[1]) and float(new.ratio[1]) != 2.0
