"""Invariants of a word, a tensor product of leaves of one group: the method is chosen here, the result kept."""

import threading
from collections import OrderedDict
from functools import lru_cache

import numpy as np

from scalaremlp.groups import Group

from . import _contractions, _orbits
from ._columns import Columns, Dense
from ._constraints import Word, checked, discrete, meant
from ._leaf import Leaf
from ._packed import Packed
from .action import Defining

_KEPT_BYTES = 10**9
_DENSE_ENTRIES = 2**18  # up to this many, columns of orbits are kept as a matrix, whose products are fast


def solve(word: Word, max_bytes: int) -> tuple[Columns, tuple[int, ...]]:
    """Orthonormal invariants of a word, and the order of its leaves that they are for.

    Words that differ in the order of their leaves, or by duals that make no difference, share one solution.
    """
    leaves = [_self_dual(leaf) for leaf in word]
    seen = list(dict.fromkeys(leaves))
    seen.sort(key=lambda leaf: (not isinstance(leaf.action, Defining), leaf.dual, leaf.conjugate))  # V's, V*'s, others
    order = tuple(sorted(range(len(word)), key=lambda i: seen.index(leaves[i])))
    return _SOLVED.get(tuple(leaves[i] for i in order), max_bytes), order


def _solve(word: Word, max_bytes: int) -> Columns:
    group = word[0].group
    assert group is not None
    plain = all(isinstance(leaf.action, Defining) and not leaf.conjugate for leaf in word)
    q = sum(leaf.dual for leaf in word)
    if (permutations := _signed_permutations(group, word)) is not None:
        orbits = _orbits.columns(tuple(leaf.dimension for leaf in word), permutations, max_bytes)
        return orbits.dense() if len(orbits.labels) * orbits.rank <= _DENSE_ENTRIES else orbits
    if plain and _contractions.applies(group, len(word) - q, q):
        return _frozen(_contractions.columns(group, len(word) - q, q, max_bytes))
    from . import _exact_rank, _null_space, _spectral, _verify  # of other words alone

    complex_ = any(leaf.numbers == "complex" for leaf in word)
    if _spectral.applies(group):
        found, noise = _spectral.columns(group, word, complex_, max_bytes)
        _exact_rank.confirm(group, word, found.shape[1])
    else:
        found, noise = _null_space.columns(group, word, complex_, max_bytes), 0.0
    _verify.check(group, word, found, noise)
    return _frozen(found)


def _frozen(matrix: np.ndarray) -> Dense:
    matrix.flags.writeable = False
    return Dense(matrix)


def _signed_permutations(group: Group, word: Word) -> list[list[_orbits.SignedPermutation]] | None:
    """The signed permutations by which the generators act on each leaf, if that is all there is."""
    if len(group.lie_algebra):
        return None
    generators = []
    for matrices in discrete(group, word):
        found = [permutation for m in matrices if (permutation := _orbits.as_signed_permutation(m)) is not None]
        if len(found) < len(word):
            return None
        generators.append(found)
    return generators


def _self_dual(leaf: Leaf) -> Leaf:
    """The leaf, without a dual that makes no difference."""
    if leaf.dual and isinstance(leaf.action, Defining | Packed) and leaf.group is not None and _orthogonal(leaf.group):
        return leaf.dualised()
    return leaf


@lru_cache(maxsize=256)
def _orthogonal(group: Group) -> bool:
    """Whether the elements of a group are real orthogonal matrices, to the last bit or nearly so."""
    a, h = checked(group, group.lie_algebra, "lie_algebra"), meant(group)
    if group.field == "complex":
        return False
    return bool(np.array_equal(a.mT, -a) and abs(h.mT @ h - np.eye(group.dim)).max(initial=0) < 1e-15)


class _Solved:
    """The solutions of words, by value; the least recently used ones go when they take too much memory."""

    def __init__(self) -> None:
        self._found: OrderedDict[Word, Columns] = OrderedDict()
        self._bytes = 0
        self._lock = threading.Lock()

    def get(self, word: Word, max_bytes: int) -> Columns:
        """The solution, found or kept."""
        with self._lock:
            if word in self._found:
                self._found.move_to_end(word)
                return self._found[word]
        columns = _solve(word, max_bytes)
        with self._lock:
            if word not in self._found:
                self._bytes += columns.nbytes
            self._found[word] = columns
            while self._bytes > _KEPT_BYTES and len(self._found) > 1:
                self._bytes -= self._found.popitem(last=False)[1].nbytes
        return columns


_SOLVED = _Solved()
