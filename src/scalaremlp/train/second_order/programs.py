"""What is compiled for a fit, once for a size of chunks: residuals, their Jacobian, and their second derivative."""

from contextlib import suppress

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int, PyTree

from .problem import Chunk, Residuals

NO_FORWARD_MODE = TypeError, NotImplementedError  # what JAX raises where a model has none, as Diffrax's default adjoint


@eqx.filter_jit
def rows_of(
    residuals: Residuals, theta: Float[Array, " all"], chosen: Int[Array, " p"], chunk: Chunk, forward: bool
) -> Float[Array, "r columns"]:
    """(J, r) of the samples of a chunk in the chosen parameters, shape (residuals, p + 1).

    With `forward` by one pass for each parameter, if the model can be differentiated so, not for each residual.
    """

    def of_sample(sample: PyTree, directions: Array | None) -> tuple[Array, Array]:
        def both(part: Array) -> tuple[Array, Array]:
            value = residuals.of_sample(theta.at[chosen].set(part), sample, directions)
            return value, value

        if forward:
            with suppress(*NO_FORWARD_MODE):
                return jax.jacfwd(both, has_aux=True)(theta[chosen])
        return jax.jacrev(both, has_aux=True)(theta[chosen])

    jacobian, values = jax.vmap(of_sample)(chunk.samples, chunk.directions)
    rows = jnp.concatenate([jacobian, values[..., None]], axis=-1) * chunk.weights[:, None, None]
    return rows.reshape(-1, chosen.shape[0] + 1)


@eqx.filter_jit
def with_products(
    totals: Float[Array, "terms columns columns"],
    residuals: Residuals,
    theta: Float[Array, " all"],
    chosen: Int[Array, " p"],
    chunk: Chunk,
    forward: bool,
    members: tuple[tuple[int, ...], ...],
) -> Float[Array, "terms columns columns"]:
    """The totals with the product of (J, r) of a chunk with itself added, of the members of each term."""
    rows = rows_of(residuals, theta, chosen, chunk, forward)
    each = rows.reshape(len(chunk.weights), -1, rows.shape[-1])
    parts = (each[:, np.array(own)].reshape(-1, rows.shape[-1]) for own in members)
    return totals + jnp.stack([part.T @ part for part in parts])


@eqx.filter_jit
def squares_in(residuals: Residuals, theta: Float[Array, " p"], chunk: Chunk) -> Float[Array, " m"]:
    """Σr² over the samples of a chunk, for each residual of a sample."""
    return jnp.sum(residuals.of_chunk(theta, chunk) ** 2, axis=0)


@eqx.filter_jit
def bend_in(
    residuals: Residuals,
    theta: Float[Array, " p"],
    direction: Float[Array, " p"],
    weights: Float[Array, " m"],
    chunk: Chunk,
) -> tuple[Float[Array, "size m"], Float[Array, " p"]]:
    """r″, the second derivative of the residuals of a chunk along a direction in the parameters, and Jᵀ W r″.

    W weighs each residual of a sample.
    """

    def values(point: Array) -> Array:
        return residuals.of_chunk(point, chunk)

    def slope(point: Array) -> Array:
        return jax.jvp(values, (point,), (direction,))[1]

    bend = jax.jvp(slope, (theta,), (direction,))[1]
    return bend, jax.vjp(values, theta)[1](bend * weights)[0]
