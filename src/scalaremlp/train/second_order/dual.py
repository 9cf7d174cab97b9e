"""Steps along the natural gradient of a mini-batch, by the matrix of the size of its residuals."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
from jax.scipy.linalg import cho_factor, cho_solve
from jaxtyping import Array, Float, Key, PyTree

from .._batches import sample_count
from .._loss import LeastSquares
from .._minibatch import Minibatch
from .problem import random_directions


@dataclass(frozen=True)
class Dual:
    """The step θ − η φ of SPRING.

    φ = μφ₀ + Jᵀa with (JJᵀ + λ) a = r − J μφ₀ minimises |Jφ − r|² + λ|φ − μφ₀|², where φ₀ is what the step before left
    of its own φ, (1 − η) φ, and λ is `damping` times the mean of the diagonal of JJᵀ. η |φ| is at most `limit` times
    the greater of |θ| and 1.

    Of a batch with more residuals than `rows` those of each sample are seen along random directions, orthogonal and of
    such a length that Σr² is on average that of all, as long as one of a sample is within `rows`.

    JJᵀ is a sum over the arrays of the parameters: J is held for as many of them at once as fit in `piece` bytes.
    """

    damping: float
    momentum: float
    limit: float
    rows: int
    piece: float = 5e8

    def init(self, parameters: PyTree) -> PyTree:
        """φ₀ = 0."""
        return jax.tree.map(jnp.zeros_like, parameters)

    def step(
        self, batch: Minibatch, parameters: PyTree, memory: PyTree, rate: Float[Array, ""]
    ) -> tuple[PyTree, PyTree, Float[Array, ""]]:
        """The parameters after a step, what is left of φ, and the loss before it."""
        before = jax.tree.map(lambda leaf: self.momentum * leaf, memory)
        seen = Seen.of(batch, parameters, self.rows)
        kernel, values, along = products(seen, parameters, before, self.piece)
        scale = jnp.mean(jnp.diagonal(kernel))
        ridge = self.damping * jnp.where(scale > 0, scale, 1.0)
        solved = cho_solve(cho_factor(kernel + ridge * jnp.eye(len(kernel)), lower=True), values - along)
        direction = jax.tree.map(jnp.add, before, pulled(seen, parameters, solved))
        most = self.limit * jnp.maximum(length(parameters), 1.0)
        way = length(direction)
        rate = jnp.minimum(rate, most / jnp.where(way > 0, way, 1.0))
        moved = jax.tree.map(lambda old, way: old - rate.astype(old.dtype) * way, parameters, direction)
        left = jax.tree.map(lambda way: (1 - rate).astype(way.dtype) * way, direction)
        return moved, left, jnp.sum(values**2) / (seen.count * batch.unit)


class Seen(eqx.Module):
    """What a step sees of the residuals of a mini-batch.

    Attributes:
        batch: the mini-batch.
        keys: for the noise of each sample.
        directions: for each sample, along which its residuals are seen, if not all are.
        count: of all residuals.
    """

    batch: Minibatch
    keys: Key[Array, " b"]
    directions: Float[Array, "b k m"] | None
    count: int

    @classmethod
    def of(cls, batch: Minibatch, parameters: PyTree, rows: int) -> "Seen":
        """With at most so many rows, if that is one for each sample or more."""
        samples = sample_count(batch.samples)
        keys = jr.split(batch.key, samples + 1)
        whole = cls(batch, keys[1:], None, 0)
        each = jax.eval_shape(whole.residuals, parameters).shape[1]
        some = max(1, rows // samples)
        assert isinstance(batch.loss, LeastSquares)
        if some >= each or not batch.loss.separable:
            return replace(whole, count=samples * each)
        return replace(whole, directions=random_directions(keys[0], samples, some, each), count=samples * each)

    def residuals(self, parameters: PyTree) -> Float[Array, "b k"]:
        """r of all samples."""
        return jax.vmap(partial(self.of_sample, parameters))(self.batch.samples, self.keys, self.directions)

    def of_sample(
        self, parameters: PyTree, sample: PyTree, key: Key[Array, ""], directions: Float[Array, "k m"] | None
    ) -> Float[Array, " k"]:
        """r of one sample."""
        assert isinstance(self.batch.loss, LeastSquares)
        one = jax.tree.map(lambda array: array[None], sample)
        values = self.batch.loss.residuals(self.batch.model(parameters), one, key)[0]
        return values if directions is None else directions.astype(values.dtype) @ values


def products(
    seen: Seen, parameters: PyTree, direction: PyTree, limit: float
) -> tuple[Float[Array, "r r"], Float[Array, " r"], Float[Array, " r"]]:
    """JJᵀ, r and J times a direction, in float64."""
    leaves, structure = jax.tree.flatten(parameters)
    ways = jax.tree.leaves(direction)
    values = seen.residuals(parameters).ravel()
    kernel, along = jnp.zeros((len(values), len(values))), jnp.zeros(len(values))
    for piece in pieces([leaf.size for leaf in leaves], len(values), limit):
        leaves, kernel = jax.lax.optimization_barrier((leaves, kernel))  # one piece after the other
        for number, rows in zip(piece, rows_in(seen, structure, leaves, piece), strict=True):
            kernel += rows @ rows.T
            along += rows @ ways[number].ravel().astype(float)
    return kernel, values.astype(float), along


def rows_in(seen: Seen, structure: Any, leaves: list[Array], piece: list[int]) -> list[Float[Array, "r p"]]:
    """J in some of the arrays of the parameters, in float64."""

    def of_sample(chosen: list[Array], *sample: Any) -> Float[Array, " k"]:
        every = list(leaves)
        for number, leaf in zip(piece, chosen, strict=True):
            every[number] = leaf
        return seen.of_sample(jax.tree.unflatten(structure, every), *sample)

    chosen = [leaves[number] for number in piece]
    found = jax.vmap(jax.jacrev(of_sample), in_axes=(None, 0, 0, 0))(
        chosen, seen.batch.samples, seen.keys, seen.directions
    )
    return [
        rows.reshape(rows.shape[0] * rows.shape[1], leaf.size).astype(float)
        for rows, leaf in zip(found, chosen, strict=True)
    ]


def pulled(seen: Seen, parameters: PyTree, weights: Float[Array, " r"]) -> PyTree:
    """Jᵀ times a vector, by one reverse pass."""
    values, back = jax.vjp(seen.residuals, parameters)
    return back(weights.reshape(values.shape).astype(values.dtype))[0]


def pieces(sizes: Sequence[int], rows: int, limit: float) -> list[list[int]]:
    """The numbers of consecutive arrays of these sizes whose Jacobians are within the limit, or a single larger one.

    Example:
        >>> pieces([3, 4, 2, 9], rows=1, limit=60)
        [[0, 1], [2], [3]]
    """
    found: list[list[int]] = []
    room = 0.0
    for number, size in enumerate(sizes):
        need = 8.0 * rows * size
        if not found or need > room:
            found.append([])
            room = limit
        found[-1].append(number)
        room -= need
    return found


def length(tree: PyTree) -> Float[Array, ""]:
    """The Euclidean norm of all numbers of a tree."""
    return jnp.sqrt(sum(jnp.sum(leaf.astype(float) ** 2) for leaf in jax.tree.leaves(tree)))
