"""Samples of laws for Gaussian processes, and fits to them."""

import jax
import jax.random as jr
import numpy as np

import scalaremlp as se
from scalaremlp.data import Dataset
from scalaremlp.groups import O
from scalaremlp.nn import ScalarGP
from scalaremlp.reps import T

from ..models import draw, random_model


def dataset(law, n=60, vectors=2, numbers=0, rep_out=None, seed=0, noise=0.0):
    """Standard normal vectors in space, and numbers before them, with y = law(numbers, vectors)."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal((n, numbers + 3 * vectors))
    y = law(x[:, :numbers], x[:, numbers:].reshape(n, vectors, 3))
    y = y + noise * rng.standard_normal(y.shape)
    rep_in = numbers * T(0) + vectors * T(1) if numbers else vectors * T(1)
    return Dataset(x, y, rep_in, rep_out or T(0), O(3))


def sine(_, v):
    """sin ⟨x1, x2⟩."""
    return np.sin(np.sum(v[:, 0] * v[:, 1], axis=-1, keepdims=True))


def force(_, v):
    """d / (1 + |d|²)^1.5 with d = x1 − x2."""
    d = v[:, 0] - v[:, 1]
    return d / (1 + np.sum(d**2, axis=-1, keepdims=True)) ** 1.5


def some_law(group, rep_in, rep_out, n=14):
    """Samples of a random equivariant network."""
    x = draw(group, n, rep_in(group).size, seed=3)
    y = jax.jit(jax.vmap(random_model(group, rep_in, rep_out)))(x)
    return Dataset(x, y, rep_in, rep_out, group)


def fitted(data, seed=0):
    """A Gaussian process given all samples."""
    return se.fit(ScalarGP(data.rep_in, data.rep_out, data.group), data, key=jr.key(seed))[0]


def relative_error(model, data):
    return se.evaluate(model, data)["relative_mse"]
