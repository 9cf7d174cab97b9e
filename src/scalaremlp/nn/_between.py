"""The part of an equivariant matrix between tensors of one size and tensors of another, by few operations."""

from typing import Any, NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Inexact


class Block(NamedTuple):
    """Between all copies of two terms: the weights, and the orthonormal maps that they are coefficients of."""

    weights: Inexact[Array, "rank copies_out copies_in"]
    basis: np.ndarray  # (size_out, size_in, rank)


def between(grid: list[list[Block]]) -> Inexact[Array, "rows columns"]:
    """The matrix of a grid of blocks, each with its maps, which are all of one shape but for their rank.

    What is small, the weights, is put side by side, in a layer for each of the different bases; one product with the
    bases gives the matrix. Block by block it would be as many products, and a program of many small steps is slow.
    """
    kind, bases = grid[0][0].weights.dtype, _different(grid)
    rank = max((basis.shape[-1] for basis in bases), default=0)
    rows = [jnp.concatenate([_of_rank(rank, block.weights) for block in row], axis=2) for row in grid]
    weights = jnp.concatenate(rows, axis=1)
    if len(bases) > 1:
        weights = (weights * _layers(grid, bases).astype(kind)[:, None]).reshape(-1, *weights.shape[1:])
    padded = [np.pad(basis, ((0, 0), (0, 0), (0, rank - basis.shape[-1]))) for basis in bases]
    size_out, size_in, _ = grid[0][0].basis.shape
    maps = np.concatenate([np.zeros((size_out, size_in, 0)), *padded], axis=2).astype(kind)
    whole = jnp.einsum("rnm,bar->nbma", weights, maps)
    return whole.reshape(weights.shape[1] * size_out, weights.shape[2] * size_in)


def _different(grid: list[list[Block]]) -> list[np.ndarray]:
    """The bases in use; that of two terms is one array wherever they meet."""
    return list({id(block.basis): block.basis for row in grid for block in row if block.basis.shape[-1]}.values())


def _layers(grid: list[list[Block]], bases: list[np.ndarray]) -> np.ndarray:
    """For each basis, ones where the copies of the blocks stand that have it: (bases, copies_out, copies_in)."""
    masks: Any = [[[block.basis is basis for block in row] for row in grid] for basis in bases]
    out, into = [row[0].weights.shape[1] for row in grid], [block.weights.shape[2] for block in grid[0]]
    return np.repeat(np.repeat(np.array(masks, dtype=float), out, axis=1), into, axis=2)


def _of_rank(rank: int, weights: Inexact[Array, "_ n m"]) -> Inexact[Array, "{rank} n m"]:
    """With zeros for what is missing."""
    missing = rank - len(weights)
    return jnp.pad(weights, ((0, missing), (0, 0), (0, 0))) if missing else weights
