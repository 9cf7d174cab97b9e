"""Cholesky factors by LAPACK, NaN where there is none."""

import numpy as np
from jaxtyping import Float
from scipy.linalg import lapack

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
