"""From a data set to a law: a formula for each tensor of the output, of the whole input or summed over bodies."""

import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import jax.numpy as jnp
import numpy as np

from ..data import Dataset
from ..scalars.inputs import inputs
from ._atoms import Atoms, Tensors
from ._bodies import Bodies
from ._expression import renumbered
from ._judge import chosen, front, refine
from ._law import Findings, FormulaCandidate, Law, formula, output_names
from ._prepare import Prepared, Units, check_number, problems
from ._problem import Guess, Parts, Problem
from ._search import search
from ._units import units_of_constants
from ._verdict import ABOVE, NOISE, ROUNDING, verdict
from .limits import FEWEST, Limits

_MOST_BODIES = 500_000  # of all samples together
_CLEAR = 0.05  # of the log evidence of a sample, by which pairs have to be better than particles


def of_data(data: Dataset, held: np.ndarray, units: Units | None, sums: Sequence[str], limits: Limits) -> Law:
    """The best law among sums over these bodies, the simpler ones first; `held` says which samples are held out."""
    best: tuple[int, float, Law] | None = None
    for over in sums:
        some = _within_memory(data, held, over)
        if len(some) < min(FEWEST, len(data)):
            _say_left_out(data, over)
            continue
        told = units if units is None or not over else _of_bodies(data, units, over)
        law, evidence = _of_sum(data[some], held[some], told, over, limits)
        found = (_rank(law), -evidence / len(some), law)
        if best is None or found[:2] < (best[0], best[1] - _CLEAR):
            best = found
        if law.verdict == ROUNDING:
            break
    assert best is not None
    return best[2]


def _within_memory(data: Dataset, held: np.ndarray, over: str) -> np.ndarray:
    """Which samples are searched: all, or as many as may be of so many bodies, held out ones among them."""
    assert data.group is not None
    most = _MOST_BODIES // Bodies(data.rep_in, data.group, over).number
    order = np.random.default_rng(np.flatnonzero(held)).permutation(len(data))
    return np.arange(len(data)) if len(data) <= most else np.sort(order[:most])


def _say_left_out(data: Dataset, over: str) -> None:
    assert data.group is not None
    number = Bodies(data.rep_in, data.group, over).number
    if over == "particles":
        raise ValueError(
            f"{FEWEST} samples of a sum have at most {_MOST_BODIES} terms. Got {number} particles in each. Take fewer."
        )
    warnings.warn(
        f"{FEWEST} samples of a sum over pairs have at most {_MOST_BODIES} terms. Got {number} pairs in each: the law "
        "is looked for among sums over single particles. Give fewer particles to look further.",
        stacklevel=4,
    )


def _rank(law: Law) -> int:
    return (ROUNDING, NOISE, ABOVE).index(law.verdict)


def _of_bodies(data: Dataset, units: Units, over: str) -> Units:
    """The units of the inputs of one body, which are those of the first."""
    assert data.group is not None
    bodies = Bodies(data.rep_in, data.group, over)
    whole, own = inputs(data.rep_in, data.group).columns, inputs(bodies.rep, data.group).columns
    by_column = {at.start: units.of_inputs[name] for name, at in whole.items()}
    first = bodies.columns[0]
    return units._replace(of_inputs={name: by_column[int(first[at.start])] for name, at in own.items()})


def _of_sum(data: Dataset, held: np.ndarray, units: Units | None, over: str, limits: Limits) -> tuple[Law, float]:
    """The law, and the logarithm of its evidence."""
    assert data.group is not None
    bodies = Bodies(data.rep_in, data.group, over)
    scalars, tensors = Atoms(bodies.rep, data.group), Tensors(bodies.rep, data.rep_out, data.group)
    check_number(scalars)
    found = [_of_tensor(prepared, tensors, over, limits) for prepared in problems(data, held, units, over)]
    parts: list[Any] = []
    values, errors = list[float](), list[float]()
    for each in found:
        places = {i: i + len(values) for i in range(len(each.values))}
        parts += [(tensor, renumbered(scalar, places)) for tensor, scalar in each.parts]
        values += each.values
        errors += each.errors
    told = units_of_constants(scalars, tensors, tuple(parts), len(values), units)
    worst = max((each.verdict for each in found), key=(ROUNDING, NOISE, ABOVE).index)
    findings = Findings(worst, tuple(errors), told, tuple(_candidates(found)))
    law = Law(jnp.array(values), data.rep_in, data.rep_out, data.group, tuple(parts), over, findings)
    return law, sum(each.evidence for each in found)


class _Part:
    """What was found for one tensor of the output."""

    def __init__(self, parts: Parts, values: Sequence[float], errors: Sequence[float], verdict: str,
                 candidates: Sequence[FormulaCandidate], evidence: float = 0.0):  # fmt: skip
        self.parts, self.values, self.errors = parts, list(values), list(errors)
        self.verdict, self.candidates, self.evidence = verdict, tuple(candidates), evidence


def _candidates(found: Sequence[_Part]) -> list[FormulaCandidate]:
    """Those of all tensors of the output; of several, with the name of theirs."""
    if len(found) == 1:
        return list(found[0].candidates)
    named = zip(output_names(len(found)), found, strict=True)
    return [each._replace(formula=f"{name} = {each.formula}") for name, part in named for each in part.candidates]


def _of_tensor(prepared: Prepared, tensors: Tensors, over: str, limits: Limits) -> _Part:
    problem = prepared.problem
    if not problem.y.any():
        return _Part((), (), (), ROUNDING, ())
    found = search(problem, limits.terms)
    if not found:
        raise ValueError(
            "No formula of these inputs is finite at all samples. Got none. Check the columns and the units, or allow "
            'constants="any".'
        )
    short = [each for each in found if limits.complexity is None or each.complexity <= limits.complexity]
    if not short:
        least = min(each.complexity for each in found)
        raise ValueError(
            f"No formula is as short as `complexity` asks. Got {limits.complexity}. Give at least {least}."
        )
    best = chosen(short)
    guess = best.guess if best.exact else (refine(problem, best.guess) or best.guess)
    best = replace(best, guess=guess)
    told = [
        FormulaCandidate(each.complexity, each.error, each.evidence,
                         formula(tensors, _numbered(each.guess, prepared), each.guess.constants, over))
        for each in front(found)
    ]  # fmt: skip
    errors = np.zeros(len(guess.constants)) if best.exact else _standard_errors(problem, guess)
    own = _numbered(guess, prepared), guess.constants, list(map(float, errors))
    return _Part(*own, verdict(problem, best), told, best.evidence)


def _numbered(guess: Guess, prepared: Prepared) -> Parts:
    """With the numbers that the tensors have among all."""
    return tuple((prepared.tensors[tensor], scalar) for tensor, scalar in guess.parts)


def _standard_errors(problem: Problem, guess: Guess) -> np.ndarray:
    """√diag σ² (JᵀJ)⁻¹, with σ² from what is left."""
    jacobian = problem.jacobian(guess, np.array(guess.constants)).reshape(problem.y.size, -1)
    rest = problem.y - problem.predicted(guess)
    free = max(1, problem.y.size - jacobian.shape[1])
    size = np.linalg.norm(jacobian, axis=0)
    size = np.where(size > 0, size, 1.0)
    inverse = np.linalg.pinv((jacobian / size).T @ (jacobian / size))
    return np.sqrt(np.diag(inverse) * float((rest * rest).sum()) / free) / size
