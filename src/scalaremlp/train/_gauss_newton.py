"""A least-squares loss linearised at a point, over chunks of samples."""

from contextlib import suppress
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
from jax.flatten_util import ravel_pytree
from jaxtyping import Array, Float, Int, Key, PyTree

from ._batches import sample_count
from ._by_term import ByTerm, NormalByTerm, PerTerm, RowsByTerm
from ._linearised import Linearised, Normal, Rows
from ._loss import LeastSquares
from ._parameters import split_parameters

_CHUNK_BYTES = 2e8


class Problem(eqx.Module):
    """A least-squares loss, a model taken apart, and the data in equal chunks with weights for filled-up rows.

    With `directions`, k orthonormal ones for each sample, only the residuals along these are seen.
    """

    loss: LeastSquares
    like: PyTree  # parameters, for their structure
    static: PyTree
    chunks: PyTree
    directions: Float[Array, "chunks size k m"] | None
    weights: Float[Array, "chunks size"]
    key: Key[Array, ""]
    parameters: int = eqx.field(static=True)  # the most in which it is linearised
    each: int = eqx.field(static=True)  # residuals seen of a sample
    count: int = eqx.field(static=True)  # of residuals seen
    stands_for: int = eqx.field(static=True)  # all residuals of the samples: Σr² of those seen estimates that of these
    noises: tuple[int, ...] | None = eqx.field(static=True)  # for each residual of a sample whose noise it shares

    @property
    def counts(self) -> PerTerm:
        """How many residuals are seen of each noise."""
        if self.noises is None:
            return float(self.count)
        return np.bincount(self.noises) * (self.count / self.each)

    def model(self, theta: Float[Array, " p"]) -> Any:
        """The model with these parameters."""
        return eqx.combine(ravel_pytree(self.like)[1](theta), self.static)

    def residuals(self, theta: Float[Array, " p"], sample: PyTree, directions: Array | None) -> Float[Array, " m"]:
        """The residuals of one sample, or their components along the directions."""
        batch = jax.tree.map(lambda array: array[None], sample)
        values = self.loss.residuals(self.model(theta), batch, self.key)[0]
        return values if directions is None else directions @ values


def linearise(problem: Problem, theta: Float[Array, " all"], chosen: Int[np.ndarray, " p"]) -> Linearised | ByTerm:
    """The problem linearised at θ, over all samples, in the chosen entries of θ."""
    every = np.arange(theta.size)
    # A reverse pass yields all derivatives at once: compiled for all, it serves for any choice of them.
    shared = theta.size == problem.parameters >= problem.each
    columns = np.append(chosen, theta.size) if shared and chosen.size < theta.size else slice(None)

    def rows(number: int) -> Float[np.ndarray, "r columns"]:
        found = _rows(problem, theta, jnp.asarray(every if shared else chosen), jnp.asarray(number))
        return np.asarray(found)[:, columns]

    numbers, size = range(len(problem.weights)), chosen.size
    if problem.count < size:
        all_rows = np.concatenate([rows(number) for number in numbers])[: problem.count]  # the others have weight zero
        found = Rows(np.ascontiguousarray(all_rows[:, :-1]), all_rows[:, -1].copy())
        return found if problem.noises is None else RowsByTerm(found, np.resize(problem.noises, problem.count))
    terms = [slice(None)] if problem.noises is None else _members(problem.noises)
    totals = [np.zeros((size + 1, size + 1)) for _ in terms]
    with np.errstate(all="ignore"):  # an infinite derivative is met by a refused step
        for number in numbers:
            part = rows(number)
            for total, term in zip(totals, terms, strict=True):
                own = part if problem.noises is None else part.reshape(-1, problem.each, size + 1)[:, term]
                own = own.reshape(-1, size + 1)
                total += own.T @ own
            del part, own  # before the next one is there
    parts = [Normal(np.ascontiguousarray(t[:-1, :-1]), t[:-1, -1].copy(), float(t[-1, -1])) for t in totals]
    return parts[0] if problem.noises is None else NormalByTerm(tuple(parts))


def _members(noises: tuple[int, ...]) -> list[Any]:
    """Which residuals of a sample are of each noise."""
    return [np.flatnonzero(np.array(noises) == number) for number in range(max(noises) + 1)]


@eqx.filter_jit
def _rows(problem: Problem, theta: Float[Array, " all"], chosen: Int[Array, " p"], number: Int[Array, ""]) -> Array:
    """(J, r) of the samples of a chunk, shape (residuals, p + 1)."""
    parameters = chosen.shape[0]

    def of_sample(sample: PyTree, directions: Array | None) -> tuple[Array, Array]:
        def both(part: Array) -> tuple[Array, Array]:
            value = problem.residuals(theta.at[chosen].set(part), sample, directions)
            return value, value

        if parameters < problem.each:  # one pass for each parameter, not for each residual of the sample
            with suppress(TypeError, NotImplementedError):  # no forward mode, as of the default adjoint of Diffrax
                return jax.jacfwd(both, has_aux=True)(theta[chosen])
        return jax.jacrev(both, has_aux=True)(theta[chosen])

    chunk = (problem.chunks, problem.directions, problem.weights)
    samples, directions, weights = jax.tree.map(lambda array: array[number], chunk)
    jacobian, values = jax.vmap(of_sample)(samples, directions)
    rows = jnp.concatenate([jacobian, values[..., None]], axis=-1) * weights[:, None, None]
    return rows.reshape(-1, parameters + 1)


def squares_of(problem: Problem, theta: Float[Array, " p"]) -> PerTerm:
    """Σr² at θ, over all samples: of each noise, if there are several."""
    found = np.asarray(sum_of_squares(problem, theta))
    return float(found) if problem.noises is None else found


@eqx.filter_jit
def sum_of_squares(problem: Problem, theta: Float[Array, " p"]) -> Float[Array, "*terms"]:
    """Σr² at θ, over all samples, as a scalar or one for each noise."""
    noises = None if problem.noises is None else np.array(problem.noises)

    def add(total: Array, chunk: tuple[PyTree, Array | None, Array]) -> tuple[Array, None]:
        samples, directions, weights = chunk
        values = jax.vmap(lambda *one: problem.residuals(theta, *one))(samples, directions)
        squares = (values * weights[:, None]) ** 2
        if noises is None:
            return total + jnp.sum(squares), None
        return total + jnp.zeros(total.shape).at[noises].add(jnp.sum(squares, axis=0)), None

    start = jnp.zeros(() if noises is None else noises.max() + 1)
    return jax.lax.scan(add, start, (problem.chunks, problem.directions, problem.weights))[0]


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
    count = -(-samples // size)
    rows = np.arange(count * size)
    weights = jnp.asarray((rows < samples).astype(float)).reshape(count, size)
    rows = np.minimum(rows, samples - 1)
    chunks, directions = jax.tree.map(
        lambda array: array[rows].reshape(count, size, *array.shape[1:]), (data, directions)
    )
    return Problem(
        loss,
        *split_parameters(model),
        chunks,
        directions,
        weights,
        key,
        parameters,
        each,
        samples * each,
        samples * every,
        loss.noises if directions is None else None,
    )


def random_directions(key: Key[Array, ""], samples: int, count: int, residuals: int) -> Float[Array, "n count m"]:
    """For each sample, orthonormal vectors times √(m/count), so that Σr² along them is on average all of Σr²."""
    vectors = jnp.linalg.qr(jr.normal(key, (samples, residuals, count)))[0]
    return jnp.swapaxes(vectors, 1, 2) * (residuals / count) ** 0.5


def chunk_size(parameters: int, residuals: int) -> int:
    """Samples whose Jacobian takes about 200 MB."""
    return max(1, int(_CHUNK_BYTES / (8 * residuals * parameters)))


def residuals_per_sample(loss: LeastSquares, model: PyTree, data: PyTree) -> int:
    """How many real residuals one sample has."""
    one = jax.tree.map(lambda array: array[:1], data)
    return int(eqx.filter_eval_shape(loss.residuals, model, one, jr.key(0)).shape[-1])
