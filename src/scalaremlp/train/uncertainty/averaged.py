"""The posterior of a linearised model and its misfit, averaged over how large the misfit may be."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.linalg import lapack

from ..second_order.by_term import ByTerm, NormalByTerm, PerTerm, RowsByTerm, Weights, total, weighed, weights_of
from ..second_order.evidence import Evidence, posterior, reweighed
from ..second_order.linearised import Linearised
from ..second_order.normal import Normal
from ..second_order.rows import Rows
from .checks import check_says_something

_LOGS = np.arange(-10.0, 3.5, 1.5)  # of the variance of a misfit beside that of the noise
_FIRST, _FURTHER = 15, 2  # updates of the evidence at the first of these, and at each further one
_LEAST = 1e-100  # of the largest square of a derivative: what is less is nothing, and could not be squared
_COUNTS = 1e-3  # probability below which one is left out


class Averaged(NamedTuple):
    """What the samples say.

    Attributes:
        factor: R, so that b · w has the variance |R b|² for any b.
        before: the variance of each number before there were samples; of the misfit in units of its scale.
        noise: the variance of the residuals of each term.
        log_evidence: of the samples, up to a constant.
        moved: mean square by which the outputs move to the optimum of the linearised model, beside the noise.
        unknown: the parameters of which the samples say nothing.
        root: R of the posterior of the largest evidence alone.
        step: from the model to its optimum.
        variances: its `noise`.
    """

    factor: Float[np.ndarray, "p p"]
    before: Float[np.ndarray, " p"]
    noise: Float[np.ndarray, " terms"]
    log_evidence: float
    moved: float
    unknown: Bool[np.ndarray, " p"]
    root: Float[np.ndarray, "p p"]
    step: Float[np.ndarray, " p"]
    variances: Float[np.ndarray, " terms"]


class _Known(NamedTuple):
    log_evidence: float
    ridge: Float[np.ndarray, " p"]
    weights: Weights
    step: Float[np.ndarray, " p"]
    noise: float

    @property
    def variances(self) -> Float[np.ndarray, " terms"]:
        """Of the residuals of each term."""
        return np.asarray(self.noise / np.atleast_1d(1.0 if self.weights is None else self.weights))


@dataclass(frozen=True)
class Linear:
    """Residuals r + Jδ of a model at its fit, with those of a misfit as the last group of parameters.

    Attributes:
        problem: linearised there.
        values: the parameters there, zero of the misfit.
        groups: which share a prior.
        counts: how many residuals there are, of each term.
        misfit: whether there is one.
        held: whether the model is the optimum for precisions of its own, as a fit in closed form leaves it; then these
            are kept.
    """

    problem: Linearised | ByTerm
    values: Float[np.ndarray, " p"]
    groups: Int[np.ndarray, " p"]
    counts: PerTerm
    misfit: bool
    held: bool = False

    def averaged(self) -> Averaged:
        """The posterior, found where each group of parameters counts as much as the misfit does."""
        squares = np.bincount(self.groups, _diagonal(self.problem)) / np.bincount(self.groups)
        known = squares > _LEAST * squares.max()
        unit = squares[-1] if self.misfit and known[-1] else 1.0
        scale = np.where(known, np.sqrt(unit / np.where(known, squares, 1.0)), 1.0)[self.groups]
        scaled = replace(self, problem=_scaled(self.problem, scale), values=self.values / scale)
        found = scaled._averaged()
        return found._replace(
            factor=found.factor * scale, before=found.before * scale**2, unknown=~known[self.groups],
            root=found.root * scale, step=found.step * scale,
        )  # fmt: skip

    def _averaged(self) -> Averaged:
        """Over how large the misfit may be, each size as likely before as any other, by the evidence of the samples."""
        found, ratios, weights = [], np.full(self.groups.max() + 1, np.nan), None
        for number, log in enumerate(_LOGS if self.misfit else _LOGS[:1]):
            if not number:
                ratios, weights = self._begin()
            for _ in range(_FURTHER if number else _FIRST):
                if self.misfit:
                    ratios[-1] = np.exp(-log)
                known, ratios, weights = self._updated(ratios, weights)
            found.append(known)
        logs = np.array([known.log_evidence for known in found])
        check_says_something(_diagonal(self.problem), logs)
        share = np.exp(logs - logs.max())
        evidence = float(logs.max() + np.log(share.mean()))
        share /= share.sum()
        used = [(float(p), known) for p, known in zip(share, found, strict=True) if p > _COUNTS]
        before = np.sum([p * known.noise / np.maximum(known.ridge, np.finfo(float).tiny) for p, known in used], axis=0)
        best = found[int(np.argmax(logs))]
        return Averaged(
            self._factor(used), before, np.sum([p * known.variances for p, known in used], axis=0), evidence,
            self._moved(found[0]), np.zeros(0, bool), best.noise**0.5 * self._root(best), best.step, best.variances,
        )  # fmt: skip

    def _begin(self) -> tuple[Float[np.ndarray, " groups"], Weights]:
        squares = self.problem.squares
        if isinstance(self.problem, Linearised):
            return np.full(self.groups.max() + 1, float(squares) / float(np.sum(self.counts))), None
        weights, noise = weights_of(squares, self.counts, squares, self.counts)
        return np.full(self.groups.max() + 1, noise), weights

    def _updated(self, ratios: np.ndarray, weights: Weights) -> tuple[_Known, np.ndarray, Weights]:
        """The optimum for these precisions, and the next ones."""
        linear = weighed(self.problem, weights)
        ratios = self._of_fit(linear, ratios) if self.held else ratios
        evidence = Evidence(self.groups, np.maximum(ratios, 1e-15 * linear.scale))
        factored = posterior(linear, evidence.ridge)
        step = factored.solve(evidence.ridge * self.values)
        there, squares = self.values + step, np.maximum(self.problem.squares + self.problem.change(step), 0.0)
        count = float(np.sum(self.counts))
        objective = max(total(weights, squares) + evidence.penalty(there), np.finfo(float).tiny)
        known = -0.5 * (count * float(np.log(objective)) + factored.log_determinant)
        if weights is not None:
            known += 0.5 * float(np.sum(self.counts * np.log(weights)))
        before = self.problem.squares
        after, weighted, _ = reweighed(
            evidence, self.problem, weights, there, squares, before, self.counts, factored
        )  # fmt: skip
        return _Known(known, evidence.ridge, weights, step, objective / count), after.ratio.copy(), weighted

    def _of_fit(self, linear: Linearised, ratios: np.ndarray) -> Float[np.ndarray, " groups"]:
        """The precisions a of which the model is the optimum, by −Jᵀr = a w, where there are such."""
        pull = np.bincount(self.groups, -linear.gradient * self.values, len(ratios))
        sizes = np.bincount(self.groups, self.values**2, len(ratios))
        known = (pull > 0) & (sizes > 0)
        return np.where(known, pull / np.where(known, sizes, 1.0), ratios)

    def _factor(self, used: list[tuple[float, _Known]]) -> Float[np.ndarray, "p p"]:
        """R of the mean covariance about the model, of which the shifts of the optimum are a part."""
        rows = []
        for share, known in used:
            rows += [np.sqrt(share * known.noise) * self._root(known), np.sqrt(share) * known.step[None]]
        return np.asarray(np.linalg.qr(np.concatenate(rows), mode="r"))

    def _root(self, known: _Known) -> Float[np.ndarray, "p p"]:
        """F with FᵀF = H⁻¹."""
        matrix = _product(weighed(self.problem, known.weights))
        scale = 1 / np.sqrt(known.ridge + np.diagonal(matrix))  # so that rounding treats all alike
        matrix = scale[:, None] * matrix * scale
        matrix.flat[:: len(matrix) + 1] += known.ridge * scale**2 + 1e-14
        return np.tril(lapack.dtrtri(np.linalg.cholesky(matrix), lower=1)[0]) * scale

    def _moved(self, known: _Known) -> float:
        linear = weighed(self.problem, known.weights)
        squares = linear.change(known.step) - 2 * float(linear.gradient @ known.step)
        return max(squares, 0.0) / max(known.noise * float(np.sum(self.counts)), np.finfo(float).tiny)


def _diagonal(problem: Linearised | ByTerm) -> Float[np.ndarray, " p"]:
    """That of JᵀJ, of all terms together."""
    if isinstance(problem, Linearised):
        return problem.diagonal
    if isinstance(problem, RowsByTerm):
        return problem.rows.diagonal
    return np.sum([part.diagonal for part in problem.parts], axis=0)


def _scaled(problem: Any, scale: Float[np.ndarray, " p"]) -> Any:
    """The problem for parameters in other units."""
    if isinstance(problem, Rows):
        return Rows(problem.jacobian * scale, problem.residuals)
    if isinstance(problem, RowsByTerm):
        return RowsByTerm(_scaled(problem.rows, scale), problem.term)
    if isinstance(problem, NormalByTerm):
        return NormalByTerm(tuple(_scaled(part, scale) for part in problem.parts))
    return Normal(scale[:, None] * problem.matrix * scale, scale * problem.gradient, problem.squares)


def _product(linear: Linearised) -> Float[np.ndarray, "p p"]:
    """JᵀJ."""
    if isinstance(linear, Rows):
        return linear.jacobian.T @ linear.jacobian
    assert isinstance(linear, Normal)
    return linear.matrix


def added_up(
    parts: Iterable[tuple[np.ndarray, np.ndarray]], noises: tuple[int, ...] | None, few: bool
) -> Linearised | ByTerm:
    """The problem of which some chunks have the rows J, of shape (samples, m, p), and residuals (samples, m).

    Args:
        parts: the chunks.
        noises: for each of the m residuals the term whose noise it shares.
        few: whether there are fewer residuals than parameters.
    """
    if few:
        every = [(rows.reshape(-1, rows.shape[2]), residuals.ravel()) for rows, residuals in parts]
        found = Rows(*(np.concatenate(each) for each in zip(*every, strict=True)))
        return found if noises is None else RowsByTerm(found, np.resize(noises, len(found.residuals)))
    totals: list[Any] = [0.0] * (1 if noises is None else max(noises) + 1)
    for rows, residuals in parts:
        numbers = np.zeros(residuals.shape[1], int) if noises is None else np.array(noises)
        for term in range(len(totals)):
            totals[term] += _normal(rows[:, numbers == term], residuals[:, numbers == term])
    each = tuple(Normal(t[:-1, :-1].copy(), t[:-1, -1].copy(), float(t[-1, -1])) for t in totals)
    return each[0] if noises is None else NormalByTerm(each)


def _normal(rows: np.ndarray, residuals: np.ndarray) -> Float[np.ndarray, "n n"]:
    """The product of (J, r) with itself."""
    every = np.concatenate([rows.reshape(-1, rows.shape[2]), residuals.reshape(-1, 1)], axis=1)
    return every.T @ every
