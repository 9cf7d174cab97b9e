"""Few functions say the same as the whole Gaussian process, and left-out errors are those of fits without a sample."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scalaremlp.nn.gp._coefficients import Coefficients
from scalaremlp.nn.gp._condition import condition
from scalaremlp.nn.gp._evidence import Found
from scalaremlp.nn.gp._link import Link

from .formulas import full_covariance, predicted, random_anova, random_samples

NOISE = 1e-2
MATCH = 1e-5  # functions of 1e-10 of the variance are dropped, beside a noise of 1e-4 of it
over_m = pytest.mark.parametrize("m", [1, 3])


def drawn(m):
    """Outputs that the covariance calls probable, so that everything is of order one."""
    anova, samples = random_anova(), random_samples(n=24, m=m)
    matrix = full_covariance(anova, samples, samples) + NOISE**2 * np.eye(m * len(samples))
    outputs = np.linalg.cholesky(matrix) @ np.random.default_rng(2).standard_normal(len(matrix))
    samples.outputs[:] = outputs.reshape(m, -1).T
    return anova, samples


@over_m
def test_predictions_are_those_of_the_formula(m):
    anova, samples = drawn(m)
    others = random_samples(n=5, m=m, seed=1)
    said = condition(Found(anova, NOISE, 0.0), samples)
    coefficients = [
        anova.between(c, others.scalars, samples.scalars[said.centres[c]]) @ said.weights[c]
        for c in range(samples.tensors.shape[1])
    ]
    found = np.einsum("cn,ncm->nm", np.array(coefficients), others.tensors)
    assert np.abs(found - predicted(anova, NOISE, samples, others)).max() < MATCH


def test_the_module_gives_the_same_coefficients():
    anova, samples = drawn(3)
    others, units = random_samples(n=5, seed=1), np.array([1.0, 2.0, -0.5])
    said = condition(Found(anova, NOISE, 0.0), samples)
    mixing = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, -1.0]])  # the third process belongs to a difference
    link = Link(0.0, False, 1.0, np.zeros(0))
    module = Coefficients.of(Found(anova, NOISE, 0.0), said, samples, units, mixing, link)
    true = [
        units[c] * anova.between(c, others.scalars, samples.scalars[said.centres[c]]) @ said.weights[c]
        for c in range(3)
    ]  # fmt: skip
    with jax.enable_x64(True):
        found = np.asarray(jax.vmap(module)(jnp.asarray(others.scalars)))
    assert np.abs(found - np.array(true).T @ mixing).max() < 1e-9


@over_m
def test_left_out_errors_are_those_without_the_sample(m):
    anova, samples = drawn(m)
    said = condition(Found(anova, NOISE, 0.0), samples)
    n, y = len(samples), samples.outputs.T.ravel()
    matrix = full_covariance(anova, samples, samples)
    for i in range(n):
        own = np.arange(m) * n + i
        others = np.delete(np.arange(m * n), own)
        noisy = matrix[np.ix_(others, others)] + NOISE**2 * np.eye(len(others))
        true = y[own] - matrix[np.ix_(own, others)] @ np.linalg.solve(noisy, y[others])
        assert np.abs(said.left_out[i] - true).max() < MATCH
    assert np.abs(said.left_out).max() > 0.1


def test_how_many_numbers_are_determined():
    anova, samples = drawn(3)
    matrix = full_covariance(anova, samples, samples)
    true = np.trace(np.linalg.solve(matrix + NOISE**2 * np.eye(len(matrix)), matrix))
    assert abs(condition(Found(anova, NOISE, 0.0), samples).determined - true) < 1e-4 * true


@over_m
def test_the_log_evidence_is_that_of_the_whole_process(m):
    anova, samples = drawn(m)
    y = samples.outputs.T.ravel()
    matrix = full_covariance(anova, samples, samples) / NOISE**2 + np.eye(y.size)
    true = -0.5 * (y.size * np.log(y @ np.linalg.solve(matrix, y)) + np.linalg.slogdet(matrix)[1])
    assert abs(condition(Found(anova, NOISE, 0.0), samples).log_evidence - true) < 1e-3


def test_covariants_that_do_not_count_have_no_centres():
    anova, samples = drawn(1)
    anova.size[0] = -30.0
    samples.tensors[:, 2] = 0.0
    said = condition(Found(anova, NOISE, 0.0), samples)
    assert [len(each) > 0 for each in said.centres] == [False, True, False]
    assert np.isfinite(said.left_out).all()
