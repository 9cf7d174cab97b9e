"""Products: y = c Π xᵉ Π gᵖ, by logarithms, in which they are sums.

What is left of log|y| beside the logarithms of the scalars is compared with what is left of log|g| of every factor g at
once: where they are parallel, g is in the formula, and the ratio is its power.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from ._expression import Constant, Expression, Function, power, times
from ._lattice import monomials, solutions
from ._pool import Kind, factors
from ._table import STEP, Dimension, Table

_ROUND = 1e-5  # exponents of an exact law are this close to fractions
_EXACT = 1e-18  # of what is left of log|y|
_FRACTIONS = (1, 2, 3, 4)
_DEPENDENT = 1e-10


class Target(NamedTuple):
    """A scalar to be found: its values (n,), dimension, and how much the logarithm of each sample counts."""

    values: np.ndarray
    dimension: Dimension | None
    weights: np.ndarray


Found = tuple[Expression, list[float]]


class _Logs(NamedTuple):
    """Logarithms, weighted: of the target beside its dimension, and an orthonormal basis of those of the scalars."""

    start: np.ndarray
    basis: np.ndarray
    regressors: np.ndarray
    target: np.ndarray
    directions: np.ndarray
    left: np.ndarray


def products(table: Table, target: Target, count: int, *, pairs: int = 0, top: int = 8) -> Iterator[Found]:
    """Formulas with one constant, c Π xᵉ Π gᵖ, likely ones first.

    Args:
        table: the scalars at the samples.
        target: what is to be found, nowhere zero.
        count: of how many dimensionless monomials factors are made.
        pairs: of how many of them pairs of factors are tried, besides.
        top: how many of the factors that fit best are handed out.
    """
    dimensions = [entry.dimension for entry in table.entries]
    if (found := solutions(dimensions, target.dimension)) is None:
        return
    logs = _logs(table, target, *found)
    if logs is None:
        return
    yield from _formulas(table, target, logs, [])
    if logs.left @ logs.left < _EXACT * (logs.target @ logs.target):
        return
    if not count:
        return
    zero = None if target.dimension is None else tuple(0 * d for d in target.dimension)
    pool = monomials(table, zero, count, roots=False)
    pool = pool[np.abs(pool).any(axis=1)]
    scored = _scored(table, target, logs, pool, top)
    for _, chosen in scored[:top]:
        yield from _formulas(table, target, logs, [chosen])
    if pairs and (not scored or scored[0][0] < 1 - 1e-12):
        for two in _pairs(table, target, logs, pool[:pairs], top):
            yield from _formulas(table, target, logs, two)


def _logs(table: Table, target: Target, start: np.ndarray, basis: np.ndarray) -> _Logs | None:
    usable = table.nonzero
    if (start[~usable] != 0).any():
        return None
    basis = basis[~(basis[:, ~usable] != 0).any(axis=1)]
    order = np.argsort(table.cost(basis), kind="stable")[: len(target.values) // 3]
    basis = basis[order]
    logs = np.where(usable, table.logs, 0.0)
    weights = target.weights[:, None]
    value = (np.log(np.abs(target.values)) - logs @ start / STEP) * target.weights
    columns = np.column_stack([np.ones(len(value)), logs @ basis.T / STEP]) * weights
    kept, directions = _independent(columns)
    basis = basis[[i - 1 for i in kept if i]]
    left = value - directions @ (directions.T @ value)
    return _Logs(start, basis, columns[:, kept], value, directions, left)


def _independent(columns: np.ndarray) -> tuple[list[int], np.ndarray]:
    """The columns that are no combination of those before them, and an orthonormal basis."""
    kept, directions = list[int](), np.zeros((len(columns), 0))
    for i, column in enumerate(columns.T):
        rest = column - directions @ (directions.T @ column)
        rest = rest - directions @ (directions.T @ rest)
        if np.linalg.norm(rest) > _DEPENDENT**0.5 * max(np.linalg.norm(column), 1e-3):
            kept.append(i)
            directions = np.column_stack([directions, rest / np.linalg.norm(rest)])
    return kept, directions


class _Chosen(NamedTuple):
    """A factor: the logarithm of its size, and its formula; `free` for exp π, any power of which is one."""

    log: np.ndarray
    expression: Expression
    free: bool


def _scored(table: Table, target: Target, logs: _Logs, pool: np.ndarray, top: int) -> list[tuple[float, _Chosen]]:
    """The factors most parallel to what is left, with the cosine."""
    found: list[tuple[float, float, np.ndarray, Kind | None, np.ndarray]] = []
    size = np.linalg.norm(logs.left)
    for kind, columns in _columns(table, pool):
        rest, _ = _beside(logs, columns, target.weights)
        cosine = np.abs(logs.left @ rest) / size
        best = np.argsort(-cosine, kind="stable")[:top]
        costs = table.cost(pool[best])
        found += [(float(cosine[i]), float(c), pool[i], kind, columns[:, i]) for i, c in zip(best, costs, strict=True)]
    found.sort(key=lambda each: (-round(each[0], 12), each[1]))
    return [(score, _chosen(table, exponents, kind, column)) for score, _, exponents, kind, column in found[:top]]


def _chosen(table: Table, exponents: np.ndarray, kind: Kind | None, column: np.ndarray) -> _Chosen:
    argument = table.expression(exponents)
    return _Chosen(column, argument, True) if kind is None else _Chosen(column, kind.of(argument), False)


def _columns(table: Table, pool: np.ndarray) -> Iterator[tuple[Kind | None, np.ndarray]]:
    """Logarithms of factors, (n, m); of exp π, which no kind is told for, π itself."""
    if not len(pool):
        return
    logs, signs = table.of_monomials(pool)
    with np.errstate(all="ignore"):
        argument = signs * np.exp(logs)
        yield None, np.where((np.abs(argument) < 1e3).all(axis=0), argument, 0.0)
        for made in factors(table, pool):
            values = np.log(np.abs(made.values))
            yield made.expression, np.where(np.isfinite(values).all(axis=0), values, 0.0)


def _beside(logs: _Logs, columns: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Columns beside the logarithms of scalars, of unit length; zero where nothing is left."""
    columns = columns * weights[:, None]
    whole = np.linalg.norm(columns, axis=0)
    rest = columns - logs.directions @ (logs.directions.T @ columns)
    size = np.linalg.norm(rest, axis=0)
    good = size > 1e-7 * whole
    return np.where(good, rest / np.where(good, size, 1.0), 0.0), size


def _pairs(table: Table, target: Target, logs: _Logs, pool: np.ndarray, top: int) -> Iterator[list[_Chosen]]:
    """Pairs of factors that leave least."""
    kinds, columns, at = [], [], []
    for kind, values in _columns(table, pool):
        kinds += [kind] * len(pool)
        columns.append(values)
        at += list(range(len(pool)))
    if not columns:
        return
    whole = np.concatenate(columns, axis=1)
    rest, _ = _beside(logs, whole, target.weights)
    _, first = np.unique(np.round(np.abs(logs.left @ rest) / np.linalg.norm(logs.left), 11), return_index=True)
    first = np.sort(first)
    rest = rest[:, first]
    along, total = logs.left @ rest, logs.left @ logs.left
    found: list[tuple[float, int, int]] = []
    for start in range(0, len(first), 400):
        part = slice(start, start + 400)
        cosine = rest[:, part].T @ rest
        free = 1 - cosine**2
        gain = along[part, None] ** 2 + (along - cosine * along[part, None]) ** 2 / np.where(free > 1e-9, free, np.inf)
        for flat in np.argpartition(-gain.ravel(), 2 * top)[: 2 * top]:
            i, j = divmod(int(flat), len(first))
            found.append((float(gain[i, j] / total), start + i, j))
    seen = set()
    for _, i, j in sorted(found, reverse=True)[: 4 * top]:
        if frozenset((i, j)) not in seen:
            seen.add(frozenset((i, j)))
            two = [first[i], first[j]]
            yield [_chosen(table, pool[at[k]], kinds[k], whole[:, k]) for k in two]


def _formulas(table: Table, target: Target, logs: _Logs, chosen: list[_Chosen]) -> Iterator[Found]:
    """The formula with some factors, its exponents put to fractions."""
    more = [each.log * target.weights for each in chosen]
    columns = np.column_stack([logs.regressors, *more])
    size = np.linalg.norm(columns, axis=0)
    if not (size > 0).all():
        return
    weights = np.linalg.lstsq(columns / size, logs.target, rcond=1e-13)[0] / size
    count = len(logs.basis)
    exponents = (logs.start + weights[1 : 1 + count] @ logs.basis) / STEP
    rest = logs.target - columns @ weights
    exact = bool(rest @ rest < _EXACT * max(logs.target @ logs.target, 1e-3))
    count_of = len(exponents)
    fixed = [w for w, c in zip(weights[1 + count :], chosen, strict=True) if not c.free]
    own = _rounded(np.concatenate([exponents, fixed]), exact)
    if own is None:
        return
    powers, parts, constants = iter(own[count_of:]), list[Expression](), [1.0]
    for each, weight in zip(chosen, weights[1 + count :], strict=True):
        if each.free:
            parts.append(Function("exp", times(Constant(len(constants)), each.expression)))
            constants.append(float(weight))
        else:
            parts.append(power(each.expression, next(powers)))
    scalars = [power(entry.expression, e) for entry, e in zip(table.entries, own, strict=False) if e]
    yield times(Constant(0), *scalars, *parts), constants


def _rounded(values: np.ndarray, exact: bool) -> list[Fraction] | None:
    """Exponents as fractions of small denominators: those they are, or, of what is measured, halves near them."""
    if not exact:
        return [Fraction(round(2 * value), 2) for value in values]
    found = []
    for value in values:
        near = [f for q in _FRACTIONS if abs((f := Fraction(round(q * value), q)) - value) < _ROUND]
        if not near:
            return None
        found.append(near[0])
    return found
