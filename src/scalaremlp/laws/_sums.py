"""Sums: y = Σ c m t of monomials m of the scalars times tensors t, by a dictionary of all that are admissible."""

from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from typing import NamedTuple

import numpy as np

from ._expression import Constant, times
from ._lattice import monomials
from ._problem import Guess, Problem
from ._pursuit import Found, eliminate, pursue
from ._table import Dimension, Entry, Table

_EXACT = 1e-22
_BLOCK = 8_000_000  # numbers
_OF_A_SIZE = 4


class Dictionary(NamedTuple):
    """Terms, the short ones first.

    Attributes:
        tensors: of each term the number of its tensor.
        exponents: of its monomial, (m, k).
        columns: its values at the samples, of unit length, (rows, m).
    """

    tensors: np.ndarray
    exponents: np.ndarray
    columns: np.ndarray


def dictionary(problem: Problem, table: Table, most: int, *, roots: bool = True) -> Dictionary:
    """The `most` shortest terms, those that are alike at the samples left out."""
    of, powers = shortest(table, problem.tensors, problem.dimension, most, roots=roots)
    if not len(of):
        return Dictionary(of, powers, np.zeros((problem.y.size, 0)))
    values = np.concatenate([_values(problem, table, *block) for block in _blocks(problem, of, powers)], axis=1)
    columns = values.transpose(0, 2, 1).reshape(-1, len(of))
    size = np.linalg.norm(columns, axis=0)
    good = np.isfinite(size) & (size > 0)
    columns = columns[:, good] / size[good]
    first = different(columns)
    return Dictionary(of[good][first], powers[good][first], columns[:, first])


def _blocks(problem: Problem, of: np.ndarray, powers: np.ndarray) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Terms, so many at once that their values for all bodies take little memory."""
    rows, _, size = problem.shapes.shape
    most = max(1, _BLOCK // (rows * size))
    for start in range(0, len(of), most):
        yield of[start : start + most], powers[start : start + most]


def _values(problem: Problem, table: Table, of: np.ndarray, powers: np.ndarray) -> np.ndarray:
    """Terms at the samples, up to a factor each, (n, terms, size)."""
    logs, signs = table.of_monomials(powers)
    with np.errstate(all="ignore"):
        scalars = signs * np.exp(logs - logs.max(axis=0, initial=-np.inf))
        return problem.summed(scalars[:, :, None] * problem.shapes[:, of])


def shortest(
    table: Table, tensors: Sequence[Entry], dimension: Dimension | None, most: int, *, roots: bool = True
) -> tuple[np.ndarray, np.ndarray]:
    """The `most` shortest terms of a dimension: the numbers of their tensors, and the exponents of their monomials."""
    of, exponents, costs = [], [], []
    known: dict[Dimension | None, np.ndarray] = {}
    for number, tensor in enumerate(tensors):
        wanted = _less(dimension, tensor.dimension)
        if wanted not in known:
            known[wanted] = monomials(table, wanted, most, roots=roots)
        own = known[wanted]
        exponents.append(own)
        of.append(np.full(len(own), number))
        costs.append(table.cost(own) + tensor.cost)
    order = np.argsort(np.concatenate(costs), kind="stable")[:most]
    return np.concatenate(of)[order], np.concatenate(exponents)[order]


def _less(whole: Dimension | None, part: Dimension) -> Dimension | None:
    return None if whole is None else tuple(a - b for a, b in zip(whole, part, strict=True))


def different(columns: np.ndarray) -> np.ndarray:
    """Where the first of each set of columns that are equal up to sign."""
    probes = np.random.default_rng(0).standard_normal((2, len(columns)))
    marks = np.round(np.abs(probes @ columns), 9)
    _, first = np.unique(marks, axis=1, return_index=True)
    return np.sort(first)


class Effort(NamedTuple):
    """How far a search for sums goes.

    Attributes:
        most: how many terms there are to choose from.
        terms: of how many at most a sum is.
        beam: how many sums are kept at each length.
        pairs: among how many of the first terms all pairs are tried.
        rows: by how many numbers of the output they are told apart.
    """

    most: int
    terms: int
    beam: int
    pairs: int
    rows: int = 400


def sums(problem: Problem, table: Table, effort: Effort) -> Iterator[Guess]:
    """Sums, exact ones first if there are any."""
    some = _some(problem, effort.rows)
    part, rows = problem.rows(some), table.rows(problem.of_bodies(some))
    made = dictionary(part, rows, effort.most)
    if not len(made.tensors):
        return
    target = part.y.ravel()
    small = min(len(made.tensors), int(len(target) / 1.6))
    if (support := eliminate(made.columns[:, :small], target, _EXACT)) and len(support) <= 2 * effort.terms:
        yield _guess(made, rows, support)
    found = pursue(made.columns, target, effort.terms, beam=effort.beam, pairs=effort.pairs, exact=_EXACT)
    for each in _best(found):
        yield _guess(made, rows, each.support)


def _best(found: list[Found]) -> Iterator[Found]:
    """Exact ones, the shortest first, and the best of each size."""
    yield from (each for each in found if each.left < 100 * _EXACT)
    for _, same in groupby(found, key=lambda each: len(each.support)):
        yield from islice(same, _OF_A_SIZE)


def _some(problem: Problem, rows: int) -> np.ndarray:
    """Samples to search by: those that are not held out, not more than are needed."""
    return np.flatnonzero(~problem.held)[: max(60, rows // problem.y.shape[1])]


def _guess(made: Dictionary, table: Table, support: tuple[int, ...]) -> Guess:
    terms = [(int(made.tensors[i]), times(Constant(0), table.expression(made.exponents[i])), 1.0) for i in support]
    return Guess.of_terms(terms)
