"""The covariance of the scalars, of the outputs, and how probable these are; with all derivatives."""

from dataclasses import replace

import numpy as np
import pytest

from scalaremlp.nn.gp._anova import Anova
from scalaremlp.nn.gp._evidence import Found, Samples, _improbability, _log_evidence, most_probable
from scalaremlp.nn.gp._pairs import Pairs

from .formulas import full_covariance, kernel, random_anova, random_samples, slopes

MATCH = 1e-12
SLOPES = 1e-6  # of differences over 2e-6
over_m = pytest.mark.parametrize("m", [1, 3])


def values(anova, samples):
    pairs = Pairs(samples.scalars)
    return [anova.factors(c, pairs).value for c in range(len(anova.size))]


def close(found, true):
    return np.abs(found - true).max() <= SLOPES * max(1.0, np.abs(true).max())


def test_the_covariance_is_its_formula():
    anova, samples = random_anova(), random_samples()
    others, pairs = random_samples(n=3, seed=1), Pairs(samples.scalars)
    for c, value in enumerate(map(pairs.both, values(anova, samples))):
        true = np.array([[kernel(anova, c, s, t) for t in samples.scalars] for s in samples.scalars])
        assert np.abs(value - true).max() < MATCH
        assert np.abs(anova.between(c, samples.scalars, samples.scalars) - true).max() < MATCH
        assert np.abs(anova.diagonal(c, samples.scalars) - np.diagonal(true)).max() < MATCH
        across = np.array([[kernel(anova, c, s, t) for t in others.scalars] for s in samples.scalars])
        assert np.abs(anova.between(c, samples.scalars, others.scalars) - across).max() < MATCH


@over_m
def test_the_covariance_of_outputs_has_its_upper_triangle(m):
    anova, samples = random_anova(), random_samples(m=m)
    n = len(samples)
    found = samples.covariance(values(anova, samples), Pairs(samples.scalars))
    assert found.shape == (m * n, m * n)
    assert np.abs(np.triu(found - full_covariance(anova, samples, samples))).max() < MATCH


@over_m
def test_contracted(m):
    samples, rng = random_samples(m=m), np.random.default_rng(1)
    n, pairs = len(samples), Pairs(samples.scalars)
    matrix, value = (half + half.T for half in (rng.standard_normal((m * n, m * n)), rng.standard_normal((n, n))))
    for c in range(samples.tensors.shape[1]):
        true = sum(
            matrix[i * n + p, j * n + q] * value[p, q] * samples.tensors[p, c, i] * samples.tensors[q, c, j]
            for i in range(m) for j in range(m) for p in range(n) for q in range(n)
        )  # fmt: skip
        found = samples.contracted(np.triu(matrix), c, pairs) @ value[np.triu_indices(n)]
        assert abs(found - true) < MATCH * max(1, abs(true)) * 10


def test_derivatives_of_the_covariance():
    anova, samples = random_anova(), random_samples()
    pairs = Pairs(samples.scalars)
    weights = np.random.default_rng(1).standard_normal(len(samples) * (len(samples) + 1) // 2)
    for c in range(len(anova.size)):

        def total(numbers, c=c):
            return np.sum(weights * anova.with_numbers(numbers).factors(c, pairs).value)

        found = anova.pulled_back(c, anova.factors(c, pairs), weights, pairs)
        assert close(found, slopes(total, anova.numbers))


@pytest.mark.parametrize("price", [0.0, 0.7])
def test_derivatives_of_the_prior(price):
    anova = random_anova()
    anova.weight[0], anova.slope[1] = -9.0, -9.5  # about what is negligible
    found = anova.prior(price)[1]
    assert close(found, slopes(lambda numbers: anova.with_numbers(numbers).prior(price)[0], anova.numbers))


@pytest.mark.parametrize("zero", [False, True], ids=["all", "a covariant of zeros"])
@over_m
def test_derivatives_of_the_probability(m, zero):
    anova, samples = random_anova(), random_samples(m=m)
    if zero:
        samples.tensors[:, 1] = 0.0
    numbers, pairs = np.append(anova.numbers, np.log(0.1)), Pairs(samples.scalars)

    def improbability(numbers):
        return _improbability(numbers, anova, samples, pairs, 0.3)[0]

    assert close(_improbability(numbers, anova, samples, pairs, 0.3)[1], slopes(improbability, numbers))


@over_m
def test_what_is_asked_again_is_the_same(m):
    """Covariances of the same pairs are written to the same memory."""
    anova, samples = random_anova(), random_samples(m=m)
    pairs, one, other = Pairs(samples.scalars), *(np.append(anova.numbers, np.log(noise)) for noise in (0.1, 0.2))
    first = _improbability(one, anova, samples, pairs, 0.3)
    fewer = anova.without(2)
    assert _improbability(other, fewer, samples, pairs, 0.3)[0] != first[0]
    again = _improbability(one, anova, samples, pairs, 0.3)
    assert first[0] == again[0] and np.array_equal(first[1], again[1])
    found = Found(anova, 0.1, 0.0)
    assert np.isclose(_log_evidence(found, samples, pairs, 0.3), -first[0], rtol=1e-14)


@over_m
def test_the_probability_is_that_of_a_normal_distribution(m):
    anova, samples = random_anova(), random_samples(m=m)
    numbers = np.append(anova.numbers, np.log(0.1))
    matrix = full_covariance(anova, samples, samples) + 0.01 * np.eye(m * len(samples))
    y = samples.outputs.T.ravel()
    true = 0.5 * y @ np.linalg.solve(matrix, y) + 0.5 * np.linalg.slogdet(matrix)[1] + anova.prior(0.3)[0]
    assert abs(_improbability(numbers, anova, samples, Pairs(samples.scalars), 0.3)[0] - true) < 1e-9 * abs(true)


def test_the_slightest_dependences_go_first():
    anova = Anova.first(2, np.array([True, True, False]))
    assert anova.alive.tolist() == [[True, True, False]] * 2
    weight, slope, size = anova.weight.copy(), anova.slope.copy(), anova.size.copy()
    weight[0, 1] = slope[0, 1] = -14.0
    size[1] = -30.0
    less = replace(anova, weight=weight, slope=slope, size=size)
    assert less.without(0).alive.tolist() == anova.alive.tolist()
    assert less.without(2).alive.tolist() == [[True, True, False], [False, False, False]]
    assert less.without(3).alive.tolist() == [[True, False, False], [False, False, False]]
    assert [less.counts(c) for c in range(2)] == [True, False]


def test_a_search_does_not_see_how_numbers_are_rounded():
    """In other units, which change the last digits, it takes the very same way."""
    samples = random_samples(20, 3, 2, 2)
    moved = Samples(*(a * (1 + 1e-15) for a in (samples.scalars, samples.tensors, samples.outputs)), samples.copies)
    assert not np.array_equal(samples.outputs, moved.outputs)
    usable = np.ones(3, dtype=bool)
    one, other = most_probable(samples, usable), most_probable(moved, usable)
    assert np.array_equal(one.anova.numbers, other.anova.numbers) and one.noise == other.noise


def test_hardly_a_number_is_rounded_the_other_way_in_other_units():
    samples = random_samples(20_000, 3, 2, 2)
    moved = Samples(*(a * (1 + 4e-15) for a in (samples.scalars, samples.tensors, samples.outputs)), samples.copies)
    pairs = zip(vars(samples.rounded()).values(), vars(moved.rounded()).values(), strict=True)
    assert sum(int(np.sum(one != other)) for one, other in pairs) < 5
