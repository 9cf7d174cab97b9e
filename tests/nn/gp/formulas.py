"""Random samples and covariances, and the formulas of Gaussian processes written out."""

import numpy as np

from scalaremlp.nn.gp._anova import Anova
from scalaremlp.nn.gp._evidence import Found, Samples


def random_samples(n=7, scalars=4, covariants=3, m=3, seed=0):
    """Standard normal numbers; the second covariant has only zeros in its last component."""
    rng = np.random.default_rng(seed)
    tensors = rng.standard_normal((n, covariants, m))
    if m > 1:
        tensors[:, 1, -1] = 0.0
    return Samples(rng.standard_normal((n, scalars)), tensors, rng.standard_normal((n, m)), np.arange(n))


def random_anova(scalars=4, covariants=3, seed=0):
    """Numbers of order one, some scalars dead, the last one of all covariants."""
    rng = np.random.default_rng(seed)
    shape = covariants, scalars
    weight, length, slope = rng.normal(-1.0, 1.0, shape), rng.normal(0.3, 0.3, shape), rng.normal(-1.5, 1.0, shape)
    alive = rng.random(shape) < 0.7
    alive[:, -1] = False
    return Anova(rng.normal(0.0, 0.5, covariants), weight, length, slope, alive)


def random_found(noise=1e-2, **sizes):
    return Found(random_anova(**sizes), noise, 0.0)


def kernel(anova, c, s, t):
    """k_c of two samples, as its docstring has it."""
    used = anova.alive[c]
    a, b, length = np.exp(anova.weight[c, used]), np.exp(anova.slope[c, used]), np.exp(anova.length[c, used])

    def raw(s, t):
        return (1 + np.sum(b * s * t)) * np.prod(1 + a * np.exp(-((s - t) ** 2) / (2 * length**2)))

    at_zero = np.prod(1 + a) * (1 + np.sum(b))
    return np.exp(anova.size[c]) * raw(s[used], t[used]) / at_zero


def full_covariance(anova, left, right):
    """Σ_c k_c t_c t_cᵀ between two sets of samples by loops, in rows (component, sample)."""
    m, found = left.outputs.shape[1], np.zeros((left.outputs.shape[1], len(left), right.outputs.shape[1], len(right)))
    for c in range(left.tensors.shape[1]):
        for p in range(len(left)):
            for q in range(len(right)):
                value = kernel(anova, c, left.scalars[p], right.scalars[q])
                found[:, p, :, q] += value * np.outer(left.tensors[p, c], right.tensors[q, c])
    return found.reshape(m * len(left), m * len(right))


def predicted(anova, noise, samples, others):
    """The mean at other samples, K* (K + σ²)⁻¹ y."""
    matrix = full_covariance(anova, samples, samples)
    matrix += noise**2 * np.eye(len(matrix))
    mean = full_covariance(anova, others, samples) @ np.linalg.solve(matrix, samples.outputs.T.ravel())
    return mean.reshape(samples.outputs.shape[1], len(others)).T


def slopes(function, numbers, step=1e-6):
    """Derivatives of a function of a vector by central differences."""
    return np.array([(function(numbers + step * e) - function(numbers - step * e)) / (2 * step)
                     for e in np.eye(len(numbers))])  # fmt: skip
