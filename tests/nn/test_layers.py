"""Fully connected layers: shapes, activations, statistics of the initial weights, and errors."""

import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

from scalaremlp.nn._layers import ACTIVATIONS, Layers

EXACT = 1e-12
SHAPES = {"size_in": 3, "size_out": 2, "width": 8, "depth": 2}


def quarter_of_sines(x):
    return np.concatenate([np.sin(x[: len(x) // 4]), np.tanh(x[len(x) // 4 :])])


FORMULAS = {
    "tanh+sine": quarter_of_sines,
    "tanh": np.tanh,
    "silu": lambda x: x / (1 + np.exp(-x)),
    "softplus": lambda x: np.log(1 + np.exp(x)),
    "relu": lambda x: np.maximum(x, 0),
}


def test_every_activation_has_a_formula():
    assert set(FORMULAS) == set(ACTIVATIONS)


@pytest.mark.parametrize("width", [1, 3, 4, 9])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations(name, width):
    x = np.linspace(-3, 3, width + 1)[1:] + 0.1
    assert np.abs(ACTIVATIONS[name](jnp.asarray(x)) - FORMULAS[name](x)).max() <= EXACT
    far = ACTIVATIONS[name](jnp.array([-1e4, 1e4] * width))
    assert np.isfinite(far).all() and np.isfinite(jax.grad(lambda v: ACTIVATIONS[name](v).sum())(far)).all()


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("depth", [0, 1, 3])
def test_the_formula(name, depth, key):
    """W x + b and the activation, layer by layer; the last one is linear."""
    layers = Layers(**{**SHAPES, "depth": depth}, activation=name, key=key)
    x = np.array([0.3, -1.0, 2.0])
    wanted = x
    for weight, bias in zip(layers.weights[:-1], layers.biases[:-1], strict=True):
        wanted = FORMULAS[name](np.asarray(weight) @ wanted + np.asarray(bias))
    wanted = np.asarray(layers.weights[-1]) @ wanted + np.asarray(layers.biases[-1])
    assert np.abs(layers(jnp.asarray(x)) - wanted).max() <= EXACT


@pytest.mark.parametrize("depth, shapes", [(0, [(2, 3)]), (1, [(8, 3), (2, 8)]), (3, [(8, 3), (8, 8), (8, 8), (2, 8)])])
def test_shapes(depth, shapes, key):
    layers = Layers(**{**SHAPES, "depth": depth}, key=key)
    assert [w.shape for w in layers.weights] == shapes
    assert [b.shape for b in layers.biases] == [(rows,) for rows, _ in shapes]
    assert layers(jnp.ones(3)).shape == (2,)


@pytest.mark.parametrize("size_in, size_out", [(0, 2), (3, 0), (0, 0)])
def test_no_inputs_or_no_outputs(size_in, size_out, key):
    layers = Layers(size_in, size_out, width=4, depth=1, key=key)
    assert layers(jnp.ones(size_in)).shape == (size_out,)
    assert all(np.isfinite(array).all() for array in (*layers.weights, *layers.biases))


@pytest.mark.parametrize("depth", [0, 2])
def test_zero_starts_from_the_zero_function(depth, key):
    layers = Layers(**{**SHAPES, "depth": depth}, zero=True, key=key)
    assert (np.asarray(layers(jnp.array([1.0, -2.0, 3.0]))) == 0).all()
    assert all((np.asarray(w) != 0).all() for w in layers.weights[:-1])  # and can be learned from there
    assert np.asarray(Layers(**{**SHAPES, "depth": depth}, key=key)(jnp.ones(3))).any()


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_initial_weights(name, key):
    """Normal with variance 1/inputs, or 2/inputs for ReLU: within five standard errors."""
    layers = Layers(50, 40, width=200, depth=2, activation=name, key=key)
    for weight in layers.weights:
        scaled = np.asarray(weight).ravel() * np.sqrt(weight.shape[1] / (2 if name == "relu" else 1))
        assert abs(scaled.mean()) < 5 / np.sqrt(scaled.size)
        assert abs(scaled.var() - 1) < 5 * np.sqrt(2 / scaled.size)
        assert abs((scaled**4).mean() - 3) < 5 * np.sqrt(96 / scaled.size)
    numbers = np.concatenate([np.asarray(array).ravel() for array in (*layers.weights, *layers.biases)])
    assert len(np.unique(numbers)) == len(numbers)
    again, other = (Layers(50, 40, width=200, depth=2, activation=name, key=k) for k in (key, jr.key(1)))
    assert (layers.weights[0] == again.weights[0]).all() and (layers.weights[0] != other.weights[0]).all()


def test_an_unknown_activation_is_refused(key):
    text = r"`activation` must be one of tanh\+sine, tanh, silu, softplus, relu\. Got 'gelu'\. Did you mean relu\?"
    with pytest.raises(ValueError, match=text):
        Layers(**SHAPES, activation="gelu", key=key)


@pytest.mark.parametrize("width, depth", [(0, 1), (-3, 1), (8, -1)])
def test_wrong_sizes_are_refused(width, depth, key):
    name, value, least = ("width", width, 1) if width < 1 else ("depth", depth, 0)
    text = rf"`{name}` must be a whole number of at least {least}\. Got {value}\. Give more"
    with pytest.raises(ValueError, match=text):
        Layers(3, 2, width=width, depth=depth, key=key)
