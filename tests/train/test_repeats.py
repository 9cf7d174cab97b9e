"""Inputs that occur again with other outputs."""

import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

import scalaremlp as se
from scalaremlp.groups import Trivial
from scalaremlp.reps import T
from scalaremlp.train._repeats import repeats

RNG = np.random.default_rng(0)
X = RNG.normal(size=(30, 2))


def test_the_noise_of_repeated_measurements_is_found():
    x, noise = np.tile(X, (20, 1)), 0.3 * RNG.normal(size=(600, 1))
    found = repeats(x, x[:, :1] + noise)
    assert found.samples == 600
    assert found.differ == pytest.approx(0.09 / np.var(x[:, :1] + noise), rel=0.1)


def test_complex_numbers_and_what_is_alone():
    x = np.array([[1.0], [2.0], [3.0], [1.0]])
    assert repeats(x, np.array([[1j], [5.0], [7.0], [-1j]])).samples == 2
    assert repeats(x[:3], x[:3]) is None and repeats(x, np.ones((4, 1))) is None
    same = repeats(x, x)
    assert same.samples == 0 and same.differ == 0


def test_a_fit_to_a_table_that_contradicts_itself_says_so():
    x, y = np.vstack([X, X]), np.vstack([X[:, :1], 3 - X[:, :1]])
    data = se.data.Dataset(x, y, 2 * T(0), T(0), Trivial(1))
    _, history = se.fit(se.nn.ScalarGP(2 * T(0), T(0), Trivial(1)), data, key=jr.key(0))
    assert "60 samples have inputs that occur again with other outputs" in history.verdict.hints["repeats"]
    assert "input" not in history.verdict.hints and jnp.isfinite(history.verdict.repeats.differ)
