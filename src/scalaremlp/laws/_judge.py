"""How well a formula fits, with its constants refined, and which of several is taken."""

from dataclasses import dataclass
from math import inf, log

import numpy as np

from ._expression import constants_in
from ._numbers import snapped
from ._problem import Guess, Parts, Problem

ROUNDING = 1e-20  # of the relative squared error of a formula that is exact
_STEPS = 30


@dataclass(frozen=True)
class Judged:
    """A formula with its constants.

    Attributes:
        guess: the formula.
        error: Σ|y−ŷ|² / Σ|y−ȳ|² on the held-out samples.
        evidence: log evidence by the Bayesian information criterion, less the logarithm of how many formulas are as
            long.
        fitted: the relative error on the samples of the fit.
    """

    guess: Guess
    error: float
    fitted: float
    evidence: float

    @property
    def complexity(self) -> int:
        """The number of nodes."""
        return self.guess.complexity

    @property
    def exact(self) -> bool:
        """Whether it fits at rounding."""
        return max(self.error, self.fitted) < ROUNDING


@np.errstate(all="ignore")
def judged(problem: Problem, guess: Guess) -> Judged | None:
    """A formula with constants refined on the samples that are not held out; `None` if it is not finite."""
    seen, held = problem.rows(~problem.held), problem.rows(problem.held)
    refined = refine(seen, guess)
    if refined is None:
        return None
    error, fitted = _relative(problem, held, refined), _relative(problem, seen, refined)
    if not np.isfinite(error + fitted):
        return None
    found = Judged(refined, error, fitted, _evidence(seen, refined, fitted))
    return _with_simple_numbers(problem, _without_idle_terms(problem, found)) if found.exact else found


def _without_idle_terms(problem: Problem, found: Judged) -> Judged:
    """The same without terms that it is as exact without."""
    for number in reversed(range(len(found.guess.parts))):
        parts = found.guess.parts
        if len(parts) > 1 and not _shared(parts):
            less = Guess(parts[:number] + parts[number + 1 :], found.guess.constants)
            error, fitted = (_relative(problem, problem.rows(part), less) for part in (problem.held, ~problem.held))
            if max(error, fitted) < ROUNDING:
                found = Judged(less.compact(), error, fitted, found.evidence)
    return found


def _shared(parts: Parts) -> bool:
    places = [i for _, scalar in parts for i in constants_in(scalar)]
    return len(set(places)) < len(places)


def _with_simple_numbers(problem: Problem, found: Judged) -> Judged:
    """The same with constants that are simple numbers, to nine digits, put to these, if it is as exact."""
    simple = Guess(found.guess.parts, tuple(map(snapped, found.guess.constants)))
    error, fitted = (_relative(problem, problem.rows(part), simple) for part in (problem.held, ~problem.held))
    return Judged(simple, error, fitted, found.evidence) if max(error, fitted) < ROUNDING else found


@np.errstate(all="ignore")
def refine(problem: Problem, guess: Guess) -> Guess | None:
    """Constants of least squares, by damped Gauss–Newton steps; `None` if nothing is finite."""
    constants = np.array(guess.constants)
    rest = problem.y - problem.predicted(guess, constants)
    loss, damping = float((rest * rest).sum()), 0.0
    if not np.isfinite(loss):
        return None
    total = float((problem.y * problem.y).sum())
    for _ in range(_STEPS):
        step = _step(problem.jacobian(guess, constants), rest, damping)
        trial = constants + step
        after = problem.y - problem.predicted(guess, trial)
        new = float((after * after).sum())
        if not new < loss:
            if damping > 1e3 or loss < 1e-28 * total:
                break
            damping = max(10 * damping, 1e-6)
            continue
        converged = loss - new <= 1e-10 * loss
        constants, rest, loss, damping = trial, after, new, damping / 10
        if converged:
            break
    return Guess(guess.parts, tuple(map(float, constants)))


def _step(jacobian: np.ndarray, rest: np.ndarray, damping: float) -> np.ndarray:
    flat = jacobian.reshape(-1, jacobian.shape[-1])
    size = np.linalg.norm(flat, axis=0)
    size = np.where((size > 0) & np.isfinite(size), size, 1.0)
    flat, target = np.nan_to_num(flat / size), rest.ravel()
    if damping:
        flat = np.concatenate([flat, damping**0.5 * np.eye(flat.shape[1])])
        target = np.concatenate([target, np.zeros(flat.shape[1])])
    return np.linalg.lstsq(flat, target, rcond=1e-13)[0] / size


def _relative(whole: Problem, part: Problem, guess: Guess) -> float:
    rest = part.y - part.predicted(guess)
    spread = whole.y - whole.y.mean(axis=0)
    total = float((spread * spread).sum()) or float((whole.y * whole.y).sum())
    return float((rest * rest).sum()) / (total * len(part.y) / len(whole.y)) if total else inf


def _evidence(seen: Problem, guess: Guess, fitted: float) -> float:
    count = seen.y.size
    return -0.5 * count * log(max(fitted, 1e-30)) - 0.5 * len(guess.constants) * log(count) - 1.2 * guess.complexity


def chosen(found: list[Judged]) -> Judged:
    """The shortest of those that are exact; otherwise the one of the largest evidence."""
    exact = [each for each in found if each.exact]
    if exact:
        return min(exact, key=lambda each: (each.complexity, each.fitted))
    return max(found, key=lambda each: each.evidence)


def front(found: list[Judged]) -> list[Judged]:
    """Those that no shorter one fits better than, by complexity."""
    best, kept = inf, []
    for each in sorted(found, key=lambda each: (each.complexity, each.error)):
        if each.error < best:
            best = each.error
            kept.append(each)
    return kept
