"""A Gaussian process given samples: which scalars can be used, which covariance and link, and what is then known."""

from itertools import combinations
from typing import Any, NamedTuple

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Array, Bool, Float, Inexact

from ...scalars import Covariants, Invariants
from .._moments import Moments, over_samples, with_size
from ._anova import Anova
from ._coefficients import Coefficients
from ._condition import Conditioned, condition
from ._dictionary import decades_of, dictionary
from ._evidence import Found, Samples, most_probable
from ._fitted import Fitted
from ._link import Link, links

_MOST_VECTORS = 8  # whose differences are all taken
MOST_SAMPLES = 3000  # the others are predicted, which tells the error


class _Given(NamedTuple):
    """The samples, taken apart once."""

    scalars: Float[np.ndarray, "n scalars"]  # standardised
    usable: Bool[np.ndarray, " scalars"]
    logs: Float[np.ndarray, "n decades"]
    covariants: Inexact[np.ndarray, "n covariants size_out"]
    y: Inexact[np.ndarray, "n size_out"]


class _Tensor(NamedTuple):
    """One tensor of the output, fitted."""

    coefficients: Coefficients
    log: bool
    left_out: Float[np.ndarray, "n m"]
    determined: float
    noise: float


def fitted(model: Any, x: Inexact[Array, "n size_in"], y: Inexact[Array, "n size_out"]) -> Fitted:
    """A `ScalarGP` given samples."""
    model = _prepared(model, x)
    given = _given(model, x, np.asarray(y))
    parts = 2 if model.group.field == "complex" else 1
    few = np.sort(np.random.default_rng(0).permutation(len(x))[:MOST_SAMPLES])
    tensors = [
        _tensor(given, few, _mixing(model.covariants, rows), place, parts) for rows, place in model.covariants.copies
    ]
    shapes = tuple((*t.coefficients.shape, t.log) for t in tensors)
    options = {**dict(model.settings), "shapes": shapes}
    whole = type(model)(model.rep_in, model.rep_out, model.group, **options)
    whole = eqx.tree_at(
        lambda m: (m.features, m.scalars, m.tensors),
        whole,
        (model.features, model.scalars, tuple(t.coefficients for t in tensors)),
    )
    left_out = np.concatenate([_as_complex(t.left_out, parts) for t in tensors], axis=1)
    if len(few) < len(x):
        others = np.setdiff1d(np.arange(len(x)), few)
        errors = np.asarray(y)[others] - np.asarray(over_samples(whole, x[others], len(others)))
        every = np.zeros(y.shape, left_out.dtype)
        every[few], every[others] = left_out, errors
        left_out = every
    noise = np.concatenate([np.full(t.left_out.shape[1] // parts, t.noise) for t in tensors])
    return Fitted(whole, left_out, sum(t.determined for t in tensors), noise, len(few))


def _prepared(model: Any, x: Inexact[Array, "n size_in"]) -> Any:
    """The model with the dictionary that suits these inputs, and its statistics."""
    invariants = np.asarray(over_samples(Invariants(model.rep_in, model.group), x))
    decades = decades_of(invariants)
    options = {**dict(model.settings), "decades": decades, "shapes": ()}
    whole = type(model)(model.rep_in, model.rep_out, model.group, **options)
    features = dictionary(model.rep_in, model.group, decades, _least(invariants[:, list(decades)]))
    scalars = Moments.of(*with_size(features, x))
    return eqx.tree_at(lambda m: (m.features, m.scalars), whole, (features, scalars))


def _least(values: Float[np.ndarray, "n decades"]) -> Float[np.ndarray, " decades"]:
    """Below which modulus each counts as zero: a tenth of the least if all are of one sign, else a low quantile."""
    if not values.size:
        return np.ones(values.shape[1])
    sizes = np.where(values == 0, np.inf, np.abs(values))
    one_sign = (values > 0).all(axis=0) | (values < 0).all(axis=0)
    return np.where(one_sign, 0.1 * sizes.min(axis=0), np.quantile(sizes, 0.01, axis=0))


def _given(model: Any, x: Array, y: np.ndarray) -> _Given:
    everything = jax.jit(lambda one: (model.features(one), model.covariants(one)))
    features, covariants = jax.lax.map(everything, x, batch_size=1024)
    scalars = np.asarray((features - model.scalars.mean) / model.scalars.scale)
    usable = _varying(scalars)
    sizes = np.abs(np.asarray(features)[:, model.decades])
    return _Given(np.where(usable, scalars, 0.0), usable, np.log(np.maximum(sizes, 1e-300)), np.asarray(covariants), y)


def _varying(scalars: Float[np.ndarray, "n scalars"]) -> Bool[np.ndarray, " scalars"]:
    """Which scalars are neither constant nor, but for sign, another one again."""
    varies = scalars.std(axis=0) > 0.5  # constant ones have scale 1, and only rounding varies
    normed = np.where(varies, scalars - scalars.mean(axis=0), 0.0)
    alike = np.abs(np.triu(normed.T @ normed / len(scalars), 1)) > 1 - 1e-10
    return varies & ~alike.any(axis=0)


def _mixing(covariants: Covariants, rows: slice) -> Float[np.ndarray, "processes covariants"]:
    """The covariants of one tensor of the output, and the differences of those that are input vectors.

    What depends on places depends on their differences: the coefficients of two vectors then need not cancel.
    """
    positions = np.arange(rows.start, rows.stop)
    vectors = [
        at for at in positions
        if sum(slot.is_input for bracket in covariants.contractions[at][1] for slot in bracket.slots) == 1
    ]  # fmt: skip
    single = np.zeros((len(positions), covariants.size))
    single[np.arange(len(positions)), positions] = 1.0
    real, few = covariants.group.field == "real", len(vectors) <= _MOST_VECTORS
    pairs = list(combinations(vectors, 2)) if real and few else []
    differences = np.zeros((len(pairs), covariants.size))
    for row, (left, right) in enumerate(pairs):
        differences[row, [left, right]] = 1.0, -1.0
    return np.concatenate([single, differences])


def _tensor(
    given: _Given, few: np.ndarray, mixing: Float[np.ndarray, "processes covariants"], place: slice, parts: int
) -> _Tensor:
    """One tensor of the output, by the link that predicts left-out samples best."""
    tensors = np.einsum("pc,ncm->npm", mixing, given.covariants[few][:, :, place])
    tensors, y = _as_real(tensors, parts, both=True), _as_real(given.y[:, place], parts)[few]
    mixing = np.kron(np.eye(parts), mixing)
    invariant = parts == 1 and y.shape[1] == 1 and bool((tensors == tensors[:1]).all())
    logs, best, least = given.logs[few], None, np.inf
    for link in links(y, logs, invariant=invariant):
        tensor = _through(link, given, few, tensors, y, mixing)
        sizes = np.abs(y) if invariant and (link.log or best is not None or _wide(y, logs)) else 1.0
        error = float(np.median(np.abs(tensor.left_out) / sizes))
        if best is None or error < least:
            best, least = tensor, error
    assert best is not None
    return best


def _wide(y: np.ndarray, logs: np.ndarray) -> bool:
    return len(list(links(y, logs, invariant=True))) > 1


def _through(
    link: Link, given: _Given, few: np.ndarray, tensors: np.ndarray, y: np.ndarray, mixing: np.ndarray
) -> _Tensor:
    """The tensor whose process is what `link` makes of the outputs."""
    process = link.process(y, given.logs[few])
    unit = _size(process)
    sizes = np.array([_size(tensors[:, c]) for c in range(tensors.shape[1])])
    samples = Samples(given.scalars[few], tensors / sizes[:, None], process / unit)
    if not samples.outputs.any() or not tensors.shape[1]:
        found, said = _nothing(samples)
    else:
        found = most_probable(samples, given.usable)
        said = condition(found, samples)
    coefficients = Coefficients.of(found, said, samples, unit / sizes, mixing, link)
    left_out = y - link.output(process - unit * said.left_out, given.logs[few])
    return _Tensor(coefficients, link.log, left_out, said.determined, unit * found.noise)


def _nothing(samples: Samples) -> tuple[Found, Conditioned]:
    """Of outputs that are zero, or that nothing can be equal to."""
    covariants = samples.tensors.shape[1]
    anova = Anova.first(covariants, np.zeros(samples.scalars.shape[1], dtype=bool))
    none = [np.zeros(0, dtype=int)] * covariants, [np.zeros(0)] * covariants
    return Found(anova, 0.0, np.inf), Conditioned(*none, samples.outputs, 0.0)


def _size(values: np.ndarray) -> float:
    """The root mean square of the norm, 1 if that is zero; squares neither overflow nor vanish."""
    largest = float(np.max(np.abs(values), initial=0.0))
    if not largest > 0:
        return 1.0
    return largest * float(np.sqrt(np.mean(np.sum((np.abs(values) / largest) ** 2, axis=-1))))


def _as_real(values: np.ndarray, parts: int, *, both: bool = False) -> np.ndarray:
    """Complex components as real and imaginary ones; of covariants, i times them as further ones (`both`)."""
    if parts == 1:
        return values
    every = np.concatenate([values, 1j * values], axis=1) if both else values
    return np.concatenate([every.real, every.imag], axis=-1)


def _as_complex(values: np.ndarray, parts: int) -> np.ndarray:
    if parts == 1:
        return values
    real, imaginary = np.split(values, 2, axis=-1)
    return real + 1j * imaginary
