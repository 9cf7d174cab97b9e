"""From a data set to a law."""

import warnings
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import jax.numpy as jnp
import jax.random as jr
import numpy as np
from jaxtyping import Array, Key

from .._check import whole_number
from .._model import check_key
from ..data import Dataset, Trajectories
from ..scalars.inputs import inputs
from ._atoms import Atoms, Tensors
from ._bodies import Bodies
from ._expression import renumbered
from ._judge import chosen, front, refine
from ._law import Findings, FormulaCandidate, Law, formula, output_names
from ._prepare import Prepared, Units, check_number, problems
from ._problem import Guess, Parts, Problem
from ._search import search
from ._units import units_of, units_of_constants
from ._verdict import ABOVE, NOISE, ROUNDING, verdict
from .motion import of_trajectories

_FEWEST = 20
_HELD = 0.2
_LARGEST = 1e100
_MOST_BODIES = 500_000  # of all samples together
_CLEAR = 0.05  # of the log evidence of a sample, by which pairs have to be better than particles


def discover(
    data: Any,
    *,
    permutation: bool = False,
    constants: str = "dimensionless",
    complexity: int | None = None,
    motion: str | None = None,
    key: Key[Array, ""],
) -> Law:
    r"""The formula of a data set: the shortest that fits at rounding, or, with noise, the one of most evidence.

    Formulas are $y = \sum_k c_k\, m_k(x)\, t_k(x)$: constants times products of powers of the invariants, lengths,
    distances, determinants and their functions (sin, cos, exp, log, tanh, √(1±π), …), times the equivariant tensors of
    the output's type; and functions of such sums. Products are found by logarithms, in which they are sums; sums by
    orthogonal least squares over all admissible terms. Where the data have units, only what is admissible is looked at,
    and the constants are numbers. A fifth of the samples is held out and tells how well each formula does.

    Args:
        data: a `Dataset` of a real group, with units if their `units_in` and `units_out` are told; or `Trajectories`,
            likewise, whose law is a function of a state and of the parameters behind it.
        permutation: whether the law is a sum over identical particles, the i-th copies in each block of `rep_in`, or
            over pairs of them. Of so many particles that there are more than 500 000 of them, or of pairs, in all
            samples, a part of the samples is searched.
        constants: whether constants of the formula are numbers, "dimensionless", or may have "any" unit.
        complexity: the most nodes that the formula of one tensor may have; what a shorter one leaves over may be no
            noise, but of no interest. `law.candidates` tells what each length can do.
        motion: for `Trajectories`, what is looked for: "hamiltonian", the H of ż = J∇H with the state z = (q, p), up to
            a constant and to what does not depend on the state; "field", ż as a function of the state; or None for
            whichever the states obey, a Hamiltonian if both.
        key: for the choice of the samples that are held out.

    Raises:
        ValueError: if there are too few samples; if they have standard errors, or numbers near the ends of float64; if
            the output is zero everywhere; if its unit cannot be made of the inputs' and constants have none; for
            complex groups, and types with too many invariants; for float32; for trajectories of fewer than three
            states or 20 steps, or that do not move.

    Example:
        >>> import numpy as np, jax.random as jr, scalaremlp as se
        >>> se.enable_x64()
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> rng = np.random.default_rng(0)
        >>> k, L, r = rng.uniform(1, 2, (100, 1)), rng.uniform(1, 2, (100, 1)), rng.normal(size=(100, 3))
        >>> force = -k * (np.linalg.norm(r, axis=1, keepdims=True) - L) * r / np.linalg.norm(r, axis=1, keepdims=True)
        >>> data = se.data.Dataset(np.hstack([k, L, r]), force, 2 * T(0) + T(1), T(1), O(3))
        >>> print(se.laws.discover(data, key=jr.key(0)))
        y = -s1 (1 - s2 |x1|^-1) x1^a
    """
    check_key(key)
    if complexity is not None:
        whole_number("complexity", complexity, remedy="Leave it out for any length.")
    if constants not in ("dimensionless", "any"):
        raise ValueError(f'`constants` are "dimensionless" or "any". Got {constants!r}. Choose one.')
    if isinstance(data, Trajectories):
        return _of_trajectories(data, motion, permutation, constants == "any", complexity, key)
    _check(data, motion)
    held = _held_out(len(data), key)
    units = units_of(data, constants == "any")
    best: tuple[int, float, Law] | None = None
    for over in ("particles", "pairs") if permutation else ("",):
        some = _within_memory(data, over, key)
        if len(some) < _FEWEST:
            _say_left_out(data, over)
            continue
        told = units if units is None or not over else _of_bodies(data, units, over)
        law, evidence = _of_sum(data[some], held[some], told, over, complexity)
        found = (_rank(law), -evidence / len(some), law)
        if best is None or found[:2] < (best[0], best[1] - _CLEAR):
            best = found
        if law.verdict == ROUNDING:
            break
    assert best is not None
    return best[2]


def _within_memory(data: Dataset, over: str, key: Key[Array, ""]) -> np.ndarray:
    """Which samples are searched: all, or as many as may be of so many bodies."""
    assert data.group is not None
    most = _MOST_BODIES // Bodies(data.rep_in, data.group, over).number
    rng = np.random.default_rng([*np.asarray(jr.key_data(key)).ravel(), 1])
    return np.arange(len(data)) if len(data) <= most else np.sort(rng.permutation(len(data))[:most])


def _say_left_out(data: Dataset, over: str) -> None:
    assert data.group is not None
    number = Bodies(data.rep_in, data.group, over).number
    if over == "particles":
        raise ValueError(
            f"{_FEWEST} samples of a sum have at most {_MOST_BODIES} terms. Got {number} particles in each. Take fewer."
        )
    warnings.warn(
        f"{_FEWEST} samples of a sum over pairs have at most {_MOST_BODIES} terms. Got {number} pairs in each: the law "
        "is looked for among sums over single particles. Give fewer particles to look further.",
        stacklevel=3,
    )


def _of_trajectories(
    data: Trajectories, motion: str | None, permutation: bool, any_constants: bool, complexity: int | None,
    key: Key[Array, ""],
) -> Law:  # fmt: skip
    if permutation:
        raise ValueError("Laws of motion are not sums over particles. Got permutation=True. Leave it out.")
    return of_trajectories(
        data, motion, lambda count: _held_out(count, key), any_constants=any_constants, complexity=complexity
    )


def _rank(law: Law) -> int:
    return (ROUNDING, NOISE, ABOVE).index(law.verdict)


def _check(data: Any, motion: str | None) -> None:
    if not isinstance(data, Dataset):
        raise TypeError(f"Laws are found in a Dataset. Got a {type(data).__name__}. Write Dataset(x, y, ...).")
    if motion is not None:
        raise ValueError(f"`motion` is of Trajectories. Got {motion!r} for a Dataset. Leave it out.")
    if data.group is None:
        raise ValueError("Laws are found for one group. Got bound types. Write Dataset(x, y, rep_in, rep_out, O(3)).")
    if data.group.field != "real":
        raise ValueError(f"Laws are found for real groups. Got {data.group}. Take real and imaginary parts as scalars.")
    if data.x.dtype != jnp.float64:
        raise ValueError(f"Formulas are judged by float64. Got {data.x.dtype}. Call scalaremlp.enable_x64() first.")
    if len(data) < _FEWEST:
        raise ValueError(f"A law needs at least {_FEWEST} samples. Got {len(data)}. Take more samples.")
    if data.sigma is not None:
        raise ValueError(
            "Formulas count all samples alike. Got standard errors, `sigma`. Leave `sigma` out, or take samples of "
            "nearly equal ones."
        )
    for name, values in (("x", data.x), ("y", data.y)):
        largest = float(np.abs(np.asarray(values)).max())
        if largest and not 1 / _LARGEST < largest < _LARGEST:
            raise ValueError(
                f"Powers of the numbers of a law must be numbers: the largest of `{name}` lies between "
                f"{1 / _LARGEST:.0e} and {_LARGEST:.0e}. Got {largest:.1e}. Choose units of nearer size."
            )
    if not np.asarray(data.y).any():
        raise ValueError(
            "The output of a law is not zero everywhere. Got zeros in all samples. Check the columns of y."
        )


def _held_out(count: int, key: Key[Array, ""]) -> np.ndarray:
    rng = np.random.default_rng(np.asarray(jr.key_data(key)).ravel())
    held = np.zeros(count, bool)
    held[rng.permutation(count)[: max(4, round(_HELD * count))]] = True
    return held


def _of_bodies(data: Dataset, units: Units, over: str) -> Units:
    """The units of the inputs of one body, which are those of the first."""
    assert data.group is not None
    bodies = Bodies(data.rep_in, data.group, over)
    whole, own = inputs(data.rep_in, data.group).columns, inputs(bodies.rep, data.group).columns
    by_column = {at.start: units.of_inputs[name] for name, at in whole.items()}
    first = bodies.columns[0]
    return units._replace(of_inputs={name: by_column[int(first[at.start])] for name, at in own.items()})


def _of_sum(
    data: Dataset, held: np.ndarray, units: Units | None, over: str, complexity: int | None
) -> tuple[Law, float]:
    """The law, and the logarithm of its evidence."""
    assert data.group is not None
    bodies = Bodies(data.rep_in, data.group, over)
    scalars, tensors = Atoms(bodies.rep, data.group), Tensors(bodies.rep, data.rep_out, data.group)
    check_number(scalars)
    found = [_of_tensor(prepared, tensors, over, complexity) for prepared in problems(data, held, units, over)]
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


def _of_tensor(prepared: Prepared, tensors: Tensors, over: str, complexity: int | None) -> _Part:
    problem = prepared.problem
    if not problem.y.any():
        return _Part((), (), (), ROUNDING, ())
    found = search(problem)
    if not found:
        raise ValueError(
            "No formula of these inputs is finite at all samples. Got none. Check the columns and the units, or allow "
            'constants="any".'
        )
    short = [each for each in found if complexity is None or each.complexity <= complexity]
    if not short:
        least = min(each.complexity for each in found)
        raise ValueError(f"No formula is as short as `complexity` asks. Got {complexity}. Give at least {least}.")
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
