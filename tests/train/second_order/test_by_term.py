"""A problem of several terms, weighed, against dense algebra; the noise of each against what it was made with."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import scalaremlp as se
from scalaremlp.data import Dataset
from scalaremlp.groups import O
from scalaremlp.reps import T
from scalaremlp.train import LeastSquares, LevenbergMarquardt, fit
from scalaremlp.train.second_order.by_term import NormalByTerm, RowsByTerm, weighed, weights_of
from scalaremlp.train.second_order.evidence import Evidence, posterior, reweighed
from scalaremlp.train.second_order.linearise import linearise, squares_of
from scalaremlp.train.second_order.normal import Normal
from scalaremlp.train.second_order.problem import make_problem
from scalaremlp.train.second_order.rows import Rows

WEIGHTS = np.array([1e-9, 1.0, 0.3])


class Mixed(LeastSquares):
    """Residuals of three terms, not in order; the parameters of the first and the last are their own."""

    by_term: bool = True

    @property
    def noises(self):
        return (1, 0, 1, 2) if self.by_term else None

    def residuals(self, model, batch, key):
        x, y = batch
        first, second, third = x @ model[:3], jnp.sin(x @ model[3:6]), x @ model[6:]
        return jnp.stack([second, first, second**2, third], axis=1) - y


def problem(samples, *, by_term=True, chunk=None):
    rng = np.random.default_rng(samples)
    data = jnp.asarray(rng.standard_normal((samples, 3))), jnp.asarray(rng.standard_normal((samples, 4)))
    theta = jnp.asarray(rng.standard_normal(9))
    return make_problem(Mixed(by_term), theta, data, parameters=9, key=jax.random.key(0), chunk=chunk), theta


@pytest.mark.parametrize("samples, kind", [(2, RowsByTerm), (7, NormalByTerm)])
def test_the_weighed_problem_is_that_of_the_weighed_rows(samples, kind):
    parts = linearise(*problem(samples, chunk=3), np.arange(9))
    whole, theta = problem(samples, by_term=False)
    jacobian = jax.jacobian(lambda t: Mixed().residuals(t, next(whole.chunks).samples, None))(theta)
    jacobian = np.asarray(jacobian).reshape(-1, 9)
    residuals = np.asarray(Mixed().residuals(theta, next(whole.chunks).samples, None)).ravel()
    term = np.tile(Mixed().noises, samples)
    root = np.sqrt(WEIGHTS)[term]
    found = weighed(parts, WEIGHTS)
    assert isinstance(parts, kind) and isinstance(found, Normal if kind is NormalByTerm else Rows)
    np.testing.assert_allclose(parts.squares, np.bincount(term, residuals**2), rtol=1e-12)
    np.testing.assert_allclose(squares_of(*problem(samples)), np.bincount(term, residuals**2), rtol=1e-12)
    np.testing.assert_allclose(found.gradient, (root * residuals) @ (root[:, None] * jacobian), rtol=1e-9)
    assert found.squares == pytest.approx(WEIGHTS @ parts.squares, rel=1e-12)
    ridge, delta = np.logspace(-10, 0, 9), np.linspace(-1, 1, 9)
    np.testing.assert_allclose(
        parts.change(delta), np.bincount(term, (residuals + jacobian @ delta) ** 2 - residuals**2), rtol=1e-9
    )
    matrix = (root[:, None] * jacobian).T @ (root[:, None] * jacobian) + np.diag(ridge)
    hat = np.einsum("ij,jk,ik->i", jacobian, np.linalg.inv(matrix), jacobian) * root**2
    np.testing.assert_allclose(
        parts.determined(found.factored(ridge), WEIGHTS), np.bincount(term, hat), rtol=1e-6, atol=1e-9
    )


def test_damping_follows_the_term_that_determines_a_parameter():
    parts = linearise(*problem(7), np.arange(9))
    found = weighed(parts, WEIGHTS)
    damping = found.scale * found.shape
    scales = [np.mean(np.diagonal(part.matrix)[3 * k : 3 * k + 3]) for k, part in enumerate(parts.parts)]
    np.testing.assert_allclose(damping, np.repeat(WEIGHTS * scales, 3), rtol=1e-12)


def test_the_weights_of_terms():
    weights, noise = weights_of(np.array([2.0, 8e-6, 0.0]), np.array([20.0, 8.0, 5.0]), np.ones(3), np.full(3, 30.0))
    np.testing.assert_allclose(weights, [1e-20, 1e-15, 1.0], rtol=1e-9)  # no term is more than 1e20 times as exact
    assert noise == pytest.approx(1e-21)
    assert weights_of(np.zeros(2), np.ones(2), np.zeros(2), np.ones(2))[0].tolist() == [1.0, 1.0]


def test_the_noise_of_each_term_is_found():
    """Two linear models side by side, of noise 1e-6 and 0.5: precisions and noises are those of each alone."""
    rng = np.random.default_rng(0)
    x, theta = rng.standard_normal((200, 5)), rng.standard_normal(5)
    noise = (1e-6, 0.5)
    parts, alone = [], []
    for number, sigma in enumerate(noise):
        y = x @ theta + sigma * rng.standard_normal(200)
        wide = np.zeros((200, 10))
        wide[:, 5 * number : 5 * number + 5] = x
        parts.append(Normal(wide.T @ wide, -wide.T @ y, float(y @ y)))
        alone.append(Normal(x.T @ x, -x.T @ y, float(y @ y)))
    group, count = np.repeat([0, 1], 5), np.full(2, 200.0)
    evidence, weights, together = Evidence(group, np.full(2, 1e-3)), np.ones(2), NormalByTerm(tuple(parts))
    unit = together.squares
    for _ in range(20):
        found = posterior(together.weighed(weights), evidence.ridge)
        there = found.solve(np.zeros(10))
        squares = together.squares + together.change(there)
        evidence, weights, determined = reweighed(evidence, together, weights, there, squares, unit, count, found)
    alone_determined = 0.0
    assert weights[0] == 1 and weights[1] ** -0.5 == pytest.approx(5e5, rel=0.1)
    for number, one in enumerate(alone):
        single = Evidence(np.zeros(5, int), np.full(1, 1e-3))
        for _ in range(20):
            found = posterior(one, single.ridge)
            delta = found.solve(np.zeros(5))
            single, _, gamma = reweighed(single, one, None, delta, one.squares + one.change(delta), 1.0, 200.0, found)
        alone_determined += gamma
        np.testing.assert_allclose(there[5 * number : 5 * number + 5], delta, rtol=1e-6)
        np.testing.assert_allclose(evidence.ratio[number] / weights[number], single.ratio[0], rtol=1e-3)
    assert determined == pytest.approx(alone_determined, rel=1e-6)


def test_a_noisy_energy_beside_an_exact_force(key):
    """The force is found to rounding, and the energy as well as alone: its noise is not taken for that of both."""

    def energy_of(x, y, rep_out):
        data = Dataset(x.reshape(200, 6), y, 2 * T(1), rep_out, O(3))
        model = se.nn.ScalarMLP(2 * T(1), rep_out, O(3), width=6, depth=1, key=key)
        model, _ = fit(model, data, key=key, progress=False, optimizer=LevenbergMarquardt(steps=40))
        return np.asarray(jax.jit(jax.vmap(model))(data.x))

    ratios = []
    for seed in range(5):
        rng = np.random.default_rng(seed)
        x = rng.standard_normal((200, 2, 3))
        energy = (x[:, 0] * x[:, 1]).sum(axis=-1, keepdims=True) ** 2 + (x[:, 0] ** 2).sum(axis=-1, keepdims=True)
        force = x[:, 0] * (x[:, 1] ** 2).sum(axis=-1, keepdims=True) + x[:, 1]
        noisy = energy + 0.3 * energy.std() * rng.standard_normal(energy.shape)
        alone = energy_of(x, noisy, T(0))
        both = energy_of(x, np.c_[1e-19 * noisy, 1e-9 * force], T(0) + T(1)) / [1e-19, 1e-9, 1e-9, 1e-9]
        assert ((both[:, 1:] - force) ** 2).sum() <= 1e-26 * (force**2).sum()
        ratios.append(((both[:, :1] - energy) ** 2).sum() / ((alone - energy) ** 2).sum())
    assert np.median(ratios) <= 1.5
