"""The few lines that run under `jit`: pairings as one matrix product, exterior products by table."""

import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Inexact

from ._wedge import hodge, wedge_steps
from .inputs import constant

_ROWS = 16  # of a block of the packed Gram matrix: 8 and 32 measured slower for 64 vectors


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


def packed_gram(vectors: Inexact[Array, "n d"], form: np.ndarray | None, skip: int = 0) -> Inexact[Array, " packed"]:
    """Products ⟨vector_i, vector_j⟩ with j ≥ i + skip, row after row.

    A block of rows at a time, from its own diagonal on: little more than the packed half is ever computed or held.
    """
    lowered, n = lower(vectors, form), len(vectors)
    if n <= _ROWS // 2:
        return picked(lowered @ vectors.T, *np.triu_indices(n, skip))
    blocks = [lowered[start : start + _ROWS] @ vectors[start:].T for start in range(0, n, _ROWS)]
    return jnp.concatenate([row[i + skip :] for block in blocks for i, row in enumerate(block)])


def picked(values: Inexact[Array, "..."], *places: np.ndarray) -> Inexact[Array, " n"]:
    """`values[places]` for places known beforehand, one array for each axis: by one operation, where that traces ten.

    Example:
        >>> import jax.numpy as jnp, numpy as np
        >>> picked(jnp.array([5.0, 6.0, 7.0]), np.array([2, 0])).tolist()
        [7.0, 5.0]
    """
    if not len(places[0]):
        return values.ravel()[:0]
    axes = tuple(range(len(places)))
    return lax.gather(
        values, np.stack(places, axis=-1).astype(np.int32),
        lax.GatherDimensionNumbers(offset_dims=(), collapsed_slice_dims=axes, start_index_map=axes),
        slice_sizes=(1,) * len(axes), mode=lax.GatherScatterMode.PROMISE_IN_BOUNDS,
    )  # fmt: skip


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
