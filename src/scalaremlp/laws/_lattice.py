"""Which monomials there are: those of one dimension, the short ones first."""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

import numpy as np

from ._table import STEP, Dimension, Entry, Table

_ROUNDS = 40
_AT_ONCE = 4000
_COST_OF_SEVERAL = 1.5  # functions in one product
_MOST_EXPONENT = 24 * STEP


def monomials(table: Table, target: Dimension | None, most: int, *, roots: bool = True) -> np.ndarray:
    """Exponents, in twelfths, of the `most` shortest monomials of a dimension found, by their length.

    Args:
        table: the scalars.
        target: the dimension; `None` for any, where units are not known.
        most: how many at most.
        roots: whether exponents may be halves of those that the dimension asks for.

    Returns:
        Of shape (m, k); none if no monomial is of the dimension.
    """
    signs = np.where(table.positive, 1.0, np.where(table.nonzero, -1.0, 0.0))
    return _of_signs(table.entries, tuple(map(float, signs)), target, most, roots)


@lru_cache(maxsize=32)  # inverse functions of an output look at the same ones one after the other
def _of_signs(
    entries: tuple[Entry, ...], signs: tuple[float, ...], target: Dimension | None, most: int, roots: bool
) -> np.ndarray:
    """Those of scalars which are positive, nowhere zero, or zero somewhere: the rest of their values plays no part."""
    table = Table(entries, np.array([signs]))
    plain = [i for i, entry in enumerate(table.entries) if not entry.made]
    own = _of_plain(table.only(plain), target, most, roots)
    of_made = _of_made(table, len(plain))
    base = np.zeros((len(own), len(table.entries)), int)
    base[:, plain] = own
    several = (of_made != 0).sum(axis=1) - 1 + 0.3 * (np.abs(of_made).max(axis=1, initial=0) > STEP)
    costs = table.cost(base)[:, None] + table.cost(of_made) + _COST_OF_SEVERAL * np.maximum(several, 0)
    order = _smallest(costs.ravel(), 2 * most)
    found = base[order // len(of_made)] + of_made[order % len(of_made)]
    found = found[table.allowed(found)][:most]
    found.setflags(write=False)
    return found


def _smallest(costs: np.ndarray, count: int) -> np.ndarray:
    """Where the smallest are, in order."""
    if count < len(costs):
        limit = np.partition(costs, count)[count]
        near = np.flatnonzero(costs <= limit)
        return near[np.argsort(costs[near], kind="stable")][:count]
    return np.argsort(costs, kind="stable")


def _of_made(table: Table, start: int) -> np.ndarray:
    """Products of at most two of the functions, after the plain scalars, and squares and inverses of one."""
    k = len(table.entries)
    one = STEP * np.eye(k, dtype=int)[start:]
    pairs = [one[i] + one[j] for i in range(len(one)) for j in range(i)]
    rows = [np.zeros(k, int), *one, *(2 * one), *(-one), *pairs]
    return np.array(rows, dtype=int).reshape(len(rows), k)


def _of_plain(table: Table, target: Dimension | None, most: int, roots: bool) -> np.ndarray:
    found = solutions([entry.dimension for entry in table.entries], target)
    if found is None:
        return np.zeros((0, len(table.entries)), int)
    start, basis = found
    basis = _reduced(basis, table)
    steps = [basis, -basis]
    if roots:
        halves = basis[(basis % 2 == 0).all(axis=1)] // 2
        steps += [halves, -halves]
    return _grown(table, start, np.concatenate(steps), most)


def _grown(table: Table, start: np.ndarray, steps: np.ndarray, most: int) -> np.ndarray:
    """From one monomial to its neighbours and theirs, keeping the shortest."""
    weights = np.random.default_rng(0).integers(1, 2**62, len(start), dtype=np.int64) | 1
    kept, costs, fresh = start[None], table.cost(start[None]), np.array([True])
    for _ in range(_ROUNDS if len(steps) else 0):
        longest = costs[-1] if len(costs) >= 2 * most else np.inf
        around, cost = _around(table, kept[fresh], steps, longest)
        _, first = np.unique(around @ weights, return_index=True)
        first = first[~np.isin((around @ weights)[first], kept @ weights)]
        if not len(first):
            break
        kept, costs = np.concatenate([kept, around[first]]), np.concatenate([costs, cost[first]])
        order = np.argsort(costs, kind="stable")[: 2 * most]
        fresh = (np.arange(len(costs)) >= len(costs) - len(first))[order]
        kept, costs = kept[order], costs[order]
    return kept[table.allowed(kept)][:most]


def _around(table: Table, kept: np.ndarray, steps: np.ndarray, longest: float) -> tuple[np.ndarray, np.ndarray]:
    """The neighbours of some monomials that are shorter than a bound, and how long they are."""
    found, costs = [kept[:0]], [np.zeros(0)]
    every = np.arange(kept.shape[1])
    for at in range(0, len(kept), _AT_ONCE):
        own = kept[at : at + _AT_ONCE]
        each = table.costs_of(own, every)
        for step in steps:
            moved = np.flatnonzero(step)
            powers, beside = own[:, moved] + step[moved], each.copy()
            beside[:, moved] = table.costs_of(powers, moved)
            cost = beside.sum(axis=1)
            good = (cost < longest) & (np.abs(powers).max(axis=1) <= _MOST_EXPONENT)
            found.append(own[good] + step)
            costs.append(cost[good])
    return np.concatenate(found), np.concatenate(costs)


def _reduced(basis: np.ndarray, table: Table) -> np.ndarray:
    """A basis of the same lattice with shorter rows: sums and differences of two in the place of the longer."""
    basis = basis.copy()
    for _ in range(50):
        costs, changed = table.cost(basis), False
        for i in range(len(basis)):
            for j in range(len(basis)):
                for other in (basis[i] + basis[j], basis[i] - basis[j]):
                    if i != j and (cost := table.cost(other[None])[0]) < costs[i] - 1e-9:
                        basis[i], costs[i], changed = other, cost, True
        if not changed:
            break
    return basis


def solutions(dimensions: Sequence[Dimension], target: Dimension | None) -> tuple[np.ndarray, np.ndarray] | None:
    """Exponents in twelfths of one monomial of a dimension, if there is one, and a basis of all whole ones of none.

    Those of the one are whole if any are, and otherwise of the least denominator.
    """
    k = len(dimensions)
    if target is None:
        return np.zeros(k, int), STEP * np.eye(k, dtype=int)
    vectors = [[*dimension, *(Fraction(i == j) for j in range(k))] for i, dimension in enumerate(dimensions)]
    pivots = _echelon(vectors, len(target))
    left = [*target, *[Fraction(0)] * k]
    for vector, row in zip(vectors, pivots, strict=False):
        times = left[row] / vector[row]
        left = [own - times * other for own, other in zip(left, vector, strict=True)]
    start = [-STEP * exponent for exponent in left[len(target) :]]
    if any(left[: len(target)]) or any(exponent.denominator > 1 for exponent in start):
        return None
    basis = [[int(each) for each in vector[len(target) :]] for vector in vectors[len(pivots) :]]
    return np.array([int(each) for each in start], dtype=int), STEP * np.array(basis, dtype=int).reshape(-1, k)


def _echelon(vectors: list[list[Fraction]], rows: int) -> list[int]:
    """Euclid's algorithm between vectors, in place, which span the same lattice; the rows of the first ones' pivots."""
    pivots: list[int] = []
    for row in range(rows):
        first = len(pivots)
        while others := [i for i in range(first, len(vectors)) if vectors[i][row]]:
            least = min(others, key=lambda i: abs(vectors[i][row]))
            vectors[first], vectors[least] = vectors[least], vectors[first]
            own = vectors[first]
            for i in range(first + 1, len(vectors)):
                whole = round(vectors[i][row] / own[row])
                vectors[i] = [a - whole * b for a, b in zip(vectors[i], own, strict=True)]
            if not any(vector[row] for vector in vectors[first + 1 :]):
                pivots.append(row)
                break
    return pivots
