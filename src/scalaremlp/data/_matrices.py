"""Symmetric and antisymmetric matrices, a sample a row: in NumPy, which has nothing to compile for a number of them."""

import jax.random as jr
import numpy as np
from jaxtyping import Array, Float, Key


def symmetric(lower: Float[np.ndarray, "n d d"]) -> Float[np.ndarray, "n d d"]:
    """The symmetric matrices with these entries on and below the diagonal."""
    return np.tril(lower) + np.swapaxes(np.tril(lower, -1), -1, -2)


def symmetric_normal(n: int, size: float, dim: int = 3, *, key: Key[Array, ""]) -> Float[np.ndarray, "n dim dim"]:
    """Symmetric matrices whose entries on and below the diagonal are drawn from N(0, size²)."""
    return symmetric(size * np.asarray(jr.normal(key, (n, dim, dim))))


def exponential(matrix: Float[np.ndarray, "n d d"]) -> Float[np.ndarray, "n d d"]:
    """The exponentials of symmetric matrices, which are positive definite."""
    values, vectors = np.linalg.eigh(matrix)
    found = (vectors * np.exp(values)[:, None, :]) @ np.swapaxes(vectors, -1, -2)
    return (found + np.swapaxes(found, -1, -2)) / 2


def axial(vectors: Float[np.ndarray, "n 3"]) -> Float[np.ndarray, "n 3 3"]:
    """The antisymmetric tensors B_ij = ε_ijk b_k of axial vectors b, for which B v = v × b."""
    return np.cross(vectors[:, None, :], np.eye(3, dtype=vectors.dtype))
