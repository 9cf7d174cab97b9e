"""A least-squares loss of the parameters as one vector, and the samples in chunks of one size."""

from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
from jaxtyping import Array, Float, Key, PyTree

from ..._arrays import on_device
from .._batches import sample_count
from .._loss import LeastSquares
from .._parameters import split_parameters
from .by_term import PerTerm
from .flat import unflattened

_CHUNK_BYTES = 2e8


class Residuals(eqx.Module):
    """A least-squares loss and a model taken apart: the residuals of samples as functions of the parameters."""

    loss: LeastSquares
    like: PyTree  # parameters, for their structure
    static: PyTree
    key: Key[Array, ""]

    def model(self, theta: Float[Array, " p"]) -> Any:
        """The model with these parameters."""
        return eqx.combine(unflattened(self.like, theta), self.static)

    def of_sample(self, theta: Float[Array, " p"], sample: PyTree, directions: Array | None) -> Float[Array, " m"]:
        """The residuals of one sample, or their components along the directions."""
        batch = jax.tree.map(lambda array: array[None], sample)
        values = self.loss.residuals(self.model(theta), batch, self.key)[0]
        return values if directions is None else directions @ values

    def of_chunk(self, theta: Float[Array, " p"], chunk: "Chunk") -> Float[Array, "size m"]:
        """The residuals of the samples of a chunk, zero where a row fills it up."""
        values = jax.vmap(lambda *one: self.of_sample(theta, *one))(chunk.samples, chunk.directions)
        return values * chunk.weights[:, None]


class Chunk(NamedTuple):
    """Samples, the directions along which their residuals are seen if not all are, and zeros for filled-up rows."""

    samples: PyTree
    directions: Float[Array, "size k m"] | None
    weights: Float[Array, " size"]


@dataclass(frozen=True)
class Problem:
    """Least squares over samples in equal chunks, the last one filled up.

    With directions, k orthonormal ones for each sample, only the residuals along these are seen.

    Attributes:
        residuals: as functions of the parameters.
        chunks: all of one size, so that they share what is compiled.
        parameters: the most in which it is linearised.
        each: residuals seen of a sample.
        count: of residuals seen.
        stands_for: all residuals of the samples: Σr² of those seen estimates that of these.
        noises: for each residual of a sample whose noise it shares, if there are several.
    """

    residuals: Residuals
    chunks: tuple[Chunk, ...]
    parameters: int
    each: int
    count: int
    stands_for: int
    noises: tuple[int, ...] | None

    @property
    def counts(self) -> PerTerm:
        """How many residuals are seen of each noise."""
        if self.noises is None:
            return float(self.count)
        return np.bincount(self.noises) * (self.count / self.each)

    @property
    def samples(self) -> int:
        """How many samples it is of."""
        return self.count // self.each

    def model(self, theta: Float[Array, " p"]) -> Any:
        """The model with these parameters."""
        return self.residuals.model(theta)

    def with_weights(self, weights: Float[np.ndarray, " rows"]) -> "Problem":
        """The problem with other weights of the samples, those that fill up the last chunk included."""
        parts = np.split(weights, len(self.chunks))
        chunks = tuple(c._replace(weights=on_device(w)) for c, w in zip(self.chunks, parts, strict=True))
        return replace(self, chunks=chunks)


def make_problem(
    loss: LeastSquares,
    model: PyTree,
    data: PyTree,
    *,
    parameters: int,
    key: Key[Array, ""],
    directions: Float[Array, "n k m"] | None = None,
    chunk: int | None = None,
) -> Problem:
    """The problem on these data, cut into equal chunks, the last one filled up with rows of weight zero.

    Args:
        loss: the loss.
        model: the model.
        data: a pytree of arrays with one entry a sample.
        parameters: in how many parameters at most it will be linearised; with `chunk=None` a chunk is as large as about
            200 MB of that Jacobian.
        key: of the loss.
        directions: for each sample, of its residuals; None for all residuals.
        chunk: samples whose Jacobian is held at once.
    """
    samples = sample_count(data)
    every = residuals_per_sample(loss, model, data)
    each = every if directions is None else directions.shape[1]
    size = min(chunk or chunk_size(parameters, each), samples)
    host = jax.tree.map(np.asarray, (data, directions))
    chunks = tuple(_chunk(host, start, size, samples) for start in range(0, samples, size))
    residuals = Residuals(loss, *split_parameters(model), key)
    noises = loss.noises if directions is None else None
    return Problem(residuals, chunks, parameters, each, samples * each, samples * every, noises)


def _chunk(host: PyTree, start: int, size: int, samples: int) -> Chunk:
    rows = np.arange(start, start + size)
    data, directions = jax.tree.map(lambda array: on_device(array[np.minimum(rows, samples - 1)]), host)
    return Chunk(data, directions, on_device((rows < samples).astype(float)))


def random_directions(key: Key[Array, ""], samples: int, count: int, residuals: int) -> Float[Array, "n count m"]:
    """For each sample, orthonormal vectors times √(m/count), so that Σr² along them is on average all of Σr²."""
    vectors = jnp.linalg.qr(jr.normal(key, (samples, residuals, count)))[0]
    return jnp.swapaxes(vectors, 1, 2) * (residuals / count) ** 0.5


def chunk_size(parameters: int, residuals: int) -> int:
    """Samples whose Jacobian takes about 200 MB."""
    return max(1, int(_CHUNK_BYTES / (8 * residuals * parameters)))


def residuals_per_sample(loss: LeastSquares, model: PyTree, data: PyTree) -> int:
    """How many real residuals one sample has."""
    one = jax.eval_shape(lambda whole: jax.tree.map(lambda array: array[:1], whole), data)
    return int(eqx.filter_eval_shape(loss.residuals, model, one, jax.eval_shape(jr.key, 0)).shape[-1])
