"""Whether what a formula leaves is rounding, noise, or something that the data still say."""

import numpy as np
from scipy import stats

from ._judge import Judged
from ._problem import Problem
from ._sums import dictionary
from .limits import FEWEST

ROUNDING, NOISE, ABOVE = "at rounding", "at the noise", "above"
_PROBES = 60
_SIGNIFICANT = 1e-3
_NOT_HALF = 0.5  # of the square of the output is explained


def verdict(problem: Problem, found: Judged) -> str:
    """By an F test of what is left against the shortest terms that the formula might have besides.

    Few samples tell noise from no law.
    """
    if found.exact:
        return ROUNDING
    if len(problem.y) < FEWEST:
        return ABOVE
    rest = (problem.y - problem.predicted(found.guess)).ravel()
    columns = dictionary(problem, problem.table, min(_PROBES, len(rest) // 4)).columns
    own = problem.jacobian(found.guess, np.array(found.guess.constants)).reshape(len(rest), -1)
    own = own / np.where(np.linalg.norm(own, axis=0) > 0, np.linalg.norm(own, axis=0), 1.0)
    before, less = _left(own, rest)
    after, least = _left(np.column_stack([own, columns]), rest)
    if least <= 0 or found.error > _NOT_HALF:
        return ABOVE
    if after >= before:  # there is no other term
        return NOISE
    ratio = (before - after) / max(less - least, 1) / (after / least)
    return NOISE if stats.f.sf(ratio, max(less - least, 1), least) > _SIGNIFICANT else ABOVE


def _left(columns: np.ndarray, rest: np.ndarray) -> tuple[float, int]:
    weights, _, rank, _ = np.linalg.lstsq(columns, rest, rcond=1e-10)
    left = rest - columns @ weights
    return float(left @ left), len(rest) - int(rank)
