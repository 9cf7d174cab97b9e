"""The published network of symmetric matrices: eigenvalues, a network that is equivariant under their permutations,
and the same eigenvectors. Written anew in plain JAX, as light as it can be.

The recipe is that of Gregory et al., arXiv:2406.01552, in their code of commit 14fc2a82ff2b: three hidden layers of 23
channels with GELU, AdamW with a one-cycle cosine rate of 1e-3 at most (2e-3 for the smaller sets), batches of 256, 50
epochs, float32, the eigenvalues of inputs and outputs standardised by one mean and one spread. The inputs are never
differentiated, so eigenvectors are found once, before the training, and the loss is taken in their frame, where it is
the same; all epochs are one compiled scan.
"""

from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import optax

WIDTH, HIDDEN, BATCH, EPOCHS, MANY = 23, 3, 256, 50, 10_000

Layers = list[dict[str, jax.Array]]


class Normal(NamedTuple):
    """The mean and the spread of all eigenvalues."""

    mean: jax.Array
    spread: jax.Array

    @classmethod
    def of(cls, matrices: jax.Array) -> "Normal":
        """Of symmetric matrices (n, 3, 3)."""
        values = jnp.linalg.eigvalsh(matrices)
        return cls(jnp.mean(values), jnp.std(values))

    def seen(self, matrices: jax.Array) -> jax.Array:
        """Standardised: a multiple of I is taken away, and the rest divided by one number."""
        return (matrices - self.mean * jnp.eye(3)) / self.spread


class EigenMap(NamedTuple):
    """A trained network, for symmetric matrices (n, 3, 3)."""

    layers: Layers
    inputs: Normal
    outputs: Normal

    def __call__(self, x: jax.Array) -> jax.Array:
        """The images of symmetric matrices."""
        values, vectors = jnp.linalg.eigh(self.inputs.seen(x))
        found = (vectors * network(self.layers, values)[:, None, :]) @ vectors.mT
        return found * self.outputs.spread + self.outputs.mean * jnp.eye(3)


def layers_of(key: jax.Array) -> Layers:
    """Linear maps of channels, one for every eigenvalue itself and one for the mean of all three, and biases."""
    sizes = [1, *HIDDEN * [WIDTH], 1]
    made = []
    for n, m, each in zip(sizes[:-1], sizes[1:], jr.split(key, len(sizes) - 1), strict=True):
        own, mean = jr.normal(each, (2, n, m)) / np.sqrt(2 * n)
        made.append({"own": own, "mean": mean, "bias": jnp.zeros(m)})
    return made


def network(layers: Layers, values: jax.Array) -> jax.Array:
    """New eigenvalues (n, 3) of eigenvalues (n, 3)."""
    h = values[:, :, None]
    for number, layer in enumerate(layers):
        h = h @ layer["own"] + jnp.mean(h, axis=1, keepdims=True) @ layer["mean"] + layer["bias"]
        h = jax.nn.gelu(h) if number < len(layers) - 1 else h
    return h[:, :, 0]


def train(x: jax.Array, y: jax.Array, key: jax.Array) -> EigenMap:
    """Fit to symmetric matrices (n, 3, 3) and their images."""
    inputs, outputs = Normal.of(x), Normal.of(y)
    values, vectors = jnp.linalg.eigh(inputs.seen(x))
    framed = vectors.mT @ outputs.seen(y) @ vectors
    size = min(BATCH, len(x))
    steps = len(x) // size
    rate = optax.cosine_onecycle_schedule(EPOCHS * steps, 1e-3 if len(x) >= MANY else 2e-3, div_factor=3)
    optimizer = optax.adamw(rate)
    start_key, order_key = jr.split(key)
    layers = layers_of(start_key)

    def loss(layers: Layers, values: jax.Array, framed: jax.Array) -> jax.Array:
        made = network(layers, values)[:, :, None] * jnp.eye(3)
        return jnp.mean(jnp.sum((made - framed) ** 2, axis=(1, 2)))

    def step(carry: Any, rows: jax.Array) -> tuple[Any, None]:
        layers, state = carry
        gradient = jax.grad(loss)(layers, values[rows], framed[rows])
        updates, state = optimizer.update(gradient, state, layers)
        return (optax.apply_updates(layers, updates), state), None

    def epoch(carry: Any, key: jax.Array) -> tuple[Any, None]:
        order = jr.permutation(key, len(x))[: steps * size].reshape(steps, size)
        return jax.lax.scan(step, carry, order)

    run = jax.jit(lambda carry, keys: jax.lax.scan(epoch, carry, keys)[0])
    layers, _ = run((layers, optimizer.init(layers)), jr.split(order_key, EPOCHS))
    return EigenMap(layers, inputs, outputs)
