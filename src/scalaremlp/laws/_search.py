"""The search, from cheap to dear: products, sums, inverses of sums, pairs of factors, sums of functions.

Each stage hands out formulas as it finds them; the search ends at the first stage with one that is exact.
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from itertools import islice
from typing import NamedTuple

import numpy as np

from ._expression import ONE, Expression, Function, Named, Number, Sum, power, times
from ._functions import FUNCTIONS
from ._judge import Judged, judged
from ._lattice import monomials
from ._powers import Target, products
from ._problem import Guess, Problem
from ._sums import Effort, sums
from ._table import STEP, Dimension, Entry, Table

_ALONG = 1e-20  # of the square of y beside a tensor that it is a multiple of
_NEARLY = 0.1  # the same where there is noise
_MADE = 10  # dimensionless monomials that functions are made of
_MOST_JUDGED = 60  # of each stage
_AFTER_EXACT = 6  # which may be shorter
_OF_AN_INVERSE = 6
_MOST_SAMPLES = 240  # by which factors are told apart
_FEW = 6
_COST_OF_FUNCTION = 0.7
_COST_OF_COSINE = 1.5
_MOST_ARGUMENT = 30.0  # of functions that formulas are inverted by


@np.errstate(all="ignore")  # of functions at the ends of float64, which are not taken
def search(problem: Problem, terms: int | None = None) -> list[Judged]:
    """All formulas that were judged; with `terms`, only products and sums of some of so many terms."""
    found: list[Judged] = []
    for stage in _stages(problem) if terms is None else _short_stages(problem, terms):
        more = _MOST_JUDGED
        for guess in stage:
            if (own := judged(problem, guess)) is not None:
                found.append(own)
                more = min(more, _AFTER_EXACT) if own.exact else more
            more -= 1
            if not more:
                break
        if any(each.exact for each in found):
            break
    return found


def _short_stages(problem: Problem, terms: int) -> Iterator[Iterator[Guess]]:
    if problem.bodies == 1:
        yield _products(problem, problem.table, count=0)
    yield sums(problem, problem.table, Effort(terms, terms=min(4, terms), beam=6, pairs=terms))


def _stages(problem: Problem) -> Iterator[Iterator[Guess]]:
    table = problem.table
    rich = enriched(table, problem.dimension is not None)
    if problem.bodies == 1:
        yield _products(problem, table, count=0)
    yield sums(problem, table, Effort(300, terms=4, beam=6, pairs=300))
    if problem.bodies == 1:
        yield _products(problem, rich, count=0)
        yield _products_of_inverses(problem, rich)
        yield _products(problem, table, count=700)
        yield _inverses(problem, table, Effort(300, terms=3, beam=4, pairs=300))
    lean = enriched(table, problem.dimension is not None, few=True)
    yield sums(problem, lean, Effort(4000, terms=4, beam=8, pairs=800))
    if problem.bodies == 1:
        yield _products(problem, lean, count=1500)
        yield _inverses(problem, lean, Effort(1000, terms=4, beam=6, pairs=500))
        yield _products(problem, rich, count=400, pairs=100)
        yield _inverses(problem, rich, Effort(700, terms=3, beam=4, pairs=400))
    yield sums(problem, table, Effort(3000, terms=6, beam=10, pairs=1500))
    yield sums(problem, rich, Effort(4000, terms=5, beam=10, pairs=2500))
    yield sums(problem, table, Effort(250, terms=4, beam=12, pairs=0, rows=4000))
    yield sums(problem, rich, Effort(500, terms=4, beam=12, pairs=0, rows=4000))


def _products(problem: Problem, table: Table, *, count: int, pairs: int = 0) -> Iterator[Guess]:
    some = np.flatnonzero(~problem.held)[:_MOST_SAMPLES]
    seen, own = problem.rows(some), table.rows(some)
    for tensor, values in _along(seen):
        if (values == 0).any():
            continue
        weights = np.ones(len(values))
        target = Target(values, _less(problem.dimension, problem.tensors[tensor].dimension), weights)
        for expression, constants in products(own, target, count, pairs=pairs):
            yield _scaled(seen, tensor, expression, constants)


def _scaled(seen: Problem, tensor: int, expression: Expression, constants: list[float]) -> Guess:
    """With its first constant, a factor, of least squares."""
    guess = Guess(((tensor, expression),), tuple(constants))
    value = seen.predicted(guess)
    size = float((value * value).sum())
    scale = float((value * seen.y).sum()) / size if size > 0 and np.isfinite(size) else 1.0
    return Guess(guess.parts, (constants[0] * scale or 1.0, *constants[1:]))


def _along(problem: Problem) -> list[tuple[int, np.ndarray]]:
    """The tensors that the output is a multiple of, with the coefficient."""
    shares = [(problem.beside(tensor), tensor) for tensor in range(len(problem.tensors))]
    exact = [tensor for share, tensor in shares if share < _ALONG]
    near = exact[:1] or [tensor for share, tensor in sorted(shares)[:1] if share < _NEARLY]
    return [(tensor, problem.scalar(tensor)) for tensor in near]


class _Outer(NamedTuple):
    """z = F(y), and y as an expression in that of z."""

    of: Callable[[np.ndarray], np.ndarray]
    back: Callable[[Expression], Expression]
    scaled: Fraction | None  # power of the dimension; None for functions, which take numbers


_OUTER = (
    _Outer(lambda y: y**2, lambda e: power(e, Fraction(1, 2)), Fraction(2)),
    _Outer(lambda y: 1 / y, lambda e: power(e, -1), Fraction(-1)),
    _Outer(lambda y: 1 / y**2, lambda e: power(e, Fraction(-1, 2)), Fraction(-2)),
    _Outer(lambda y: np.sqrt(y), lambda e: power(e, 2), Fraction(1, 2)),
    _Outer(np.log, lambda e: Function("exp", e), None),
    _Outer(np.exp, lambda e: Function("log", e), None),
    _Outer(np.sin, lambda e: Function("asin", e), None),
    _Outer(np.cos, lambda e: Function("acos", e), None),
    _Outer(np.tan, lambda e: Function("atan", e), None),
)


def _inverses(problem: Problem, table: Table, effort: Effort) -> Iterator[Guess]:
    """Functions of a sum, by the sum that the inverse of the output is."""
    for tensor, values in _along(problem):
        for outer, own in _inverted(problem, tensor, values):
            for guess in islice(sums(own, table, effort), _OF_AN_INVERSE):
                yield from _wrapped(problem, own, tensor, guess, outer, values)


def _products_of_inverses(problem: Problem, table: Table) -> Iterator[Guess]:
    """Functions of a product."""
    for tensor, values in _along(problem):
        for outer, own in _inverted(problem, tensor, values):
            if outer.scaled is None:
                for guess in _products(own, table, count=0):
                    yield from _wrapped(problem, own, tensor, guess, outer, values)


def _inverted(problem: Problem, tensor: int, values: np.ndarray) -> Iterator[tuple[_Outer, Problem]]:
    """Each inverse that the coefficient of a tensor has, and the problem to find it."""
    dimension = _less(problem.dimension, problem.tensors[tensor].dimension)
    for outer in _OUTER:
        if outer.scaled is None and dimension is not None and any(dimension):
            continue
        with np.errstate(all="ignore"):
            inner = outer.of(values)
        if not np.isfinite(inner).all() or (outer.scaled is None and np.abs(values).max() > _MOST_ARGUMENT):
            continue
        scaled = None if dimension is None else tuple(d * (outer.scaled or 0) for d in dimension)
        number = Entry(ONE, 0.0, () if dimension is None else tuple(Fraction(0) for _ in dimension))
        shapes = np.ones((len(inner), 1, 1))
        yield outer, replace(problem, tensors=(number,), shapes=shapes, y=inner[:, None], dimension=scaled)


def _wrapped(
    problem: Problem, own: Problem, tensor: int, guess: Guess, outer: _Outer, values: np.ndarray
) -> Iterator[Guess]:
    inside = judged(own, guess)
    if inside is None:
        return
    terms = tuple(scalar for _, scalar in inside.guess.parts)
    whole = outer.back(terms[0] if len(terms) == 1 else Sum(terms))
    constants = inside.guess.constants
    if outer.scaled in (Fraction(2), Fraction(-2)) and (values < 0).all():
        whole = times(Number(Fraction(-1)), whole)
    yield Guess(((tensor, whole),), constants)


def _less(whole: Dimension | None, part: Dimension) -> Dimension | None:
    return None if whole is None else tuple(a - b for a, b in zip(whole, part, strict=True))


def enriched(table: Table, units: bool, *, few: bool = False) -> Table:
    """With functions of the shortest dimensionless monomials; `few`: sin, cos, exp and log of the shortest."""
    zero = tuple(0 * d for d in table.entries[0].dimension) if units else None
    pool = monomials(table, zero, 4 * _MADE, roots=False)
    pool = pool[np.abs(pool).any(axis=1)]
    if few:
        alone = (pool.sum(axis=1) == STEP) & (np.abs(pool).sum(axis=1) == STEP)
        pool = np.concatenate([pool[alone][:_FEW], pool[(pool != 0).sum(axis=1) > 1][: _FEW // 2]])
    pool = pool[:_MADE]
    entries, values = [], []
    logs, signs = table.of_monomials(pool)
    for i, exponents in enumerate(pool):
        with np.errstate(all="ignore"):
            argument = signs[:, i] * np.exp(logs[:, i])
            inner = table.expression(exponents)
            for made, value in islice(_functions_of(inner, argument), 4 if few else None):
                if np.isfinite(value).all() and np.ptp(value) > 0 and np.abs(value).max() < 1e12:
                    cost = float(table.cost(pool[i : i + 1])[0]) + _COST_OF_FUNCTION
                    entries.append(Entry(made, cost, () if zero is None else zero, made=True))
                    values.append(value)
    for made, value in _cosines(table):
        entries.append(Entry(made, _COST_OF_COSINE, zero or (), made=True))
        values.append(value)
    return table.extended(entries, np.array(values).T) if entries else table


def _cosines(table: Table) -> Iterator[tuple[Expression, np.ndarray]]:
    """⟨x, y⟩ / (|x| |y|), where all three are there."""
    at = {entry.expression.name: i for i, entry in enumerate(table.entries) if isinstance(entry.expression, Named)}
    for name, i in at.items():
        pair = name[1:-1].split(",")
        lengths = [at.get(f"|{x}|") for x in pair]
        if name.startswith("<") and len(pair) == 2 and None not in lengths:
            sizes = [Named(f"|{x}|") for x in pair]
            below = np.prod([table.values[:, j] for j in lengths if j is not None], axis=0)
            with np.errstate(all="ignore"):
                yield times(Named(name), *(power(size, -1) for size in sizes)), table.values[:, i] / below


def _functions_of(inner: Expression, argument: np.ndarray) -> Iterator[tuple[Expression, np.ndarray]]:
    for name in ("sin", "cos", "exp", "log", "tanh"):
        yield Function(name, inner), FUNCTIONS[name].of(argument, np)
    minus = times(Number(Fraction(-1)), inner)
    yield Function("exp", minus), np.exp(-argument)
    for sign, term in ((1, inner), (-1, minus)):
        yield Sum((Number(Fraction(1)), term)), 1 + sign * argument
        root = np.where(1 + sign * argument > 0, 1 + sign * argument, np.nan) ** 0.5
        yield power(Sum((Number(Fraction(1)), term)), Fraction(1, 2)), root
