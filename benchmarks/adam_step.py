"""An Adam step of the original's network for the task o5, 3 inner products → 500 × 6 → 1 with ReLU, on 512 samples.

Ours is the chunk that `fit` runs, a compiled scan that also draws the batches, with `ScalarMLP` as the model; bare is
one jitted function of plain JAX and Optax, with the same initial weights, called once a batch on batches cut before.
"""

from collections.abc import Callable
from time import perf_counter
from typing import Any

import jax
import jax.numpy as jnp
import jax.random as jr
import optax

from benchmarks.timing import Timing, in_turn
from scalaremlp.data import Dataset, o5
from scalaremlp.nn import ScalarMLP
from scalaremlp.train import FirstOrder, Regression

BATCH, WIDTH, DEPTH = 512, 500, 6
BATCHES = 6  # in the data set
RATE = 1e-3
BARE, OURS = "bare", "adam step"

Weights = list[tuple[jax.Array, jax.Array]]


def time_adam(dtype: type, steps: int, rounds: int) -> dict[str, Timing]:
    """Seconds a step; every round makes `steps` of them."""
    data = o5(BATCH * BATCHES, key=jr.key(0))
    x, y = data.x.astype(dtype), data.y.astype(dtype)
    model = ScalarMLP(
        data.rep_in, data.rep_out, data.group,
        width=WIDTH, depth=DEPTH, activation="relu", quadratic=False, norms=False, key=jr.key(1),
    )  # fmt: skip
    model = jax.tree.map(lambda leaf: leaf.astype(dtype), model).calibrate(x, y)
    calls = {BARE: _bare(model, x, y, steps), OURS: _ours(model, x, y, steps, data)}
    return {
        name: Timing(timing.compile, tuple(seconds / steps for seconds in timing.rounds))
        for name, timing in in_turn(calls, rounds).items()
    }


def _ours(model: ScalarMLP, x: jax.Array, y: jax.Array, steps: int, data: Dataset) -> tuple[Callable[[], Any], float]:
    """`steps` steps as `fit` makes them, going on from where the last call stopped."""
    method = FirstOrder(learning_rate=RATE, batch_size=BATCH, chunk=steps, steps=10**6, schedule="constant")
    key, loss, batch = jr.key(2), Regression(), (x, y)
    start = method.start(loss, model, batch, key=key)
    chunks = method.chunks(start, loss, model, batch, key=key)
    begun = perf_counter()
    next(chunks)
    seconds = perf_counter() - begun
    run = lambda: jax.block_until_ready(next(chunks)[0].parameters)  # noqa: E731
    return run, _without_running(seconds, run)


def _bare(model: ScalarMLP, x: jax.Array, y: jax.Array, steps: int) -> tuple[Callable[[], Any], float]:
    """`steps` calls of one jitted step."""
    layers, moments = model.body.coefficients.layers, model.body.scalars
    weights = [(w.T, b) for w, b in zip(layers.weights, layers.biases, strict=True)]
    optimizer = optax.adam(RATE)

    def network(weights: Weights, x: jax.Array) -> jax.Array:
        a, b = x[:, :5], x[:, 5:]
        h = jnp.stack([(a * a).sum(-1), (a * b).sum(-1), (b * b).sum(-1)], axis=-1)
        h = (h - moments.mean) / moments.scale
        for w, bias in weights[:-1]:
            h = jax.nn.relu(h @ w + bias)
        w, bias = weights[-1]
        return h @ w + bias

    @jax.jit
    def step(weights: Weights, memory: Any, x: jax.Array, y: jax.Array) -> tuple[Weights, Any, jax.Array]:
        value, gradient = jax.value_and_grad(lambda w: jnp.mean((network(w, x) - y) ** 2))(weights)
        updates, memory = optimizer.update(gradient, memory, weights)
        return optax.apply_updates(weights, updates), memory, value

    batches = list(zip(jnp.split(x, BATCHES), jnp.split(y, BATCHES), strict=True))
    state = [weights, optimizer.init(weights)]

    def run() -> None:
        for number in range(steps):
            *state[:], _ = step(*state, *batches[number % BATCHES])
        jax.block_until_ready(state)

    begun = perf_counter()
    run()
    return run, _without_running(perf_counter() - begun, run)


def _without_running(seconds: float, run: Callable[[], Any]) -> float:
    """The time to compile: that of the first call less that of another one."""
    begun = perf_counter()
    run()
    return max(seconds - (perf_counter() - begun), 0.0)
