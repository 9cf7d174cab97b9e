"""A Gaussian process fitted to samples: which covariance and link, and what is then known."""

from dataclasses import dataclass
from itertools import combinations
from typing import Any, NamedTuple

import equinox as eqx
import numpy as np
from jaxtyping import Array, Bool, Float, Inexact

from ...scalars import Covariants
from .._features import scalar_features
from .._moments import over_samples
from ._anova import Anova
from ._coefficients import Coefficients
from ._condition import Conditioned, condition
from ._evidence import Found, Samples, most_probable, parts_of
from ._fitted import Fitted
from ._given import Given, taken_apart
from ._link import Link, links
from ._polynomial import left_by_polynomials

_MOST_VECTORS = 8  # whose differences are all taken
_GOOD = 1e-4  # relative error of left-out samples at which no other part of the samples is tried
MOST_SAMPLES = 3000  # the others are predicted, which tells the error


class _Tensor(NamedTuple):
    """One tensor of the output, fitted."""

    coefficients: Coefficients
    log: bool
    left_out: Float[np.ndarray, "n m"]
    determined: float
    noise: float
    log_evidence: float


@dataclass(frozen=True)
class Prepared:
    """A `ScalarGP` that was shown samples and is to be fitted to them.

    Attributes:
        model: with the dictionary that suits the inputs, and its statistics.
        given: what it sees of the samples.
    """

    model: Any
    given: Given

    @classmethod
    def of(cls, model: Any, x: Inexact[Array, "n size_in"], y: Inexact[Array, "n size_out"]) -> "Prepared":
        """A `ScalarGP` shown these samples."""
        return cls(*taken_apart(model, x, y))

    def left_by_linear(self) -> float:
        """The share that a model linear in its parameters leaves of the tensor of the output it explains worst.

        Its coefficients are quadratic in the invariants, norms and cosines. 1 if the samples do not determine it.
        """
        model, given = self.model, self.given
        scalars = given.scalars[:, : scalar_features(model.rep_in, model.group, norms=True).size]
        shares = []
        for rows, place in model.covariants.copies:
            tensors = _as_real(given.covariants[:, rows, place], self._parts, both=True)
            outputs = _as_real(given.y[:, place], self._parts)
            count = self._parts * model.covariants.size
            shares.append(left_by_polynomials(scalars, tensors, outputs, count, given.copies))
        return max(shares, default=0.0)

    def fitted(self, x: Inexact[Array, "n size_in"], y: Inexact[Array, "n size_out"]) -> Fitted:
        """The model given the samples that it was shown."""
        model, given, parts = self.model, self.given, self._parts
        few = np.sort(np.random.default_rng(0).permutation(len(x))[:MOST_SAMPLES])
        tensors = [
            _tensor(given, few, _mixing(model.covariants, rows), place, parts, model.searches)
            for rows, place in model.covariants.copies
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
            errors = given.y[others] - np.asarray(over_samples(whole, x[others], len(others)))
            every = np.zeros(y.shape, left_out.dtype)
            every[few], every[others] = left_out, errors
            left_out = every
        noise = np.concatenate([np.full(t.left_out.shape[1] // parts, t.noise) for t in tensors])
        determined, evidence = (sum(getattr(t, of) for t in tensors) for of in ("determined", "log_evidence"))
        return Fitted(whole, left_out, determined, noise, len(few), log_evidence=evidence)

    @property
    def _parts(self) -> int:
        """Real numbers in a component of the output."""
        return 2 if self.model.group.field == "complex" else 1


def _mixing(covariants: Covariants, rows: slice) -> Float[np.ndarray, "processes covariants"]:
    """The covariants of one tensor of the output, and the differences of those that are input vectors.

    What depends on places depends on their differences: the coefficients of two vectors then need not cancel.
    """
    positions, members = np.arange(rows.start, rows.stop), covariants.members
    vectors = [
        at for at in positions
        if len(members[at]) == 1
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
    given: Given,
    few: np.ndarray,
    mixing: Float[np.ndarray, "processes covariants"],
    place: slice,
    parts: int,
    searches: int,
) -> _Tensor:
    """One tensor of the output, by the link that predicts left-out samples best."""
    tensors = np.einsum("pc,ncm->npm", mixing, given.covariants[few][:, :, place])
    tensors, y = _as_real(tensors, parts, both=True), _as_real(given.y[:, place], parts)[few]
    mixing = np.kron(np.eye(parts), mixing)
    invariant = parts == 1 and y.shape[1] == 1 and bool((tensors == tensors[:1]).all())
    logs, best, least = given.logs[few], None, np.inf
    for link in links(y, logs, invariant=invariant):
        tensor = _through(link, given, few, tensors, y, mixing, searches)
        sizes = np.abs(y) if invariant and (link.log or best is not None or _wide(y, logs)) else 1.0
        error = float(np.median(np.abs(tensor.left_out) / sizes))
        if best is None or error < least:
            best, least = tensor, error
    assert best is not None
    return best


def _wide(y: np.ndarray, logs: np.ndarray) -> bool:
    return len(list(links(y, logs, invariant=True))) > 1


def _through(
    link: Link, given: Given, few: np.ndarray, tensors: np.ndarray, y: np.ndarray, mixing: np.ndarray, searches: int
) -> _Tensor:
    """The tensor whose process is what `link` makes of the outputs."""
    process = link.process(y, given.logs[few])
    unit = _size(process)
    sizes = np.array([_size(tensors[:, c]) for c in range(tensors.shape[1])])
    samples = Samples(given.scalars[few], tensors / sizes[:, None], process / unit, given.copies[few])
    if not samples.outputs.any() or not tensors.shape[1]:
        found, said = _nothing(samples)
    else:
        found, said = _best_said(samples, given.usable, searches)
    coefficients = Coefficients.of(found, said, samples, unit / sizes, mixing, link)
    left_out = y - link.output(process - unit * said.left_out, given.logs[few])
    evidence = said.log_evidence - y.size * np.log(unit) if link.plain else float("nan")
    return _Tensor(coefficients, link.log, left_out, said.determined, unit * found.noise, evidence)


def _best_said(samples: Samples, usable: Bool[np.ndarray, " scalars"], searches: int) -> tuple[Found, Conditioned]:
    """The covariance, chosen by a part of the samples, by which all that are left out are predicted best.

    One part can mislead: the search may end in another maximum, or the part lacks what is rare.
    """
    best, least = None, np.inf
    for part in parts_of(samples):
        found = most_probable(part, usable, searches=searches)
        said = condition(found, samples)
        error, last = _relative(said.left_out, samples.outputs), least
        if best is None or error < least:
            best, least = (found, said), error
        if 0.9 * last < error < 1.1 * last:  # the same covariance again
            break
        if error < max(_GOOD, 2 * samples.outputs.shape[1] * found.noise**2):  # all that is left is noise
            break
    assert best is not None
    return best


def _relative(errors: Float[np.ndarray, "n m"], outputs: Float[np.ndarray, "n m"]) -> float:
    """Mean of log(1 + |error|²/variance), which no single sample decides."""
    variance = np.mean(np.sum((outputs - outputs.mean(axis=0)) ** 2, axis=1))
    return float(np.mean(np.log1p(np.sum(errors**2, axis=1) / max(variance, 1e-300))))


def _nothing(samples: Samples) -> tuple[Found, Conditioned]:
    """Of outputs that are zero, or that nothing can be equal to."""
    covariants = samples.tensors.shape[1]
    anova = Anova.first(covariants, np.zeros(samples.scalars.shape[1], dtype=bool))
    none = [np.zeros(0, dtype=int)] * covariants, [np.zeros(0)] * covariants
    squares = max(float(np.sum(samples.outputs**2)), np.finfo(float).tiny)
    evidence = -0.5 * samples.outputs.size * float(np.log(squares))
    return Found(anova, 0.0, np.inf), Conditioned(*none, samples.outputs, 0.0, evidence)


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
