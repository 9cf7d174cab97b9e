"""The normal equations of a least-squares loss, accumulated over chunks of samples inside one compiled scan."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Float, Int, Key, PyTree

from ._batches import sample_count
from ._loss import LeastSquares

_CHUNK_BYTES = 2e8


class Problem(eqx.Module):
    """A least-squares loss, a model taken apart, and the data in equal chunks with weights for filled-up rows."""

    loss: LeastSquares
    like: PyTree  # parameters, for their structure
    static: PyTree
    chunks: PyTree
    weights: Float[Array, "chunks size"]
    key: Key[Array, ""]

    def model(self, theta: Float[Array, " p"]) -> Any:
        """The model with these parameters."""
        return eqx.combine(ravel_pytree(self.like)[1](theta), self.static)

    def residuals(self, theta: Float[Array, " p"], sample: PyTree) -> Float[Array, " m"]:
        """The residuals of one sample."""
        batch = jax.tree.map(lambda array: array[None], sample)
        return self.loss.residuals(self.model(theta), batch, self.key)[0]


class Normal(eqx.Module):
    """JᵀJ, Jᵀr and Σr²."""

    matrix: Float[Array, "p p"]
    gradient: Float[Array, " p"]
    squares: Float[Array, ""]


@eqx.filter_jit
def normal_equations(problem: Problem, theta: Float[Array, " all"], chosen: Int[Array, " p"]) -> Normal:
    """JᵀJ, Jᵀr and Σr² at θ, over all samples, for the chosen entries of θ."""
    parameters = chosen.shape[0]

    def of_sample(sample: PyTree) -> tuple[Array, Array]:
        def both(part: Array) -> tuple[Array, Array]:
            value = problem.residuals(theta.at[chosen].set(part), sample)
            return value, value

        return jax.jacrev(both, has_aux=True)(theta[chosen])

    def add(total: Normal, chunk: tuple[PyTree, Array]) -> tuple[Normal, None]:
        samples, weights = chunk
        jacobian, values = jax.vmap(of_sample)(samples)
        jacobian = (jacobian * weights[:, None, None]).reshape(-1, parameters)
        values = (values * weights[:, None]).reshape(-1)
        one = Normal(jacobian.T @ jacobian, values @ jacobian, values @ values)
        return jax.tree.map(jnp.add, total, one), None

    zero = Normal(jnp.zeros((parameters, parameters)), jnp.zeros(parameters), jnp.zeros(()))
    return jax.lax.scan(add, zero, (problem.chunks, problem.weights))[0]


@eqx.filter_jit
def sum_of_squares(problem: Problem, theta: Float[Array, " p"]) -> Float[Array, ""]:
    """Σr² at θ, over all samples."""

    def add(total: Array, chunk: tuple[PyTree, Array]) -> tuple[Array, None]:
        samples, weights = chunk
        values = jax.vmap(lambda sample: problem.residuals(theta, sample))(samples)
        return total + jnp.sum((values * weights[:, None]) ** 2), None

    return jax.lax.scan(add, jnp.zeros(()), (problem.chunks, problem.weights))[0]


def in_chunks(data: PyTree, residuals: int, parameters: int, size: int | None) -> tuple[PyTree, Float[Array, "c s"]]:
    """The data as equal chunks, the last one filled up with rows of weight zero."""
    samples = sample_count(data)
    size = min(size or chunk_size(parameters, residuals), samples)
    count = -(-samples // size)
    rows = np.arange(count * size)
    weights = jnp.asarray((rows < samples).astype(float)).reshape(count, size)
    rows = np.minimum(rows, samples - 1)
    return jax.tree.map(lambda array: array[rows].reshape(count, size, *array.shape[1:]), data), weights


def chunk_size(parameters: int, residuals: int) -> int:
    """Samples whose Jacobian takes about 200 MB."""
    return max(1, int(_CHUNK_BYTES / (8 * residuals * parameters)))


def residuals_per_sample(loss: LeastSquares, model: PyTree, data: PyTree) -> int:
    """How many real residuals one sample has."""
    one = jax.tree.map(lambda array: array[:1], data)
    return int(eqx.filter_eval_shape(loss.residuals, model, one, jr.key(0)).shape[-1])
