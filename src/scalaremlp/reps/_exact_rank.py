"""How many invariants a group of fractions has, by elimination modulo a prime."""

import math
from fractions import Fraction

import numpy as np

from scalaremlp.groups import Group
from scalaremlp.groups.digits import fractions

from ..contractions.echelon import PRIME, Echelon, residue
from ._constraints import Word, checked, meant, name_of
from .action import Defining

_LARGEST = 600  # components


def confirm(group: Group, word: Word, rank: int) -> None:
    """Check the rank where the group is given by fractions, and not for very large tensors.

    Raises:
        ValueError: if it is another one.
    """
    discrete, lie = ([fractions(m) for m in each] for each in (meant(group), checked(group, group.lie_algebra, "")))
    plain = all(isinstance(leaf.action, Defining) and leaf.numbers == "real" for leaf in word)
    if not plain or None in discrete or None in lie or math.prod(leaf.dimension for leaf in word) > _LARGEST:
        return
    try:
        exact = _rank(word, *([_residues(rows) for rows in each if rows] for each in (discrete, lie)))
    except ZeroDivisionError:  # the prime divides a denominator or a determinant
        return
    if exact != rank:
        raise ValueError(
            f"A basis must have as many columns as there are invariants. That of {name_of(group)} would have {rank}, "
            f"and elimination modulo {PRIME} gives {exact}. Give generators of smaller norm, in other units or as a "
            "Lie algebra."
        )


def _rank(word: Word, discrete: list[np.ndarray], lie: list[np.ndarray]) -> int:
    size = math.prod(leaf.dimension for leaf in word)
    unit, found = np.eye(size), Echelon(size)
    for h in discrete:
        dual, rows, before = _inverse(h).T, unit, 1
        for leaf in word:
            rows = _on_axis(dual if leaf.dual else h, rows, before)
            before *= leaf.dimension
        found.extend(residue(rows - unit))
    for a in lie:
        total, before = np.zeros((size, size)), 1
        for leaf in word:
            total = total + _on_axis(residue(-a.T) if leaf.dual else a, unit, before)
            before *= leaf.dimension
        found.extend(residue(total))
    return size - found.rank


def _on_axis(matrix: np.ndarray, rows: np.ndarray, before: int) -> np.ndarray:
    return residue(np.matmul(matrix, rows.reshape(before, len(matrix), -1))).reshape(rows.shape)


def _residues(rows: list[list[Fraction]]) -> np.ndarray:
    return np.array([[x.numerator * _reciprocal(x.denominator) % PRIME for x in row] for row in rows], float)


def _reciprocal(x: int) -> int:
    if x % PRIME == 0:
        raise ZeroDivisionError
    return pow(x, -1, PRIME)


def _inverse(matrix: np.ndarray) -> np.ndarray:
    """The inverse of a matrix of residues."""
    size = len(matrix)
    rows = [[int(x) for x in row] + [int(i == j) for j in range(size)] for i, row in enumerate(matrix)]
    for i in range(size):
        pivot = next((j for j in range(i, size) if rows[j][i]), None)
        if pivot is None:
            raise ZeroDivisionError
        rows[i], rows[pivot] = rows[pivot], rows[i]
        factor = _reciprocal(rows[i][i])
        rows[i] = [x * factor % PRIME for x in rows[i]]
        for j in set(range(size)) - {i}:
            rows[j] = [(a - rows[j][i] * b) % PRIME for a, b in zip(rows[j], rows[i], strict=True)]
    return np.array([row[size:] for row in rows], float)
