"""A least-squares loss of the parameters as one vector, and the samples in chunks of one size."""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Float, Key, PyTree

from .._batches import sample_count
from .._loss import LeastSquares
from .._parameters import split_parameters
from .by_term import PerTerm
from .place import Place

_CHUNK_BYTES = 2e8


class Residuals(eqx.Module):
    """A least-squares loss and a model taken apart: the residuals of samples as functions of the parameters."""

    loss: LeastSquares
    like: PyTree  # parameters, for their structure
    static: PyTree
    key: Key[Array, ""]

    def model(self, theta: Float[Array, " p"]) -> Any:
        """The model with these parameters."""
        return eqx.combine(ravel_pytree(self.like)[1](theta), self.static)

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
        whole: all samples with their directions, where `chunks` are of this process's share.
        place: where the chunks are.
        on_device: whether products and factors are computed there as well, and not by BLAS.
    """

    residuals: Residuals
    chunks: tuple[Chunk, ...]
    parameters: int
    each: int
    count: int
    stands_for: int
    noises: tuple[int, ...] | None
    whole: PyTree
    place: Place
    on_device: bool

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

    @cached_property
    def spread(self) -> Residuals:
        """The residuals with their arrays where the chunks are."""
        return self.place.copied(self.residuals)

    @property
    def own(self) -> slice:
        """Which of all residuals are those of the chunks."""
        share = self.place.share(self.samples)
        return slice(share.start * self.each, share.stop * self.each)

    def with_weights(self, weights: Float[np.ndarray, " samples"]) -> "Problem":
        """The problem with other weights of the samples."""
        own, sizes = weights[self.place.share(self.samples)], [len(chunk.weights) for chunk in self.chunks]
        filled = np.append(own, np.zeros(sum(sizes) - len(own)))
        parts = np.split(filled, np.cumsum(sizes)[:-1])
        chunks = (c._replace(weights=self.place.sharded(w)) for c, w in zip(self.chunks, parts, strict=True))
        return replace(self, chunks=tuple(chunks))


def make_problem(
    loss: LeastSquares,
    model: PyTree,
    data: PyTree,
    *,
    parameters: int,
    key: Key[Array, ""],
    directions: Float[Array, "n k m"] | None = None,
    chunk: int | None = None,
    on_device: bool | None = None,
) -> Problem:
    """The problem on these data, cut into equal chunks, the last one filled up with rows of weight zero.

    It is where the data lie; of several processes each has the chunks of its own share.

    Args:
        loss: the loss.
        model: the model.
        data: a pytree of arrays with one entry a sample.
        parameters: in how many parameters at most it will be linearised; with `chunk=None` a chunk is as large as about
            200 MB of that Jacobian.
        key: of the loss.
        directions: for each sample, of its residuals; None for all residuals.
        chunk: samples whose Jacobian is held at once.
        on_device: whether products and factors are computed where the chunks are; None: if that is no CPU.
    """
    samples, place = sample_count(data), Place.of((data, model))
    every = residuals_per_sample(loss, model, data)
    each = every if directions is None else directions.shape[1]
    whole, share = jax.tree.map(np.asarray, (data, directions)), place.share(samples)
    size = place.rounded(min(chunk or chunk_size(parameters, each), max(share.stop - share.start, 1)))
    starts = range(share.start, max(share.stop, share.start + 1), size)  # one at least
    chunks = tuple(place.sharded(_chunk(whole, start, size, share.stop)) for start in starts)
    residuals = Residuals(loss, *split_parameters(model), key)
    return Problem(
        residuals, chunks, parameters, each, samples * each, samples * every,
        loss.noises if directions is None else None, whole, place,
        place.accelerated if on_device is None else on_device,
    )  # fmt: skip


def _chunk(whole: PyTree, start: int, size: int, stop: int) -> Chunk:
    rows = np.arange(start, start + size)
    samples, directions = jax.tree.map(lambda array: array[np.minimum(rows, max(stop - 1, 0))], whole)
    return Chunk(samples, directions, (rows < stop).astype(float))


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
    return int(eqx.filter_eval_shape(loss.residuals, model, one, jr.key(0)).shape[-1])
