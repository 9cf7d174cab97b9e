"""A least-squares problem linearised at a point: what a step and the evidence ask of its residuals r and Jacobian J.

With at least as many residuals as parameters that is answered by JᵀJ, with fewer by J itself and a matrix of the size
of the residuals. Both are NumPy and SciPy: BLAS's `syrk` makes a product of a matrix with itself in half the
operations, and nothing is compiled for a size that occurs once.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np
from jaxtyping import Float
from scipy.linalg import blas, lapack

RELATIVE = 1e-14  # the least damping, relative to the mean diagonal of JᵀJ: what rounding asks for


class Linearised(Protocol):
    """Σ (r + Jδ)² as a function of δ; `ridge` is a diagonal with entries above 0."""

    @property
    def squares(self) -> float:
        """Σr²."""
        ...

    @property
    def gradient(self) -> Float[np.ndarray, " p"]:
        """Jᵀr."""
        ...

    @property
    def scale(self) -> float:
        """The mean diagonal of JᵀJ."""
        ...

    def change(self, delta: Float[np.ndarray, " p"]) -> float:
        """Σ (r + Jδ)² − Σr²."""
        ...

    def solve(self, ridge: Float[np.ndarray, " p"], pull: Float[np.ndarray, " p"]) -> Float[np.ndarray, " p"]:
        """δ of (JᵀJ + ridge) δ = −(Jᵀr + pull); NaN if rounding leaves that matrix without a Cholesky factor."""
        ...

    def determined(self, ridge: Float[np.ndarray, " p"]) -> Float[np.ndarray, " p"]:
        """1 − ridge · diag (JᵀJ + ridge)⁻¹: how far the data determine each parameter, from 0 to 1."""
        ...

    def least_damping(self) -> float:
        """The least multiple of 1 with which JᵀJ has a Cholesky factor: equal columns need more than one rounding."""
        ...


@dataclass(frozen=True)
class Normal:
    """JᵀJ, Jᵀr and Σr²."""

    matrix: Float[np.ndarray, "p p"]
    gradient: Float[np.ndarray, " p"]
    squares: float

    @property
    def scale(self) -> float:
        return float(np.mean(np.diagonal(self.matrix)))

    def change(self, delta: Float[np.ndarray, " p"]) -> float:
        return float(2 * self.gradient @ delta + delta @ self.matrix @ delta)

    def solve(self, ridge: Float[np.ndarray, " p"], pull: Float[np.ndarray, " p"]) -> Float[np.ndarray, " p"]:
        return -_solved(_cholesky(self.matrix, ridge), self.gradient + pull)

    def determined(self, ridge: Float[np.ndarray, " p"]) -> Float[np.ndarray, " p"]:
        inverse = lapack.dtrtri(_cholesky(self.matrix, ridge), lower=1, overwrite_c=1)[0]
        return 1 - ridge * np.einsum("ij,ij->j", inverse, inverse)

    def least_damping(self) -> float:
        return _least_damping(self.matrix, self.scale)


@dataclass(frozen=True)
class Rows:
    """r and J, of fewer residuals than parameters.

    By the identity of Woodbury every inverse is one of K = 1 + J ridge⁻¹ Jᵀ = L Lᵀ, written such that nothing cancels:
    δ = −s − ridge⁻¹ Jᵀ K⁻¹ (r − J s) with s = pull/ridge, and 1 − ridge · diag (JᵀJ + ridge)⁻¹ is the sum of squares of
    each column of L⁻¹ J ridge^(−1/2).
    """

    jacobian: Float[np.ndarray, "r p"]
    residuals: Float[np.ndarray, " r"]

    @property
    def squares(self) -> float:
        return float(self.residuals @ self.residuals)

    @property
    def gradient(self) -> Float[np.ndarray, " p"]:
        return self.residuals @ self.jacobian

    @property
    def scale(self) -> float:
        return float(np.vdot(self.jacobian, self.jacobian)) / self.jacobian.shape[1]

    def change(self, delta: Float[np.ndarray, " p"]) -> float:
        moved = self.jacobian @ delta
        return float((2 * self.residuals + moved) @ moved)

    def solve(self, ridge: Float[np.ndarray, " p"], pull: Float[np.ndarray, " p"]) -> Float[np.ndarray, " p"]:
        towards = pull / ridge
        factor = _cholesky(*self._kernel(ridge)[:2])
        return -towards - _solved(factor, self.residuals - self.jacobian @ towards) @ self.jacobian / ridge

    def determined(self, ridge: Float[np.ndarray, " p"]) -> Float[np.ndarray, " p"]:
        kernel, one, scaled = self._kernel(ridge)
        columns = blas.dtrsm(1.0, _cholesky(kernel, one), scaled.T, side=1, lower=1, trans_a=1, overwrite_b=1)
        return np.einsum("ij,ij->i", columns, columns)

    def least_damping(self) -> float:
        return _least_damping(self.jacobian @ self.jacobian.T, self.scale)

    def _kernel(
        self, ridge: Float[np.ndarray, " p"]
    ) -> tuple[Float[np.ndarray, "r r"], float, Float[np.ndarray, "r p"]]:
        """K without its 1, the 1, and J ridge^(−1/2)."""
        scaled = self.jacobian / np.sqrt(ridge)
        return scaled @ scaled.T, 1.0, scaled


def _cholesky(matrix: Float[np.ndarray, "n n"], ridge: Float[np.ndarray, " n"] | float) -> Float[np.ndarray, "n n"]:
    """The lower Cholesky factor of a symmetric matrix plus a diagonal; NaN if it has none."""
    work = matrix.T.copy(order="F")
    work.flat[:: len(work) + 1] += ridge
    factor, failed = lapack.dpotrf(work, lower=1, overwrite_a=1)
    return np.full_like(factor, np.nan) if failed else factor


def _solved(factor: Float[np.ndarray, "n n"], vector: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    solution: Float[np.ndarray, " n"] = lapack.dpotrs(factor, vector, lower=1)[0]
    return solution


def _least_damping(gram: Float[np.ndarray, "n n"], scale: float) -> float:
    damping = RELATIVE * scale
    while damping < 1e-6 * scale and not np.all(np.isfinite(_cholesky(gram, damping))):
        damping *= 10
    return damping
