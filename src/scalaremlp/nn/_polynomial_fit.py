"""The linear solve of equivariant polynomials."""

from typing import Any, NamedTuple

import equinox as eqx
import jax
import numpy as np
from jaxtyping import Array, Float, Inexact

from .._arrays import on_device
from .._check import TooLargeError
from ._left_out import Solved, solve, typical
from ._monomials import count
from ._polynomial_degree import best_degree
from ._polynomial_scalars import PolynomialScalars
from ._polynomial_terms import PolynomialTerm
from .gp import Fitted

_MOST_TO_CHOOSE = 2000  # samples by which a degree is chosen
_NUMBERS = 3  # components of the outputs for each product, at least
_MOST_DEGREE = 40
_PIECE = 1024  # samples whose scalars are computed at a time
_ENOUGH = 4000  # samples of a law that is met so well that the others can be predicted
_MET = 1e-16  # relative error of samples left out below which it is: less than the noise of any data
_AS_WELL = 4.0  # errors of the others that is the same


class PolynomialFit(NamedTuple):
    """A polynomial that was fitted, until it is asked for.

    Attributes:
        model: the fitted model.
        left_out: what each output would have been predicted wrong by without its sample.
        determined: how many coefficients the samples determine.
        relative_error: of samples left out, that of the worst term of the output.
        samples: how many it was fitted to; the others were predicted.
    """

    model: Any
    left_out: Float[np.ndarray, "n size_out"]
    determined: float
    relative_error: float
    samples: int

    def left_by_linear(self) -> float:
        """Nothing is known of other models."""
        return 1.0

    def fitted(self, x: Inexact[Array, "n size_in"], y: Inexact[Array, "n size_out"]) -> Fitted:
        """What `fit` asks for."""
        noise = np.sqrt(np.mean(self.left_out**2, axis=0))
        return Fitted(self.model, self.left_out, self.determined, noise, self.samples, "linear solve", "solved")


class _Solution(NamedTuple):
    """A term of the output, with the relative error of samples left out, and how many it was fitted to."""

    degree: int
    solved: Solved
    error: float
    samples: int


def fitted_polynomial(model: Any, units: Any, x: Inexact[Array, "n size_in"], y: Array) -> PolynomialFit:
    """A `ScalarPolynomial` fitted to samples, with inputs of these units."""
    truth, start, found = np.asarray(y), 0, []
    (generators, highest), given = _highest(model, truth), np.asarray(x) / np.asarray(units.size)
    scalars, tensors = _seen(generators, given)
    outward = np.argsort(np.sum(given**2, axis=1), kind="stable")
    for block, (copies, term) in enumerate(model.rep_out(model.group).blocks):
        outputs = truth[:, start : start + copies * term.size].reshape(len(truth), copies, term.size).transpose(0, 2, 1)
        of_block = PolynomialTerm(generators.kinds(block), scalars, tensors[block])
        found.append(_of_term(of_block, highest[block], outputs, outward))
        start += copies * term.size
    whole = model.with_degrees(tuple(each.degree for each in found))
    weights = tuple(on_device(each.solved.weights.T) for each in found)
    whole = eqx.tree_at(lambda m: (m.units, m.weights), whole, (units, weights))
    left_out = [each.solved.left_out.transpose(0, 2, 1).reshape(len(truth), -1) for each in found]
    determined = sum(each.solved.determined * each.solved.weights.shape[1] for each in found)
    worst, samples = max(each.error for each in found), max(each.samples for each in found)
    return PolynomialFit(whole, np.concatenate(left_out, axis=1), determined, worst, samples)


def _highest(model: Any, truth: np.ndarray) -> tuple[PolynomialScalars, list[int]]:
    """The highest degree, for each term of the output, that so many samples can determine, and the scalars up to it."""
    samples, blocks = min(len(truth), _MOST_TO_CHOOSE), model.rep_out(model.group).blocks
    most = [min(samples * term.size // _NUMBERS, dict(model.settings)["limit"]) for _, term in blocks]
    degrees, rising, types = [0] * len(blocks), set(range(len(blocks))), (model.rep_in, model.rep_out, model.group)
    found = PolynomialScalars.upto(*types, 1)
    for degree in range(1, _MOST_DEGREE + 1):
        try:
            found = found if found.complete else PolynomialScalars.upto(*types, degree)
        except TooLargeError:
            break
        rising = {block for block in rising if count(*found.kinds(block), degree) <= most[block]}
        if not rising:
            break
        for block in rising:
            degrees[block] = degree
    return PolynomialScalars.upto(*types, max(degrees)), degrees


def _seen(of: PolynomialScalars, x: Float[np.ndarray, "n size_in"]) -> tuple[np.ndarray, list[np.ndarray]]:
    """The scalars of all samples, and the covariants of each term of the output."""
    of_piece = jax.jit(jax.vmap(lambda one: (of.invariants(one), of.covariants.tensors(one))))
    piece = min(len(x), _PIECE)
    filled = np.resize(np.arange(len(x)), (-(-len(x) // piece), piece))
    pieces = [jax.tree.map(np.asarray, of_piece(x[rows])) for rows in filled]
    found: tuple[np.ndarray, list[np.ndarray]] = jax.tree.map(lambda *each: np.concatenate(each)[: len(x)], *pieces)
    return found


def _of_term(
    term: PolynomialTerm, highest: int, outputs: Float[np.ndarray, "n size copies"], outward: np.ndarray
) -> _Solution:
    """The degree that some samples choose, solved for as many as pay; `outward` are all, the farthest ones last."""
    few = np.sort(np.random.default_rng(0).permutation(len(outputs))[:_MOST_TO_CHOOSE])
    degree, error = best_degree(term.of(few).added, range(highest + 1), outputs[few])
    solved, rows = None, np.union1d(few, outward[_MOST_TO_CHOOSE - _ENOUGH :])
    if len(rows) < len(outputs) and error < _MET:
        solved = _of_some(term, degree, outputs, rows)
    samples = len(outputs if solved is None else rows)
    solved = _solved(term, degree, outputs) if solved is None else solved
    return _Solution(degree, solved, typical(solved.left_out, outputs), samples)


def _of_some(term: PolynomialTerm, degree: int, outputs: np.ndarray, rows: np.ndarray) -> Solved | None:
    """Solved for some samples, if it predicts the others as well as these when they are left out."""
    solved = _solved(term.of(rows), degree, outputs[rows])
    errors = outputs - term.predicted(degree, solved.weights)
    others = np.setdiff1d(np.arange(len(outputs)), rows)
    known, met = typical(solved.left_out, outputs[rows]), typical(errors[others], outputs[others])
    errors[rows] = solved.left_out
    return solved._replace(left_out=errors) if met < min(_MET, _AS_WELL * known) else None


def _solved(term: PolynomialTerm, degree: int, outputs: np.ndarray) -> Solved:
    return solve(lambda rows: term.of(rows).columns(degree), count(*term.kinds, degree), outputs)
