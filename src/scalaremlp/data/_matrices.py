"""Symmetric and antisymmetric matrices, a sample a row."""

import jax.numpy as jnp
import jax.random as jr
from jaxtyping import Array, Float, Key


def symmetric(lower: Float[Array, "n d d"]) -> Float[Array, "n d d"]:
    """The symmetric matrices with these entries on and below the diagonal."""
    return jnp.tril(lower) + jnp.tril(lower, -1).mT


def symmetric_normal(n: int, size: float, dim: int = 3, *, key: Key[Array, ""]) -> Float[Array, "n dim dim"]:
    """Symmetric matrices whose entries on and below the diagonal are drawn from N(0, size²)."""
    return symmetric(size * jr.normal(key, (n, dim, dim)))


def exponential(matrix: Float[Array, "n d d"]) -> Float[Array, "n d d"]:
    """The exponentials of symmetric matrices, which are positive definite."""
    values, vectors = jnp.linalg.eigh(matrix)
    found = (vectors * jnp.exp(values)[:, None, :]) @ vectors.mT
    return (found + found.mT) / 2


def axial(vectors: Float[Array, "n 3"]) -> Float[Array, "n 3 3"]:
    """The antisymmetric tensors B_ij = ε_ijk b_k of axial vectors b, for which B v = v × b."""
    return jnp.cross(vectors[:, None, :], jnp.eye(3, dtype=vectors.dtype))
