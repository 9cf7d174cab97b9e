"""Steps along the natural gradient: the dual form against brute force in the space of the parameters."""

from dataclasses import replace

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree

from scalaremlp.train import LeastSquares, Regression
from scalaremlp.train._minibatch import Minibatch
from scalaremlp.train.second_order import dual
from scalaremlp.train.second_order.dual import Dual, Seen, pieces

FREE = Dual(damping=0.03, momentum=0.0, limit=1e9, rows=100)


def normal(shape, seed=0):
    return jnp.asarray(np.random.default_rng(seed).standard_normal(shape))


class Complex(eqx.Module):
    """Two complex outputs of real parameters."""

    inner: eqx.nn.MLP

    def __call__(self, x):
        values = self.inner(x)
        return values[:2] + 1j * values[2:]


@eqx.filter_jit
def stepped(rule, batch, parameters, memory, rate):
    return rule.step(batch, parameters, memory, rate)


def batch_of(model, y, seed=1):
    parameters, static = eqx.partition(model, eqx.is_inexact_array)
    x = normal((7, 3), seed)
    return parameters, Minibatch(Regression(), static, (x, y), jr.key(0), jnp.asarray(1.0))


def network():
    return eqx.nn.MLP(3, 4, 5, 2, jnp.tanh, key=jr.key(0))


def brute(batch, parameters, damping, towards):
    """The minimiser of |Jφ − r|² + λ|φ − towards|², by a least-squares solve in the parameters."""
    flat, back = ravel_pytree(parameters)

    def residuals(theta):
        return batch.loss.residuals(eqx.combine(back(theta), batch.static), batch.samples, batch.key).ravel()

    jacobian, values = map(np.asarray, jax.jit(lambda theta: (jax.jacfwd(residuals)(theta), residuals(theta)))(flat))
    ridge = damping * np.mean(np.sum(jacobian**2, axis=1))
    stacked = np.vstack([jacobian, np.sqrt(ridge) * np.eye(len(flat))])
    return np.linalg.lstsq(stacked, np.concatenate([values, np.sqrt(ridge) * towards]), rcond=None)[0]


@pytest.mark.parametrize("kind", ["real", "complex"])
def test_the_step_is_the_damped_gauss_newton_step(kind):
    """71 parameters and 28 residuals, of complex outputs the real and imaginary parts."""
    real = kind == "real"
    model = network() if real else Complex(network())
    parameters, batch = batch_of(model, normal((7, 4)) if real else normal((7, 2)) + 1j * normal((7, 2), 5))
    moved, left, value = stepped(FREE, batch, parameters, FREE.init(parameters), jnp.asarray(0.25))
    before, after, left = (np.asarray(ravel_pytree(tree)[0]) for tree in (parameters, moved, left))
    expected = brute(batch, parameters, 0.03, np.zeros(len(before)))
    np.testing.assert_allclose(before - after, 0.25 * expected, rtol=0, atol=1e-10 * np.abs(expected).max())
    np.testing.assert_allclose(left, 0.75 * expected, rtol=0, atol=1e-10 * np.abs(expected).max())
    assert float(value) == pytest.approx(float(batch.value(parameters)), rel=1e-12)


def test_momentum_pulls_towards_what_the_step_before_left():
    rule = Dual(damping=0.03, momentum=0.9, limit=1e9, rows=100)
    (parameters, batch), (_, other) = batch_of(network(), normal((7, 4))), batch_of(network(), normal((7, 4), 3), 2)
    memory, expected = rule.init(parameters), np.zeros(ravel_pytree(parameters)[0].size)
    for each in (batch, other, batch):
        expected = 0.9 * brute(each, parameters, 0.03, 0.9 * expected)
        parameters, memory, _ = stepped(rule, each, parameters, memory, jnp.asarray(0.1))
        np.testing.assert_allclose(ravel_pytree(memory)[0], expected, rtol=0, atol=1e-10 * np.abs(expected).max())


def test_a_step_is_no_longer_than_the_limit():
    """A part of the length of the parameters; of parameters at 0, of one."""
    rule = Dual(damping=1e-6, momentum=0.0, limit=1e-3, rows=100)
    for factor in (1.0, 10.0, 0.0):
        model = jax.tree.map(lambda leaf, factor=factor: factor * leaf if eqx.is_array(leaf) else leaf, network())
        parameters, batch = batch_of(model, 1e6 * normal((7, 4)))
        moved = stepped(rule, batch, parameters, rule.init(parameters), jnp.asarray(1.0))[0]
        before, after = (np.asarray(ravel_pytree(tree)[0]) for tree in (parameters, moved))
        assert np.linalg.norm(after - before) == pytest.approx(1e-3 * max(1.0, np.linalg.norm(before)), rel=1e-9)


def test_a_jacobian_that_is_not_held_at_once():
    rule = Dual(damping=0.03, momentum=0.9, limit=1e9, rows=100)
    parameters, batch = batch_of(network(), normal((7, 4)))
    memory = jax.tree.map(lambda leaf: 0.1 * jnp.ones_like(leaf), parameters)
    whole = stepped(rule, batch, parameters, memory, jnp.asarray(0.5))[1]
    rule = replace(rule, piece=8 * 28 * 40)
    assert len(pieces([leaf.size for leaf in jax.tree.leaves(parameters)], 28, rule.piece)) == 3
    parts = stepped(rule, batch, parameters, memory, jnp.asarray(0.5))[1]
    np.testing.assert_allclose(ravel_pytree(parts)[0], ravel_pytree(whole)[0], rtol=1e-11, atol=1e-13)


def test_parameters_that_do_not_matter_stay():
    class Constant(LeastSquares):
        def residuals(self, model, batch, key):
            return jnp.ones((len(batch), 1)) + 0 * model

    batch = Minibatch(Constant(), None, jnp.ones((3, 1)), jr.key(0), jnp.asarray(1.0))
    assert float(stepped(FREE, batch, jnp.asarray(2.0), jnp.asarray(0.0), jnp.asarray(1.0))[0]) == 2.0


def test_each_sample_has_noise_of_its_own():
    class Noisy(LeastSquares):
        def residuals(self, model, batch, key):
            return jr.normal(key, (len(batch), 1)) + 0 * model

    batch = Minibatch(Noisy(), None, jnp.ones((5, 1)), jr.key(0), jnp.asarray(1.0))
    seen = Seen.of(batch, jnp.asarray(0.0), 100)
    assert len(set(np.asarray(seen.residuals(jnp.asarray(0.0))).ravel())) == 5


class Apart(Regression):
    """Not differentiable one by one, as distances are at zero."""

    @property
    def separable(self):
        return False


def test_of_many_residuals_random_directions_are_seen():
    """7 samples of 4 residuals: two of each are within 20 rows; the loss and the gradient are right on average."""
    parameters, batch = batch_of(network(), normal((7, 4)))

    @eqx.filter_jit
    def sum_and_slope(key):
        seen = Seen.of(eqx.tree_at(lambda each: each.key, batch, key), parameters, 20)
        values = seen.residuals(parameters)
        assert values.shape == (7, 2) and seen.count == 28
        return jnp.sum(values**2), ravel_pytree(dual.pulled(seen, parameters, values.ravel()))[0]

    found = jax.lax.map(sum_and_slope, jr.split(jr.key(3), 4000))
    whole = Seen.of(batch, parameters, 28)
    assert whole.directions is None
    values = whole.residuals(parameters)
    slope = ravel_pytree(dual.pulled(whole, parameters, values.ravel()))[0]
    assert float(found[0].mean()) == pytest.approx(float(jnp.sum(values**2)), rel=0.03)
    assert float(jnp.linalg.norm(found[1].mean(axis=0) - slope)) < 0.05 * float(jnp.linalg.norm(slope))


def test_residuals_that_are_differentiable_together_alone_are_seen_all():
    parameters, batch = batch_of(network(), normal((7, 4)))
    assert Seen.of(eqx.tree_at(lambda each: each.loss, batch, Apart()), parameters, 20).directions is None


def test_single_precision_parameters_are_solved_for_in_double():
    parameters, batch = batch_of(network(), normal((7, 4)))
    exact = ravel_pytree(stepped(FREE, batch, parameters, FREE.init(parameters), jnp.asarray(0.5))[1])[0]
    single, few = jax.tree.map(
        lambda leaf: leaf.astype(jnp.float32) if eqx.is_inexact_array(leaf) else leaf, (parameters, batch)
    )
    moved, way, _ = stepped(FREE, few, single, FREE.init(single), jnp.asarray(0.5))
    assert {leaf.dtype for leaf in jax.tree.leaves((moved, way))} == {jnp.dtype(jnp.float32)}
    np.testing.assert_allclose(ravel_pytree(way)[0], exact, rtol=0, atol=1e-4 * np.abs(exact).max())
