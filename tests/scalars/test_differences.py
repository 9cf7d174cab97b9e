"""Squares and roots of differences of vectors, scalars over decades: closed forms, names, gradients at zero."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scalaremlp.groups import GL, Lorentz, O, Sp, U
from scalaremlp.reps import T
from scalaremlp.scalars import Decades, Differences, Invariants, spans_decades

EXACT = 1e-12
RNG = np.random.default_rng(0)
PAIRS = [(0, 1), (0, 2), (1, 2)]


def test_squares_of_differences():
    found = Differences(Invariants(3 * T(1), O(3)))
    x = RNG.standard_normal((3, 3))
    true = [np.sum((x[i] - x[j]) ** 2) for i, j in PAIRS]
    assert np.abs(np.asarray(found(jnp.asarray(x.ravel()))) - true).max() < EXACT
    assert found.size == 3
    assert found.names == ["<x1-x2,x1-x2>", "<x1-x3,x1-x3>", "<x2-x3,x2-x3>"]


def test_distances():
    found = Differences(Invariants(T(0) + 3 * T(1), O(3)), roots=True)
    x = RNG.standard_normal((3, 3))
    true = [np.linalg.norm(x[i] - x[j]) for i, j in PAIRS]
    values = np.asarray(found(jnp.concatenate([jnp.ones(1), jnp.asarray(x.ravel())])))
    assert np.abs(values - true).max() < EXACT
    assert found.names == ["|x1-x2|", "|x1-x3|", "|x2-x3|"]


def test_of_an_indefinite_form():
    found, x = Differences(Invariants(2 * T(1), Lorentz())), RNG.standard_normal((2, 4))
    d = x[0] - x[1]
    assert abs(abs(float(found(jnp.asarray(x.ravel()))[0])) - abs(d[0] ** 2 - np.sum(d[1:] ** 2))) < EXACT


def test_of_a_complex_form():
    found = Differences(Invariants(2 * T(1), U(2)))
    x = RNG.standard_normal((2, 2)) + 1j * RNG.standard_normal((2, 2))
    assert found.size == 1
    assert abs(float(found(jnp.asarray(x.ravel()))[0]) - np.sum(np.abs(x[0] - x[1]) ** 2)) < EXACT


def test_an_antisymmetric_form_has_none():
    found = Differences(Invariants(3 * T(1), Sp(1)))
    assert found.size == 0 and found.names == [] and found(jnp.ones(6)).shape == (0,)


@pytest.mark.parametrize("roots", [False, True])
def test_gradients_where_vectors_are_equal(roots):
    found = Differences(Invariants(2 * T(1), O(3)), roots=roots)
    slopes = jax.jacobian(found)(jnp.array([1.0, 2.0, 3.0] * 2))
    assert np.isfinite(np.asarray(slopes)).all() and np.abs(np.asarray(slopes)).max() < EXACT
    away = jax.jacobian(found)(jnp.array([3.0, 4.0, 0.0, 0.0, 0.0, 0.0]))[0, :3]
    assert np.abs(np.asarray(away) - ([0.6, 0.8, 0] if roots else [6, 8, 0])).max() < EXACT


def decades(n=3, epsilon=1e-3):
    return Decades(Invariants(n * T(0), GL(1)), tuple(range(n)), jnp.full(n, epsilon))


def test_decades_are_logarithms_ratios_and_shares():
    s = np.array([2.0, -50.0, 4000.0])
    found = np.asarray(decades()(jnp.asarray(s)))
    ratios = [np.log(abs(s[i] / s[j])) for i, j in PAIRS]
    true = np.concatenate([np.arcsinh(s / 1e-3), ratios, s / np.abs(s).sum()])
    assert np.abs(found - true).max() < EXACT * 10
    assert np.abs(found[:3] - np.sign(s) * np.log(2e3 * np.abs(s))).max() < 1e-6
    names = ["log s1", "log s2", "log s3", "log s1/s2", "log s1/s3", "log s2/s3", "s1/total", "s2/total", "s3/total"]
    assert decades().names == names and decades().size == 9


@pytest.mark.parametrize("n, ratios", [(1, 0), (6, 15), (7, 0)])
def test_ratios_of_at_most_six(n, ratios):
    assert decades(n).size == 2 * n + ratios == decades(n)(jnp.ones(n)).shape[0] == len(decades(n).names)


def test_decades_of_some():
    found = Decades(Invariants(3 * T(0), GL(1)), (2,), jnp.array([1.0]))
    assert found.names == ["log s3", "s3/total"]
    assert np.abs(np.asarray(found(jnp.array([5.0, 6.0, -7.0]))) - [np.arcsinh(-7.0), -1.0]).max() < EXACT


def test_decades_at_zero_are_finite():
    at_zero = jnp.zeros(3)
    assert np.isfinite(np.asarray(decades()(at_zero))).all()
    assert np.isfinite(np.asarray(jax.jacobian(decades())(at_zero))).all()
    assert np.isfinite(np.asarray(jax.jacobian(decades())(jnp.array([1.0, 0.0, 1e9])))).all()


def test_what_spans_decades():
    values = np.logspace(0, 4, 1000)
    assert spans_decades(values) and spans_decades(-values) and spans_decades(values, 3.5)
    assert not spans_decades(values, 3.7)  # the middle nine tenths of four
    assert not spans_decades(np.ones(10)) and not spans_decades(np.zeros(10)) and not spans_decades(np.zeros(0))
    assert not spans_decades(np.append(np.zeros(2000), values))  # mostly zero
    assert not spans_decades(np.append(np.ones(1000), [1e-9, 1e9]))  # two outliers
