"""Which few columns of a dictionary a target is a combination of: orthogonal least squares with a beam.

The best columns are added to each of several supports, those that the residual is smallest with are kept, and the last
two columns are looked for together, among all pairs (S. Chen, S. Billings and W. Luo, Int. J. Control 50 (1989) 1873).
"""

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

_DEPENDENT = 1e-9  # of a column's square that is left beside the others: no column of its own
_NEXT = 12  # columns tried beside each support


class Found(NamedTuple):
    """Columns, and the share of the target's square that they leave."""

    support: tuple[int, ...]
    left: float


class _State(NamedTuple):
    support: tuple[int, ...]
    basis: np.ndarray  # orthonormal, (rows, len(support))
    target: np.ndarray  # what is left of it
    squares: np.ndarray  # what is left of the square of each column


def pursue(
    columns: Float[np.ndarray, "rows m"], target: Float[np.ndarray, " rows"], most: int, *, beam: int, pairs: int,
    exact: float,
) -> list[Found]:  # fmt: skip
    """Supports of up to `most` columns, the best of each size first; ends where one is exact.

    Args:
        columns: of unit length.
        target: the target.
        most: how many columns at most.
        beam: how many supports are kept at each size.
        pairs: among how many of the first columns all pairs are tried, beside each of the best supports.
        exact: the share of the target's square that is rounding.
    """
    total = float(target @ target)
    states = [_State((), np.zeros((len(target), 0)), target, np.ones(columns.shape[1]))]
    found: list[Found] = []
    waiting: list[_State] = []  # made of pairs, one column longer than those that are grown
    for _ in range(most):
        best = [
            each
            for state in states[: max(1, beam // 4)]
            if pairs
            for each in _best_pairs(columns, pairs, state, target)
        ]
        found += best
        own = sorted([*_grown(columns, states, beam), *waiting], key=lambda state: float(state.target @ state.target))
        states, waiting = own[:beam], [_of(columns, target, each.support) for each in best]
        found += [Found(s.support, float(s.target @ s.target) / total) for s in states]
        if not states or min(each.left for each in found) < exact:
            break
    return sorted(found, key=lambda each: (len(each.support), each.left))


def _grown(columns: np.ndarray, states: list[_State], beam: int) -> list[_State]:
    """Each support with one more column, the best of all of them."""
    scored: dict[frozenset[int], tuple[float, int, int]] = {}
    for number, state in enumerate(states):
        gain = (state.target @ columns) ** 2 / np.where(state.squares > _DEPENDENT, state.squares, np.inf)
        left = float(state.target @ state.target)
        for column in _largest(gain, _NEXT):
            key = frozenset((*state.support, int(column)))
            if gain[column] > 0 and len(key) > len(state.support):
                scored.setdefault(key, (left - float(gain[column]), number, int(column)))
    best = sorted(scored.values())[:beam]
    return [_with(columns, states[number], column) for _, number, column in best]


def _of(columns: np.ndarray, target: np.ndarray, support: tuple[int, ...]) -> _State:
    state = _State((), np.zeros((len(target), 0)), target, np.ones(columns.shape[1]))
    for column in support:
        state = _with(columns, state, column)
    return state


def _with(columns: np.ndarray, state: _State, column: int) -> _State:
    direction = columns[:, column]
    for _ in range(2):
        direction = direction - state.basis @ (state.basis.T @ direction)
    direction = direction / np.linalg.norm(direction)
    target = state.target - direction * (direction @ state.target)
    squares = state.squares - (direction @ columns) ** 2
    squares[column] = 0
    return _State((*state.support, column), np.column_stack([state.basis, direction]), target, squares)


def _best_pairs(columns: np.ndarray, among: int, state: _State, whole: np.ndarray) -> list[Found]:
    """The best two columns beside a support, among all pairs of the first."""
    own = columns[:, :among]
    own = own - state.basis @ (state.basis.T @ own)
    size = np.linalg.norm(own, axis=0)
    good = np.flatnonzero(size**2 > _DEPENDENT)
    own = own[:, good] / size[good]
    along = state.target @ own
    found: list[tuple[float, int, int]] = []
    for start in range(0, len(good), 500):
        part = slice(start, start + 500)
        cosine = own[:, part].T @ own
        free = 1 - cosine**2
        gain = along[part, None] ** 2 + (along - cosine * along[part, None]) ** 2 / np.where(
            free > _DEPENDENT, free, np.inf
        )
        for at in _largest(gain.ravel(), 8):
            i, j = divmod(int(at), len(good))
            found.append((float(gain[i, j]), int(good[start + i]), int(good[j])))
    best = sorted(found, reverse=True)[:12]
    supports = {tuple(sorted({*state.support, i, j})) for _, i, j in best}
    return [
        Found(support, _solved(columns[:, support], whole)[1])
        for support in supports
        if len(support) == len(state.support) + 2
    ]


def eliminate(columns: np.ndarray, target: np.ndarray, exact: float) -> tuple[int, ...] | None:
    """The fewest columns found that still give a target which all of them together give; `None` if these do not.

    The least important are left out, as many at once as can be, down to one by one.
    """
    if len(target) < 1.5 * columns.shape[1]:
        return None
    support = np.arange(columns.shape[1])
    weights, left = _solved(columns, target)
    if left > exact:
        return None
    share = 0.5
    while len(support) > 1:
        count = max(1, int(share * len(support)))
        kept = np.sort(np.argsort(-np.abs(weights), kind="stable")[: len(support) - count])
        less, left = _solved(columns[:, support[kept]], target)
        if left <= exact:
            support, weights = support[kept], less
        elif count == 1:
            break
        else:
            share /= 2
    return tuple(map(int, support))


def _solved(columns: np.ndarray, target: np.ndarray) -> tuple[np.ndarray, float]:
    weights = np.linalg.lstsq(columns, target, rcond=1e-13)[0]
    rest = target - columns @ weights
    return weights, float(rest @ rest) / float(target @ target)


def _largest(values: np.ndarray, count: int) -> np.ndarray:
    """Positions of the largest, in order."""
    count = min(count, len(values))
    top = np.argpartition(-values, count - 1)[:count]
    return top[np.argsort(-values[top], kind="stable")]
