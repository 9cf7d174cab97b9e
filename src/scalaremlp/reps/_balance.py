"""Coordinates in which matrices of very different entries become well scaled: powers of 2, or eigenvectors of one."""

import numpy as np
import scipy.linalg
from jaxtyping import Float

from ._fixed_point import Fixed, beside, eye
from ._jordan import Jordan

_LOOPS = 20  # of balancing
_ONE_SIDED = 1e-6  # of the entry (j, i) counts for (i, j) if that is 0, or one-sided entries would be scaled away
_FLAT = 64.0  # a ratio of scales that does no harm
_BETTER = 4.0  # by how much eigenvectors must be better than the coordinates given
_REAL = 1e-12  # the imaginary part of an eigenvalue that is real
_NOTHING = 1e-60  # of an entry, or a column of a projector, that is 0


def coordinates(size: int, found: list[Jordan], lie: list[Fixed], bits: int, real: bool) -> Fixed:
    """The coordinates in which projectors to eigenspaces are smallest: those given, or eigenvectors of a generator."""
    scales, least = _balanced(found, lie, eye(size, bits), eye(size, bits))
    best = Fixed.of(np.diag(scales), bits)
    for each in found if least > _BETTER else ():
        columns = _eigenvectors(each, scales, real)
        scaled, largest = _balanced(found, lie, columns, columns.inverse())
        if largest * _BETTER < least:
            best, least = columns @ Fixed.of(np.diag(scaled), bits), largest
    return best


def osborne(matrix: Float[np.ndarray, "n n"]) -> Float[np.ndarray, " n"]:
    """Powers of 2, d, at most 1, for which row and column i of M_ij d_j / d_i have about equal sums.

    Osborne, J. ACM 7 (1960), 338. They are 1 where that changes little.
    """
    off = matrix - np.diag(np.diag(matrix))
    off = np.where(off > _NOTHING * off.max(initial=0), off, _ONE_SIDED * off.T)
    scales = np.ones(len(off))
    for _ in range(_LOOPS):
        for i in range(len(off)):
            row, column = off[i] @ scales / scales[i], off[:, i] @ (1 / scales) * scales[i]
            if row > 0 and column > 0:
                scales[i] *= np.sqrt(row / column)
    scales = 2.0 ** np.round(np.log2(scales / scales.max()))
    return scales if scales.min() * _FLAT < 1 else np.ones(len(off))


def _balanced(found: list[Jordan], lie: list[Fixed], to: Fixed, back: Fixed) -> tuple[np.ndarray, float]:
    """Powers of 2 by which to scale coordinates, and how large the largest projector is then."""
    projectors = [abs((back @ p @ to).numpy()) for each in found for p in each.projectors]
    rest = [abs((back @ a @ to).numpy()) for a in (*lie, *(each.nilpotent for each in found))]
    total = np.sum([np.zeros(to.shape), *projectors, *(a / np.linalg.norm(a) for a in rest if a.any())], axis=0)
    scales = osborne(total)
    return scales, max([float(np.linalg.norm(p / scales[:, None] * scales, 2)) for p in projectors], default=1.0)


def _eigenvectors(found: Jordan, scales: np.ndarray, real: bool) -> Fixed:
    """A basis of generalised eigenvectors; for a real matrix, real and imaginary parts of conjugate ones."""
    columns: list[Fixed] = []
    for value, projector, rank in zip(found.values, found.projectors, found.ranks, strict=True):
        complex_ = abs(value.imag) > _REAL * abs(value)
        if real and complex_ and value.imag < 0:
            continue
        chosen = _independent(projector, scales, rank)
        if not real:
            columns += chosen
            continue
        for column in chosen:
            zero = column.real - column.real
            columns += [Fixed(part, zero, column.bits) for part in (column.real, column.imag)[: 1 + complex_]]
    return beside(columns)


def _independent(projector: Fixed, scales: np.ndarray, rank: int) -> list[Fixed]:
    """Columns that span those of a projector, as long as the scales are."""
    seen = projector.numpy() / scales[:, None] * scales
    lengths = np.linalg.norm(seen, axis=0)
    lengths[lengths < _NOTHING] = np.inf
    picked = scipy.linalg.qr(seen / lengths, pivoting=True, mode="r")[1][:rank]
    return [projector[:, [i]].shifted(-int(np.round(np.log2(lengths[i] / scales[i])))) for i in picked]
