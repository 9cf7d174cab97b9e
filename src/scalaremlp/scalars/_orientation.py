"""The orientation in time that SO⁺(1,q) keeps and no polynomial sees."""

from itertools import combinations

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ._evaluate import epsilon, gram
from .inputs import constant


def orientations(vectors: Float[Array, "n d"]) -> Float[Array, " features"]:
    """Invariants of SO⁺(1,q) that change sign under the elements of SO(1,q) that reverse time.

    If the vectors span a time-like direction, their Gram matrix has exactly one positive eigenvalue λ, with unit
    eigenvector c, and u = Σ cᵢ vᵢ is time-like. The first n features are sign(u⁰) λ cᵢ, which does not depend on the
    sign of c: up to a factor √λ they are the energies of the vᵢ for an observer who moves along u and whose clock
    runs forward. For one time-like vector that is sign(v⁰)⟨v, v⟩. The others are sign(n⁰) max(⟨n, n⟩, 0) for the
    generalised cross products n of d − 1 of the vectors. All are continuous, and zero where there is nothing to tell.

    A light-like vector alone is zero here, as for the polynomials.

    Args:
        vectors: upper components, time first.

    Returns:
        n features and one for each choice of d − 1 of the n vectors.

    Example:
        >>> import jax.numpy as jnp
        >>> from scalaremlp.scalars import orientations
        >>> [orientations(jnp.array([p])).item() for p in ([2.0, 1.0, 0, 0], [-2.0, 1.0, 0, 0], [1.0, 2.0, 0, 0])]
        [3.0, -3.0, 0.0]
    """
    count, dim = vectors.shape
    form = np.diag([1.0] + [-1.0] * (dim - 1))
    leading = _leading(gram(vectors, vectors, form)) if count else jnp.zeros(0, vectors.dtype)
    clock = jnp.sign(jax.lax.stop_gradient(leading @ vectors[:, 0])) if count else 0.0
    chosen = np.array(list(combinations(range(count), dim - 1)), dtype=int).reshape(-1, dim - 1)
    cross = epsilon(vectors[chosen])  # lower components; the time component keeps its sign when raised
    squares = (cross**2 * constant(np.diagonal(form), vectors)).sum(axis=-1)
    return jnp.concatenate([clock * leading, jnp.sign(cross[:, 0]) * jnp.maximum(squares, 0.0)])


@jax.custom_jvp
def _leading(symmetric: Float[Array, "n n"]) -> Float[Array, " n"]:
    """λ c for the largest eigenvalue λ of a matrix with at most one positive eigenvalue; zero if there is none."""
    values, vectors = jnp.linalg.eigh(symmetric)
    return jnp.maximum(values[-1], 0.0) * vectors[:, -1]


@_leading.defjvp
def _leading_jvp(primals: tuple[Array], tangents: tuple[Array]) -> tuple[Array, Array]:
    """d(λc) = (cᵀ dG c) c + Σⱼ λ/(λ−μⱼ) cⱼ (cⱼᵀ dG c): finite also where the other eigenvalues μⱼ coincide."""
    (symmetric,), (change,) = primals, tangents
    values, vectors = jnp.linalg.eigh(symmetric)
    largest = jnp.maximum(values[-1], 0.0)
    gaps = largest - jnp.minimum(values[:-1], 0.0)
    weights = jnp.append(largest / jnp.where(gaps > 0, gaps, 1.0), 1.0) * (largest > 0)
    moved = vectors.T @ (change @ vectors[:, -1])
    return largest * vectors[:, -1], vectors @ (weights * moved)
