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
    residuals: Residuals, theta: Float[Array, " all"], chosen: Int[Array, " p"] | None, chunk: Chunk, forward: bool
) -> Float[Array, "r columns"]:
    """(J, r) of the samples of a chunk in the chosen parameters, shape (residuals, p + 1); with `None` in all.

    With `forward` by one pass for each chosen parameter, if the model can be differentiated so, not for each residual.
    """

    def of_sample(sample: PyTree, directions: Array | None) -> tuple[Array, Array]:
        if chosen is None:
            return _in_all(residuals, theta, sample, directions)

        def both(part: Array) -> tuple[Array, Array]:
            value = residuals.of_sample(theta.at[chosen].set(part), sample, directions)
            return value, value

        if forward:
            with suppress(*NO_FORWARD_MODE):
                return jax.jacfwd(both, has_aux=True)(theta[chosen])
        return jax.jacrev(both, has_aux=True)(theta[chosen])

    jacobian, values = jax.vmap(of_sample)(chunk.samples, chunk.directions)
    rows = jnp.concatenate([jacobian, values[..., None]], axis=-1) * chunk.weights[:, None, None]
    return rows.reshape(-1, rows.shape[-1])


def _in_all(
    residuals: Residuals, theta: Float[Array, " p"], sample: PyTree, directions: Array | None
) -> tuple[Float[Array, "k p"], Float[Array, " k"]]:
    """J and r of a sample: by the arrays of the model, put side by side, since slices of θ would each be filled up."""

    def both(parameters: PyTree) -> tuple[Array, Array]:
        value = residuals.by_parameters(parameters, sample, directions)
        return value, value

    parts, values = jax.jacrev(both, has_aux=True)(residuals.parameters(theta))
    columns = [part.reshape(len(values), part.size // len(values)) for part in jax.tree.leaves(parts)]
    return jnp.concatenate(columns, axis=1).astype(theta.dtype), values


@eqx.filter_jit
def with_products(
    totals: Float[Array, "terms columns columns"],
    residuals: Residuals,
    theta: Float[Array, " all"],
    chosen: Int[Array, " p"] | None,
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
def residuals_in(residuals: Residuals, theta: Float[Array, " p"], samples: PyTree) -> Float[Array, "size m"]:
    """All residuals of the samples of a chunk."""
    return residuals.of_samples(theta, samples)


@eqx.filter_jit
def bend_in(
    residuals: Residuals,
    theta: Float[Array, " p"],
    direction: Float[Array, " p"],
    samples: PyTree,
) -> Float[Array, "size m"]:
    """r″, the second derivative of all residuals of the samples of a chunk along a direction in the parameters."""

    def slope(point: Array) -> Array:
        return jax.jvp(lambda there: residuals.of_samples(there, samples), (point,), (direction,))[1]

    return jax.jvp(slope, (theta,), (direction,))[1]


@eqx.filter_jit
def pulled_in(
    residuals: Residuals, theta: Float[Array, " p"], values: Float[Array, "size m"], samples: PyTree
) -> Float[Array, " p"]:
    """Jᵀ v of all residuals of the samples of a chunk."""
    return jax.vjp(lambda there: residuals.of_samples(there, samples), theta)[1](values)[0]
