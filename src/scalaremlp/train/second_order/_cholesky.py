"""Cholesky factors by LAPACK, NaN where there is none."""

from itertools import pairwise

import numpy as np
from jaxtyping import Float
from scipy.linalg import blas, lapack

_BLOCK = 256  # columns of an inverse at a time: as fast as all of it at once, from a thousand on

quiet = np.errstate(all="ignore")  # what is not finite is met by a refused step


def cholesky(matrix: Float[np.ndarray, "n n"], ridge: Float[np.ndarray, " n"] | float) -> Float[np.ndarray, "n n"]:
    """The lower Cholesky factor of a symmetric matrix plus a diagonal; NaN if it has none."""
    work = matrix.T.copy(order="F")
    work.flat[:: len(work) + 1] += ridge
    factor, failed = lapack.dpotrf(work, lower=1, overwrite_a=1)
    return np.full_like(factor, np.nan) if failed else factor


def exists(factor: Float[np.ndarray, "n n"]) -> bool:
    """Whether there was one."""
    return bool(np.isfinite(np.trace(factor)))


@quiet
def log_determinant(factor: Float[np.ndarray, "n n"]) -> float:
    """That of L Lᵀ."""
    return 2 * float(np.sum(np.log(np.diagonal(factor))))


def solved(factor: Float[np.ndarray, "n n"], vector: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    """x of L Lᵀ x = vector."""
    solution: Float[np.ndarray, " n"] = lapack.dpotrs(factor, vector, lower=1)[0]
    return solution


@quiet
def inverse_diagonal(factor: Float[np.ndarray, "n n"]) -> Float[np.ndarray, " n"]:
    """The diagonal of (L Lᵀ)⁻¹: the squared columns of L⁻¹, of which a few are held at a time.

    A block of columns j, of the rows k from j on, is X_j = L_jj⁻¹ and X_k = −L_kk⁻¹ Σ_{j≤m<k} L_km X_m.
    """
    n = len(factor)
    edges = [*range(0, n, _BLOCK), n]
    corners = [np.asfortranarray(factor[a:b, a:b]) for a, b in pairwise(edges)]
    diagonal = np.empty(n)
    for j, first in enumerate(edges[:-1]):
        width = edges[j + 1] - first
        columns = np.zeros((n - first, width))
        columns[:width] = lapack.dtrtri(corners[j], lower=1)[0]
        for corner, a, b in zip(corners[j + 1 :], edges[j + 1 : -1], edges[j + 2 :], strict=True):
            above = factor[a:b, first:a] @ columns[: a - first]
            columns[a - first : b - first] = -blas.dtrsm(1.0, corner, above, lower=1)
        diagonal[first : first + width] = np.einsum("ij,ij->j", columns, columns)
    return diagonal
