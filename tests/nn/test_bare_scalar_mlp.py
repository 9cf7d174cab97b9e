"""The published network: its formula, its symmetry, its precision and its initial weights."""

from itertools import permutations

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

import scalaremlp as se
from scalaremlp.groups import O13, SO, O, U
from scalaremlp.measure import predict
from scalaremlp.nn import BareScalarMLP
from scalaremlp.reps import T

from .models import draw

MODEL = 1e-10
SMALL = {"width": 6, "depth": 2, "key": jr.key(0)}


def by_hand(layers, x):
    for weight, bias in zip(layers.weights[:-1], layers.biases[:-1], strict=True):
        x = np.maximum(weight @ x + bias, 0)
    return layers.weights[-1] @ x + layers.biases[-1]


def test_an_invariant_is_the_network_of_the_bare_products():
    model = BareScalarMLP(2 * T(1), T(0), O(5), dtype="float64", **SMALL)
    a, b = x = draw(O(5), 2, 5)
    products = np.array([a @ a, a @ b, b @ b])
    np.testing.assert_allclose(model(x.ravel()), by_hand(model.body.network, products), rtol=1e-12)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_the_network_has_its_own_precision(dtype):
    model = BareScalarMLP(2 * T(1), T(1), O(3), dtype=dtype, **SMALL)
    assert {leaf.dtype.name for leaf in jax.tree.leaves(eqx.filter(model, eqx.is_inexact_array))} == {dtype}
    assert model(draw(O(3), 6)).dtype == jnp.float64


@pytest.mark.parametrize("permutation", [False, True])
@pytest.mark.parametrize("group, rep_out", [(O(3), T(2)), (SO(3), T(1)), (O13(), T(0)), (U(2), T(1))], ids=str)
def test_equivariance(group, rep_out, permutation):
    model = BareScalarMLP(3 * T(0) + 3 * T(1), rep_out, group, permutation=permutation, dtype="float64", **SMALL)
    settings = {"key": jr.key(1), "samples": 8, "elements": 4}
    assert se.equivariance_error(model, model.rep_in, rep_out, group, **settings) <= MODEL


def test_particles_can_be_exchanged():
    model = BareScalarMLP(3 * T(0) + 3 * T(1), T(2), O(3), permutation=True, dtype="float64", **SMALL)
    masses, positions = draw(O(3), 3), draw(O(3), 3, 3, seed=1)
    orders = [list(order) for order in permutations(range(3))]
    x = jnp.stack([jnp.concatenate([masses[jnp.array(p)], positions[jnp.array(p)].ravel()]) for p in orders])
    y = np.asarray(predict(model, x))
    assert np.abs(y - y[0]).max() <= MODEL * np.abs(y).max()
    assert np.abs(y).max() > 1e-3


def test_weights_start_within_one_over_the_root_of_the_inputs():
    layers = BareScalarMLP(2 * T(1), T(0), O(3), width=200, depth=2, key=jr.key(0)).body.network
    for weight, bias in zip(layers.weights, layers.biases, strict=True):
        bound = weight.shape[1] ** -0.5
        for array in (weight, bias):
            assert np.abs(array).max() <= bound
            assert array.size < 100 or np.abs(array).mean() == pytest.approx(bound / 2, rel=0.2)


def test_layer_norm_brings_units_to_mean_zero_and_variance_one():
    model = BareScalarMLP(2 * T(1), T(0), O(3), layer_norm=True, **{**SMALL, "depth": 1})
    network, x = model.body.network, np.array([1.0, 2.0, 3.0])
    units = network.weights[0] @ x + network.biases[0]
    hidden = np.maximum((units - units.mean()) / units.std(), 0)
    expected = network.weights[1] @ hidden + network.biases[1]
    np.testing.assert_allclose(network(jnp.asarray(x, jnp.float32)), expected, rtol=1e-3)


def test_a_batch_is_refused(unchecked):
    with pytest.raises(ValueError, match=r"Got shape \(5, 6\)\. For a batch use jax\.vmap"):
        BareScalarMLP(2 * T(1), T(0), O(3), **SMALL)(jnp.ones((5, 6)))
