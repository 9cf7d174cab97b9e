"""The few lines that run under `jit`: pairings as one matrix product, exterior products by table."""

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Inexact

from ._inputs import constant
from ._wedge import hodge, wedge_steps


def gram(
    left: Inexact[Array, "n d"], right: Inexact[Array, "m d"], form: np.ndarray | None = None
) -> Inexact[Array, "n m"]:
    """All products ⟨left_i, right_j⟩ = left_i^a form_ab right_j^b, as one matrix product.

    Args:
        left: n vectors.
        right: m vectors (or covectors, without a form).
        form: the bilinear form, (d, d); None stands for the identity.

    Example:
        >>> import jax.numpy as jnp, numpy as np
        >>> from scalaremlp.scalars import gram
        >>> p = jnp.array([[2.0, 1.0], [1.0, 1.0]])
        >>> gram(p, p, np.diag([1.0, -1.0])).tolist()
        [[3.0, 1.0], [1.0, 0.0]]
    """
    return lower(left, form) @ right.T


def lower(vectors: Array, form: np.ndarray | None) -> Array:
    """x^a form_ab, with the cheapest product that does it."""
    if form is None or np.array_equal(form, np.eye(len(form))):
        return vectors
    diagonal = np.diagonal(form)
    if np.array_equal(form, np.diag(diagonal)):
        return vectors * constant(diagonal, vectors)
    return vectors @ constant(form, vectors)


def upper_triangle(matrix: Inexact[Array, "n n"], skip: int = 0) -> Inexact[Array, " packed"]:
    """Entries [i, j], j ≥ i + skip, row after row."""
    n = matrix.shape[-1]
    if n <= 8:
        return matrix[np.triu_indices(n, skip)]
    return jnp.concatenate([matrix[i, i + skip :] for i in range(n - skip)])


def wedge(vectors: Inexact[Array, "k m d"]) -> Inexact[Array, "k components"]:
    """Exterior products of k families of m vectors each; determinants for m = d. A polynomial, smooth everywhere."""
    count, dim = vectors.shape[1:]
    result = jnp.ones((vectors.shape[0], 1), vectors.dtype)
    for i, step in enumerate(wedge_steps(dim, count)):
        terms = result[:, step.previous] * vectors[:, i][:, step.vector]
        result = (terms * constant(step.sign, vectors)).sum(axis=-1)
    return result


def epsilon(vectors: Inexact[Array, "k m d"]) -> Inexact[Array, "k ..."]:
    """ε(v₁, …, v_m, ·, …, ·) for k families of m vectors: (k, d, …, d) with d − m open indices, the last ones."""
    position, sign = hodge(vectors.shape[2], vectors.shape[1])
    return wedge(vectors)[:, position] * constant(sign, vectors)
