"""The linear solve of equivariant polynomials, and the degree at which samples left out are predicted best."""

from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Inexact

from .._check import TooLargeError
from ._moments import of_each
from ._monomials import monomials_of, products
from .gp import Fitted

_MOST_TO_CHOOSE = 2000  # samples by which a degree is chosen
_NUMBERS = 3  # components of the outputs for each product, at least
_RANK = 1e-14  # of the largest singular value: what is below is rounding
_MOST_DEGREE = 40
_WORSE = 3  # degrees without a gain, after which no higher one is tried
_GAIN = 0.9  # of the error of samples left out
_ALONE = 1e-10  # of 1 − H: below, no other sample says anything
_ROUNDING = 1e-29  # of squares of the outputs: less is no gain


class PolynomialFit(NamedTuple):
    """A polynomial that was fitted, until it is asked for.

    Attributes:
        model: the fitted model.
        left_out: what each output would have been predicted wrong by without its sample.
        determined: how many coefficients the samples determine.
    """

    model: Any
    left_out: Float[np.ndarray, "n size_out"]
    determined: float
    relative_error: float  # of samples left out, that of the worst term of the output

    def left_by_linear(self) -> float:
        """Nothing is known of other models."""
        return 1.0

    def fitted(self, x: Inexact[Array, "n size_in"], y: Inexact[Array, "n size_out"]) -> Fitted:
        """What `fit` asks for."""
        noise = np.sqrt(np.mean(self.left_out**2, axis=0))
        return Fitted(self.model, self.left_out, self.determined, noise, len(x), "linear solve", "solved")


class _Solved(NamedTuple):
    weights: Float[np.ndarray, "products copies"]
    left_out: Float[np.ndarray, "n size copies"]
    determined: int


def fitted_polynomial(model: Any, units: Any, x: Inexact[Array, "n size_in"], y: Array) -> PolynomialFit:
    """A `ScalarPolynomial` fitted to samples, with inputs of these units."""
    truth, weights, left_out, degrees, determined, start, worst = np.asarray(y), [], [], [], 0, 0, 0.0
    highest = _highest(model, truth)
    scalars, tensors = _seen(highest, units(jnp.asarray(x)))
    for block, (copies, term) in enumerate(model.rep_out(model.group).blocks):
        stop = start + copies * term.size
        outputs = truth[:, start:stop].reshape(len(truth), copies, term.size).transpose(0, 2, 1)
        degree = _degree(highest, block, scalars, tensors[block], outputs)
        solved = _solve(_design(highest, block, degree, scalars, tensors[block]), outputs)
        weights.append(solved.weights.T)
        left_out.append(solved.left_out.transpose(0, 2, 1).reshape(len(truth), -1))
        degrees.append(degree)
        worst = max(worst, _typical(solved.left_out, outputs))
        determined, start = determined + solved.determined * copies, stop
    whole = model.with_degrees(tuple(degrees))
    whole = eqx.tree_at(lambda m: (m.units, m.weights), whole, (units, tuple(map(jnp.asarray, weights))))
    return PolynomialFit(whole, np.concatenate(left_out, axis=1), determined, worst)


def _highest(model: Any, truth: np.ndarray) -> Any:
    """The polynomial with the highest degree, for each term of the output, that so many samples can determine."""
    samples, blocks = min(len(truth), _MOST_TO_CHOOSE), model.rep_out(model.group).blocks
    most = [min(samples * term.size // _NUMBERS, dict(model.settings)["limit"]) for _, term in blocks]
    degrees, rising = [0] * len(blocks), set(range(len(blocks)))
    for degree in range(1, _MOST_DEGREE + 1):
        try:
            tried = model.with_degrees((degree,) * len(blocks))
        except TooLargeError:
            break
        rising = {block for block in rising if tried.count(block) <= most[block]}
        if not rising:
            break
        for block in rising:
            degrees[block] = degree
    return model.with_degrees(tuple(degrees))


def _seen(model: Any, x: Array) -> tuple[np.ndarray, list[np.ndarray]]:
    """The scalars and covariants of all samples."""

    @jax.jit
    def of_all(x: Array) -> tuple[Array, list[Array]]:
        return of_each(lambda one: (model.invariants(one), model.covariants.tensors(one)), x)

    scalars, tensors = of_all(x)
    return np.asarray(scalars), [np.asarray(each) for each in tensors]


def _degree(model: Any, block: int, scalars: np.ndarray, tensors: np.ndarray, outputs: np.ndarray) -> int:
    """The degree that predicts samples left out best, of those that the samples can determine."""
    few = np.sort(np.random.default_rng(0).permutation(len(scalars))[:_MOST_TO_CHOOSE])
    scalars, tensors, outputs = scalars[few], tensors[few], outputs[few]
    best, least, since = 0, np.inf, 0
    for degree in range(model.degrees[block] + 1):
        design = _design(model, block, degree, scalars, tensors)
        if design.shape[2] == 0:
            continue
        error = _typical(_solve(design, outputs).left_out, outputs)
        since = 0 if error < _GAIN * least else since + 1
        if error < _GAIN * least:
            best, least = degree, error
        if since >= _WORSE:
            break
    return best


def _typical(left_out: Float[np.ndarray, "n size copies"], outputs: np.ndarray) -> float:
    """Mean of log(1 + |error|²/variance), which no single sample decides."""
    spread, size = (np.mean(np.sum(v**2, axis=(1, 2))) for v in (outputs - outputs.mean(axis=0), outputs))
    unit = next((each for each in (spread, size) if each > _ROUNDING * size), 1.0)
    return max(float(np.mean(np.log1p(np.sum(left_out**2, axis=(1, 2)) / unit))), _ROUNDING)


def _design(
    model: Any, block: int, degree: int, scalars: np.ndarray, tensors: Float[np.ndarray, "n covariants size"]
) -> Float[np.ndarray, "n size products"]:
    """Every product of a monomial and a covariant, at every sample."""
    table = products(*model.kinds(block), degree)
    monomials = monomials_of(scalars, table.exponents)
    return np.einsum("np,npm->nmp", monomials[:, table.monomial], tensors[:, table.covariant])


def _solve(design: Float[np.ndarray, "n size products"], outputs: Float[np.ndarray, "n size copies"]) -> _Solved:
    """Least squares by QR and the singular values of R, with the errors of samples left out."""
    n, size, count = design.shape
    flat, rhs = design.reshape(n * size, count), outputs.reshape(n * size, -1)
    norms = np.linalg.norm(flat, axis=0)
    norms = np.where(norms > 0, norms, 1.0)
    q, r = np.linalg.qr(flat / norms)
    u, s, vt = np.linalg.svd(r, full_matrices=False)
    kept = s > _RANK * max(s.max(initial=0.0), 1e-300) * max(flat.shape)
    q = q @ u[:, kept]
    projected = q.T @ rhs
    weights = (vt[kept].T / s[kept]) @ projected / norms[:, None]
    residuals = (rhs - q @ projected).reshape(n, size, -1)
    return _Solved(weights, _left_out(q.reshape(n, size, -1), residuals, outputs), int(kept.sum()))


def _left_out(
    q: Float[np.ndarray, "n size rank"], residuals: Float[np.ndarray, "n size copies"], outputs: np.ndarray
) -> Float[np.ndarray, "n size copies"]:
    """The errors of samples left out, (1 − H_ii)⁻¹ r_i; what a sample alone determines is then predicted as zero."""
    left, directions = np.linalg.eigh(np.eye(q.shape[1]) - q @ q.transpose(0, 2, 1))
    known = left[:, :, None] > _ALONE
    turned, truth = (directions.transpose(0, 2, 1) @ each for each in (residuals, outputs))
    return directions @ np.where(known, turned / np.where(known, left[:, :, None], 1.0), truth)
