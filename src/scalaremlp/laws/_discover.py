"""From a data set to a law."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import jax.numpy as jnp
import jax.random as jr
import numpy as np
from jaxtyping import Array, Key

from .._check import truth_value
from .._model import check_key
from ..data import Dataset
from ..scalars.inputs import inputs
from ..units import DIMENSIONLESS, Unit
from ._atoms import Atoms, Tensors
from ._bodies import Bodies
from ._expression import renumbered
from ._judge import chosen, front, refine
from ._law import Findings, FormulaCandidate, Law, formula, output_names
from ._prepare import Prepared, Units, problems
from ._problem import Guess, Parts, Problem
from ._search import search
from ._units import constant_units, units_of
from ._verdict import ABOVE, NOISE, ROUNDING, verdict
from .limits import Limits, count_held

_LARGEST = 1e100
_MOST_SCALARS = 400


def discover(
    data: Any,
    *,
    permutation: bool = False,
    constants: str = "dimensionless",
    complexity: int | None = None,
    terms: int | None = None,
    key: Key[Array, ""],
) -> Law:
    r"""The formula of a data set: the shortest that fits at rounding, or, with noise, the one of most evidence.

    Formulas are $y = \sum_k c_k\, m_k(x)\, t_k(x)$: constants times products of powers of the invariants, lengths,
    distances, determinants and their functions (sin, cos, exp, log, tanh, √(1±π), …), times the equivariant tensors of
    the output's type; and functions of such sums. Products are found by logarithms, in which they are sums; sums by
    orthogonal least squares over all admissible terms. Where the data have units, only what is admissible is looked at,
    and the constants are numbers. A fifth of the samples is held out and tells how well each formula does.

    Args:
        data: a `Dataset` of a real group, with units if their `units_in` and `units_out` are told.
        permutation: whether the law is a sum over identical particles, the i-th copies in each block of `rep_in`, or
            over pairs of them.
        constants: whether constants of the formula are numbers, "dimensionless", or may have "any" unit.
        complexity: the most nodes that the formula of one tensor may have; what a shorter one leaves over may be no
            noise, but of no interest. `law.candidates` tells what each length can do.
        terms: among how many terms, the shortest ones, those of a sum are chosen; nothing is then looked for but such
            sums, and products. It must be fewer than the samples that are not held out, and lets less than 20 samples
            have a law, which few samples can contradict.
        key: for the choice of the samples that are held out.

    Raises:
        ValueError: if there are too few samples, or no more than `terms`; if they have standard errors, or numbers near
            the ends of float64; if the output is zero everywhere; if its unit cannot be made of the inputs' and
            constants have none; for complex groups, and types with too many invariants; for float32.
        TypeError: if `permutation` is not True or False.

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
    _check(data, constants)
    check_key(key)
    truth_value("permutation", permutation)
    limits = Limits(complexity, terms)
    limits.check(len(data))
    held = _held_out(len(data), key)
    units = units_of(data, constants == "any")
    best: Law | None = None
    for over in ("particles", "pairs") if permutation else ("",):
        told = units if units is None or not over else _of_bodies(data, units, over)
        law = _of_sum(data, held, told, over, limits)
        if best is None or _rank(law) < _rank(best):
            best = law
        if best.verdict != ABOVE:
            break
    assert best is not None
    return best


def _rank(law: Law) -> int:
    return (ROUNDING, NOISE, ABOVE).index(law.verdict)


def _check(data: Any, constants: str) -> None:
    if constants not in ("dimensionless", "any"):
        raise ValueError(f'`constants` are "dimensionless" or "any". Got {constants!r}. Choose one.')
    if not isinstance(data, Dataset):
        raise TypeError(f"Laws are found in a Dataset. Got a {type(data).__name__}. Write Dataset(x, y, ...).")
    if data.group is None:
        raise ValueError("Laws are found for one group. Got bound types. Write Dataset(x, y, rep_in, rep_out, O(3)).")
    if data.group.field != "real":
        raise ValueError(f"Laws are found for real groups. Got {data.group}. Take real and imaginary parts as scalars.")
    if data.x.dtype != jnp.float64:
        raise ValueError(f"Formulas are judged by float64. Got {data.x.dtype}. Call scalaremlp.enable_x64() first.")
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
    held[rng.permutation(count)[: count_held(count)]] = True
    return held


def _of_bodies(data: Dataset, units: Units, over: str) -> Units:
    """The units of the inputs of one body, which are those of the first."""
    assert data.group is not None
    bodies = Bodies(data.rep_in, data.group, over)
    whole, own = inputs(data.rep_in, data.group).columns, inputs(bodies.rep, data.group).columns
    by_column = {at.start: units.of_inputs[name] for name, at in whole.items()}
    first = bodies.columns[0]
    return units._replace(of_inputs={name: by_column[int(first[at.start])] for name, at in own.items()})


def _of_sum(data: Dataset, held: np.ndarray, units: Units | None, over: str, limits: Limits) -> Law:
    assert data.group is not None
    bodies = Bodies(data.rep_in, data.group, over)
    scalars, tensors = Atoms(bodies.rep, data.group), Tensors(bodies.rep, data.rep_out, data.group)
    if scalars.size > _MOST_SCALARS:
        raise ValueError(
            f"Formulas are made of at most {_MOST_SCALARS} invariants. Got {scalars.size} of {bodies.rep}. "
            "Take fewer inputs."
        )
    found = [_of_tensor(prepared, tensors, over, limits) for prepared in problems(data, held, units, over)]
    parts: list[Any] = []
    values, errors = list[float](), list[float]()
    for each in found:
        places = {i: i + len(values) for i in range(len(each.values))}
        parts += [(tensor, renumbered(scalar, places)) for tensor, scalar in each.parts]
        values += each.values
        errors += each.errors
    told = _constant_units(scalars, tensors, tuple(parts), len(values), units)
    worst = max((each.verdict for each in found), key=(ROUNDING, NOISE, ABOVE).index)
    findings = Findings(worst, tuple(errors), told, tuple(_candidates(found)))
    return Law(jnp.array(values), data.rep_in, data.rep_out, data.group, tuple(parts), over, findings)


class _Part:
    """What was found for one tensor of the output."""

    def __init__(self, parts: Parts, values: Sequence[float], errors: Sequence[float], verdict: str,
                 candidates: Sequence[FormulaCandidate]):  # fmt: skip
        self.parts, self.values, self.errors = parts, list(values), list(errors)
        self.verdict, self.candidates = verdict, tuple(candidates)


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
    return _Part(_numbered(guess, prepared), guess.constants, list(map(float, errors)), verdict(problem, best), told)


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


def _constant_units(scalars: Atoms, tensors: Tensors, parts: Parts, count: int, units: Units | None) -> tuple[str, ...]:
    if units is None:
        return ("",) * count
    names = {a.name: _product(units, a.degrees) for a in scalars.atoms}
    found: dict[int, Unit] = {}
    for tensor, scalar in parts:
        out = units.of_outputs[tensors.copy_numbers[tensor]] / _product(units, tensors.atoms[tensor].degrees)
        found |= constant_units(names, scalar, out)
    told = (found.get(i, DIMENSIONLESS) for i in range(count))
    return tuple("" if unit.dimensionless else str(unit) for unit in told)


def _product(units: Units, degrees: Sequence[tuple[str, int]]) -> Unit:
    found = DIMENSIONLESS
    for name, degree in degrees:
        found = found * units.of_inputs[name] ** degree
    return found
