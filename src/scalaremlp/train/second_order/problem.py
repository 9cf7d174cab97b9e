"""A least-squares loss of the parameters as one vector, and the samples in chunks of one size."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property, reduce
from itertools import chain, islice
from typing import Any, NamedTuple, Protocol

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
from jaxtyping import Array, Float, Int, Key, PyTree

from ..._model import as_model
from .._batches import sample_count
from .._loss import LeastSquares, Regression
from .._parameters import split_parameters
from .by_term import PerTerm
from .flat import unflattened
from .place import Place

FLOOR = 1e-22  # Σr² below this fraction of its value at the start is made of rounding errors
_CHUNK_BYTES = 2e8


class Residuals(eqx.Module):
    """A least-squares loss and a model taken apart: the residuals of samples as functions of the parameters."""

    loss: LeastSquares
    like: PyTree  # parameters, for their structure
    static: PyTree
    key: Key[Array, ""]

    def parameters(self, theta: Float[Array, " p"]) -> PyTree:
        """θ as the parameters of the model."""
        return unflattened(self.like, theta)

    def model(self, theta: Float[Array, " p"]) -> Any:
        """The model with these parameters."""
        return eqx.combine(self.parameters(theta), self.static)

    def of_sample(self, theta: Float[Array, " p"], sample: PyTree, directions: Array | None = None) -> Array:
        """The residuals of one sample, shape (m,), or their components along the directions."""
        return self.by_parameters(self.parameters(theta), sample, directions)

    def by_parameters(self, parameters: PyTree, sample: PyTree, directions: Array | None = None) -> Array:
        """The same, as a function of the parameters of the model."""
        batch = jax.tree.map(lambda array: array[None], sample)
        values = self.loss.residuals(eqx.combine(parameters, self.static), batch, self.key)[0]
        return values if directions is None else directions @ values

    def of_samples(self, theta: Float[Array, " p"], samples: PyTree) -> Float[Array, "size m"]:
        """The residuals of each of some samples."""
        return jax.vmap(lambda one: self.of_sample(theta, one))(samples)


class Chunk(NamedTuple):
    """Samples, the directions along which their residuals are seen if not all are, and zeros for filled-up rows."""

    samples: PyTree
    directions: Float[Array, "size k m"] | None
    weights: Float[Array | np.ndarray, " size"]

    def seen(self, values: Float[Array, "size m"]) -> Float[np.ndarray, "size k"]:
        """Of what belongs to all residuals that to those seen, on the host; zero where a row fills the chunk up."""
        found = np.asarray(values)
        if self.directions is not None:
            found = np.einsum("nkm,nm->nk", self.directions, found)
        return found * np.asarray(self.weights)[:, None]

    def pulled(self, values: Float[np.ndarray, "size k"]) -> Float[np.ndarray, "size m"]:
        """The transpose of `seen`."""
        found = values * np.asarray(self.weights)[:, None]
        return found if self.directions is None else np.einsum("nkm,nk->nm", self.directions, found)


class Chunks(Protocol):
    """Chunks in their order, as in a tuple; they may be made when they are asked for."""

    def __len__(self) -> int: ...
    def __getitem__(self, number: int, /) -> Chunk: ...
    def __iter__(self) -> Iterator[Chunk]: ...


class Block(NamedTuple):
    """Consecutive samples in equal chunks, the last one filled up."""

    samples: slice
    chunks: Chunks


@dataclass(frozen=True)
class Problem:
    """Least squares over samples in equal chunks, the last one filled up.

    With directions, k orthonormal ones for each sample, only the residuals along these are seen.

    Attributes:
        residuals: as functions of the parameters.
        blocks: of this process, in chunks of one size, so that they share what is compiled.
        parameters: the most in which it is linearised.
        each: residuals seen of a sample.
        count: of residuals seen.
        stands_for: all residuals of the samples: Σr² of those seen estimates that of these.
        noises: for each residual of a sample whose noise it shares, if there are several.
        whole: all samples with their directions, where `blocks` are this process's share; None of what is streamed.
        place: where the chunks are.
        by_jax: whether products and factors are computed there as well, by JAX, and not by BLAS.
        at_once: how many residuals of a sample are differentiated at once, if fewer than are seen: as many as another
            problem sees along directions, so that what is compiled for that one serves for this one.
    """

    residuals: Residuals
    blocks: tuple[Block, ...]
    parameters: int
    each: int
    count: int
    stands_for: int
    noises: tuple[int, ...] | None
    whole: PyTree
    place: Place
    by_jax: bool
    at_once: int | None = None

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
    def chunks(self) -> Iterator[Chunk]:
        """Those of all blocks."""
        return chain.from_iterable(block.chunks for block in self.blocks)

    def total(self, parts: Iterable[Float[np.ndarray, "..."]]) -> Float[np.ndarray, "..."]:
        """The sum over all samples of what each chunk contributes, given in their order."""
        each = iter(parts)
        blocks = (reduce(np.add, islice(each, len(block.chunks))) for block in self.blocks)
        return self.place.summed(reduce(np.add, blocks))

    def joined(self, parts: Iterable[Float[np.ndarray, "r *_"]]) -> Float[np.ndarray, "count *_"]:
        """What each chunk has for its residuals, put together without the rows that fill up a block."""
        each, own = iter(parts), []
        for samples, chunks in self.blocks:
            rows = [*islice(each, len(chunks))]
            own.append(np.concatenate(rows)[: (samples.stop - samples.start) * self.each])
        return self.place.gathered(np.concatenate(own), self.blocks[0].samples.start * self.each, self.count)

    def with_weights(self, weights: Float[np.ndarray, " samples"]) -> "Problem":
        """The problem with other weights of the samples."""
        blocks = []
        for samples, chunks in self.blocks:
            filled = np.zeros(len(chunks) * len(chunks[0].weights))
            filled[: samples.stop - samples.start] = weights[samples]
            parts = zip(chunks, np.split(filled, len(chunks)), strict=True)
            blocks.append(Block(samples, tuple(c._replace(weights=self.place.sharded(w)) for c, w in parts)))
        return replace(self, blocks=tuple(blocks))


def make_problem(
    loss: LeastSquares,
    model: PyTree,
    data: PyTree,
    *,
    parameters: int,
    key: Key[Array, ""],
    directions: Float[Array, "n k m"] | None = None,
    chunk: int | None = None,
    by_jax: bool | None = None,
    place: Place | None = None,
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
        by_jax: whether products and factors are computed by JAX, where the chunks are; None: if that is no CPU.
        place: where to compute; by default where data and model lie.
    """
    samples, place = sample_count(data), place or Place.of((data, model))
    every = residuals_per_sample(loss, model, data)
    each = every if directions is None else directions.shape[1]
    whole, blocks = jax.tree.map(np.asarray, (data, directions)), place.blocks(samples)
    size = place.rounded(evenly(longest(blocks), chunk or chunk_size(parameters, each)))
    found = tuple(Block(own, tuple(map(place.sharded, _chunks(whole, own, size)))) for own in blocks)
    residuals = Residuals(loss, *split_parameters(model), key)
    return Problem(
        residuals, found, parameters, each, samples * each, samples * every,
        loss.noises if directions is None else None, whole, place,
        place.accelerated if by_jax is None else by_jax,
    )  # fmt: skip


def longest(blocks: list[slice]) -> int:
    """The samples of the longest block."""
    return max(block.stop - block.start for block in blocks)


def _chunks(whole: PyTree, block: slice, size: int) -> Iterator[Chunk]:
    """Those of a block; one at least."""
    for start in range(block.start, max(block.stop, block.start + 1), size):
        yield _chunk(whole, np.arange(start, start + size), block.stop)


def _chunk(whole: PyTree, rows: Int[np.ndarray, " size"], stop: int) -> Chunk:
    samples, directions = jax.tree.map(lambda array: array[np.minimum(rows, max(stop - 1, 0))], whole)
    return Chunk(samples, directions, (rows < stop).astype(float))


def random_directions(key: Key[Array, ""], samples: int, count: int, residuals: int) -> Float[Array, "n count m"]:
    """For each sample, orthonormal vectors times √(m/count), so that Σr² along them is on average all of Σr²."""
    vectors = jnp.linalg.qr(jr.normal(key, (samples, residuals, count)))[0]
    return jnp.swapaxes(vectors, 1, 2) * (residuals / count) ** 0.5


def chunk_size(parameters: int, residuals: int) -> int:
    """Samples whose Jacobian takes about 200 MB."""
    return max(1, int(_CHUNK_BYTES / (8 * residuals * parameters)))


def evenly(samples: int, most: int) -> int:
    """The size of as few chunks as there must be, so that little of the last one is filled up."""
    return max(1, -(-samples // -(-max(samples, 1) // most)))


def residuals_per_sample(loss: LeastSquares, model: PyTree, data: PyTree) -> int:
    """How many real residuals one sample has; of plain regression by a model of known types nothing is traced."""
    if type(loss) is Regression and (types := as_model(model).types) is not None:
        y = data[1]
        parts = 2 if types.bound(types.rep_out).field == "complex" or jnp.iscomplexobj(y) else 1
        return parts * int(y.shape[1])
    one = jax.eval_shape(lambda whole: jax.tree.map(lambda array: array[:1], whole), data)
    return int(eqx.filter_eval_shape(loss.residuals, model, one, jax.eval_shape(jr.key, 0)).shape[-1])
