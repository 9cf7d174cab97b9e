"""Linear independence decided exactly, in arithmetic modulo a prime."""

import numpy as np

PRIME = 2097143
"""The largest prime below 2^21. Residues are float64: 2^8 products of two add up to less than 2^50, exactly."""

_TERMS = 256


def residue(x: np.ndarray) -> np.ndarray:
    """x modulo PRIME, in [0, PRIME), for integers below 2^50 in float64 (much faster than `np.fmod`)."""
    return x - PRIME * np.floor(x / PRIME)


def matmul(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """A @ b modulo PRIME, for arrays of residues."""
    total = np.zeros((a.shape[0], b.shape[1]))
    for start in range(0, a.shape[1], _TERMS):
        total += residue(a[:, start : start + _TERMS] @ b[start : start + _TERMS])
    return residue(total)


class Echelon:
    """The span of vectors of residues, kept in reduced row echelon form.

    Functions are given by their values at `points` random points modulo a prime. Fewer functions than points,
    dependent there, are dependent with a chance of error of about PRIME^-(points - functions).
    """

    def __init__(self, points: int):
        self.rows = np.zeros((0, points))
        self.pivots = np.zeros(0, dtype=int)

    @property
    def rank(self) -> int:
        """The number of rows that do not depend on each other."""
        return len(self.rows)

    def extend(self, vectors: np.ndarray, block: int = 32) -> np.ndarray:
        """Add vectors one after the other; a mask says which were independent of all before them."""
        masks = [self._extend(vectors[start : start + block]) for start in range(0, len(vectors), block)]
        return np.concatenate(masks) if masks else np.zeros(0, dtype=bool)

    def _extend(self, vectors: np.ndarray) -> np.ndarray:
        rest = residue(vectors - matmul(vectors[:, self.pivots], self.rows))
        independent = np.any(rest != 0, axis=1)
        rest = rest[independent]
        kept, pivots = _reduce(rest)
        independent[independent] = kept
        new = rest[kept]
        self.rows = np.concatenate([residue(self.rows - matmul(self.rows[:, pivots], new)), new])
        self.pivots = np.concatenate([self.pivots, pivots])
        return independent


def null_space(matrix: np.ndarray) -> np.ndarray:
    """A basis (n − rank, n) of the vectors x modulo PRIME with matrix @ x = 0, for a matrix of residues (m, n)."""
    echelon = Echelon(matrix.shape[1])
    echelon.extend(matrix)
    free = np.setdiff1d(np.arange(matrix.shape[1]), echelon.pivots)
    found = np.zeros((len(free), matrix.shape[1]))
    found[np.arange(len(free)), free] = 1
    found[:, echelon.pivots] = residue(-echelon.rows[:, free].T)
    return found


def _reduce(rows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Bring rows to reduced echelon form in place; which of them were independent, and their pivot columns."""
    kept, pivots = np.zeros(len(rows), dtype=bool), []
    for i in range(len(rows)):
        column = int(np.argmax(rows[i] != 0))
        if rows[i, column] == 0:
            continue
        rows[i] = residue(rows[i] * pow(int(rows[i, column]), -1, PRIME))
        factors = rows[:, column].copy()
        factors[i] = 0
        rows[:] = residue(rows - np.outer(factors, rows[i]))
        kept[i] = True
        pivots.append(column)
    return kept, np.array(pivots, dtype=int)
