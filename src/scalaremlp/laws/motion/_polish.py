"""A sum of terms made shorter or better, by terms left out or put in the place of others, from Gram matrices alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import log

import numpy as np

_DEPENDENT = 1e-9
_ROUNDS = 40
_PAIRS = 100  # the first terms, among which pairs are tried in the place of pairs
_GAIN = 1e-6


@dataclass(frozen=True, eq=False)
class Gram:
    """Products of columns of unit length with each other and with a target of unit length.

    Attributes:
        columns: (m, m).
        target: (m,).
        costs: what each column takes from the evidence.
        count: how many numbers the target is.
        floor: the share of the target's square that is no matter of terms.
    """

    columns: np.ndarray
    target: np.ndarray
    costs: np.ndarray
    count: float
    floor: float

    def score(self, left: float, cost: float) -> float:
        """The evidence of a sum that leaves a share of the target's square."""
        return -0.5 * self.count * log(max(left, self.floor)) - cost

    def scored(self, support: tuple[int, ...]) -> float:
        """That of some columns."""
        own = list(support)
        weights = np.linalg.lstsq(self.columns[np.ix_(own, own)], self.target[own], rcond=1e-14)[0]
        return self.score(1 - float(self.target[own] @ weights), float(self.costs[own].sum()))


def polished(gram: Gram, support: tuple[int, ...]) -> tuple[int, ...]:
    """The support that no single step makes better: one term fewer or another, and then others for two."""
    best = gram.scored(support)
    for _ in range(_ROUNDS):
        for steps in (_single, _double):
            score, found = max(((gram.scored(each), each) for each in steps(gram, support)), default=(best, support))
            if score > best + _GAIN:
                best, support = score, found
                break
        else:
            break
    return support


def _single(gram: Gram, support: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Without one term, and with another one in its place."""
    for out in support if len(support) > 1 else ():
        left = tuple(i for i in support if i != out)
        yield left
        yield _with_one(gram, left)


def _double(gram: Gram, support: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """With one other, or two, in the place of two terms."""
    for two in combinations(support, 2):
        left = tuple(i for i in support if i not in two)
        yield _with_one(gram, left)
        yield _with_two(gram, left)


def _beside(gram: Gram, kept: tuple[int, ...]) -> tuple[np.ndarray, np.ndarray, float]:
    """The Gram matrix and the target's products beside some columns, and the share of the target that these leave."""
    own = list(kept)
    inverse = np.linalg.pinv(gram.columns[np.ix_(own, own)], rcond=1e-12, hermitian=True)
    across = gram.columns[:, own] @ inverse
    left = 1 - float(gram.target[own] @ inverse @ gram.target[own])
    return gram.columns - across @ gram.columns[own], gram.target - across @ gram.target[own], left


def _with_one(gram: Gram, kept: tuple[int, ...]) -> tuple[int, ...]:
    matrix, along, left = _beside(gram, kept)
    free = np.diag(matrix)
    after = left - np.where(free > _DEPENDENT, along**2 / np.where(free > _DEPENDENT, free, 1.0), 0.0)
    scores = -0.5 * gram.count * np.log(np.maximum(after, gram.floor)) - gram.costs
    return (*kept, int(np.argmax(scores)))


def _with_two(gram: Gram, kept: tuple[int, ...]) -> tuple[int, ...]:
    matrix, along, left = _beside(gram, kept)
    matrix, along, costs = matrix[:_PAIRS, :_PAIRS], along[:_PAIRS], gram.costs[:_PAIRS]
    free = np.diag(matrix)
    good = free > _DEPENDENT
    size = np.sqrt(np.where(good, free, 1.0))
    cosine, along = matrix / size / size[:, None], np.where(good, along / size, 0.0)
    alone = 1 - cosine**2
    both = (alone > _DEPENDENT) & good & good[:, None]
    gain = (along**2 + along[:, None] ** 2 - 2 * cosine * along * along[:, None]) / np.where(both, alone, np.inf)
    after = np.maximum(left - gain, gram.floor)
    scores = np.where(both, -0.5 * gram.count * np.log(after) - costs - costs[:, None], -np.inf)
    i, j = np.unravel_index(int(np.argmax(scores)), scores.shape)
    return tuple(dict.fromkeys((*kept, int(i), int(j))))
