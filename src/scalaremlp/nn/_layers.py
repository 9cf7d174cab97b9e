"""Fully connected layers, the learned part of every network here."""

from collections.abc import Callable
from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
from jaxtyping import Array, Float, Key

from .._arrays import on_device
from .._check import one_of, whole_number
from ._drawn import drawn


def tanh_and_sine(x: Float[Array, " units"]) -> Float[Array, " units"]:
    """Sine for a quarter of the units, tanh for the others: for laws that oscillate as well as those that saturate."""
    sines = x.shape[-1] // 4
    return jnp.concatenate([jnp.sin(x[:sines]), jnp.tanh(x[sines:])])


ACTIVATIONS: dict[str, Callable[[Array], Array]] = {
    "tanh+sine": tanh_and_sine,
    "tanh": jnp.tanh,
    "silu": jax.nn.silu,
    "softplus": jax.nn.softplus,
    "relu": jax.nn.relu,
}


class Layers(eqx.Module):
    """`depth` hidden layers of `width` and a linear last layer.

    Args:
        size_in: inputs, expected to be of order one.
        size_out: outputs.
        width: of the hidden layers.
        depth: the number of hidden layers.
        activation: a name from `ACTIVATIONS`.
        zero: whether the last layer starts at zero, so that training starts from the function 0.
        uniform: whether weights and biases start uniform within ±1/√inputs; otherwise weights are normal with variance
            1/inputs, or 2/inputs for ReLU, and biases normal with standard deviation ½.
        layer_norm: whether each hidden layer has its units brought to mean 0 and variance 1 before the activation.
        key: for the weights.
    """

    weights: tuple[Float[Array, "out in"], ...]
    biases: tuple[Float[Array, " out"], ...]
    activation: str = eqx.field(static=True)
    layer_norm: bool = eqx.field(static=True)

    def __init__(
        self,
        size_in: int,
        size_out: int,
        *,
        width: int,
        depth: int,
        activation: str = "tanh",
        zero: bool = False,
        uniform: bool = False,
        layer_norm: bool = False,
        key: Key[Array, ""],
    ):
        one_of("activation", activation, ACTIVATIONS)
        whole_number("width", width, remedy="Give more.")
        whole_number("depth", depth, 0, remedy="Give more.")
        sizes = [size_in, *[width] * depth, size_out]
        shapes = [*zip(sizes[1:], sizes[:-1], strict=True), *((size,) for size in sizes[1:])]
        gain = 2.0 if activation == "relu" and not uniform else 1.0
        inputs = [max(size, 1) for size in sizes[:-1]]
        scales = [*((gain / n) ** 0.5 for n in inputs), *(n**-0.5 if uniform else 0.5 for n in inputs)]
        arrays = [*drawn(key, shapes, scales, partial(jr.uniform, minval=-1.0) if uniform else jr.normal)]
        if zero:
            for last in (depth, -1):
                arrays[last] = on_device(np.zeros(arrays[last].shape, arrays[last].dtype))
        self.weights, self.biases = tuple(arrays[: depth + 1]), tuple(arrays[depth + 1 :])
        self.activation, self.layer_norm = activation, layer_norm

    def __call__(self, x: Float[Array, " in"]) -> Float[Array, " out"]:
        for weight, bias in zip(self.weights[:-1], self.biases[:-1], strict=True):
            units = weight @ x + bias
            x = ACTIVATIONS[self.activation](jax.nn.standardize(units) if self.layer_norm else units)
        return self.weights[-1] @ x + self.biases[-1]
