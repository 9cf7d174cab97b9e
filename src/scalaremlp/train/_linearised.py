"""A least-squares problem linearised at a point: what a step and the evidence ask of its residuals r and Jacobian J.

With at least as many residuals as parameters that is answered by JᵀJ, with fewer by J itself and a matrix of the size
of the residuals. Both are NumPy and SciPy: BLAS's `syrk` makes a product of a matrix with itself in half the
operations, and nothing is compiled for a size that occurs once.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.linalg import blas, lapack

_quiet = np.errstate(all="ignore")  # what is not finite is met by a refused step


@dataclass(frozen=True)
class Normal:
    """JᵀJ, Jᵀr and Σr²."""

    matrix: Float[np.ndarray, "p p"]
    gradient: Float[np.ndarray, " p"]
    squares: float
    shape: Float[np.ndarray, " p"] | float = 1.0  # what a damping is multiplied by for each parameter

    @property
    def scale(self) -> float:
        """The mean diagonal of JᵀJ."""
        return float(np.mean(np.diagonal(self.matrix)))

    @_quiet
    def change(self, delta: Float[np.ndarray, " p"]) -> float:
        """Σ (r + Jδ)² − Σr²."""
        return float(2 * self.gradient @ delta + delta @ self.matrix @ delta)

    @_quiet
    def factored(self, ridge: Float[np.ndarray, " p"]) -> "NormalFactor":
        """H = JᵀJ + ridge, a diagonal with entries above 0, as its Cholesky factor."""
        return NormalFactor(self, ridge, _cholesky(self.matrix, ridge))


@dataclass(frozen=True)
class NormalFactor:
    """H = JᵀJ + ridge as its Cholesky factor; all that follows from it is NaN if rounding has left H without one."""

    problem: Normal
    ridge: Float[np.ndarray, " p"]
    factor: Float[np.ndarray, "p p"]

    @property
    def exists(self) -> bool:
        """Whether there is a factor."""
        return _exists(self.factor)

    @_quiet
    def solve(self, pull: Float[np.ndarray, " p"]) -> Float[np.ndarray, " p"]:
        """δ of H δ = −(Jᵀr + pull)."""
        return -_solved(self.factor, self.problem.gradient + pull)

    @_quiet
    def determined(self) -> Float[np.ndarray, " p"]:
        """1 − ridge · diag H⁻¹: how far the data determine each parameter, from 0 to 1."""
        inverse = lapack.dtrtri(self.factor, lower=1)[0]
        return 1 - self.ridge * np.einsum("ij,ij->j", inverse, inverse)

    @property
    @_quiet
    def inverse(self) -> Float[np.ndarray, "p p"]:
        """H⁻¹."""
        lower = np.tril(lapack.dpotri(self.factor, lower=1)[0])
        return lower + np.tril(lower, -1).T

    @property
    @_quiet
    def log_determinant(self) -> float:
        """The logarithm of det (ridge⁻¹ H)."""
        return _log_determinant(self.factor) - float(np.sum(np.log(self.ridge)))


@dataclass(frozen=True)
class Rows:
    """J and r, of fewer residuals than parameters; it answers what `Normal` does."""

    jacobian: Float[np.ndarray, "r p"]
    residuals: Float[np.ndarray, " r"]
    shape: Float[np.ndarray, " p"] | float = 1.0  # as of `Normal`

    @property
    def squares(self) -> float:
        """Σr²."""
        return float(self.residuals @ self.residuals)

    @property
    def gradient(self) -> Float[np.ndarray, " p"]:
        """Jᵀr."""
        return self.residuals @ self.jacobian

    @property
    def scale(self) -> float:
        """The mean diagonal of JᵀJ."""
        return float(np.vdot(self.jacobian, self.jacobian)) / self.jacobian.shape[1]

    @_quiet
    def change(self, delta: Float[np.ndarray, " p"]) -> float:
        """Σ (r + Jδ)² − Σr²."""
        moved = self.jacobian @ delta
        return float((2 * self.residuals + moved) @ moved)

    @_quiet
    def factored(self, ridge: Float[np.ndarray, " p"]) -> "RowsFactor":
        """K in the place of H; see `RowsFactor`."""
        scaled = self.jacobian / np.sqrt(ridge)
        return RowsFactor(self, ridge, scaled, _cholesky(scaled @ scaled.T, 1.0))


@dataclass(frozen=True)
class RowsFactor:
    """K = 1 + J ridge⁻¹ Jᵀ = L Lᵀ in the place of H, by the identity of Woodbury.

    δ = −s − ridge⁻¹ Jᵀ w with s = pull/ridge and K w = r − J s. There w = r + Jδ, which refines it: near the minimum δ
    is a small difference of large terms. 1 − ridge · diag H⁻¹ is the sum of squares of each column of
    L⁻¹ J ridge^(−1/2), in which nothing cancels.
    """

    problem: Rows
    ridge: Float[np.ndarray, " p"]
    scaled: Float[np.ndarray, "r p"]  # J ridge^(−1/2)
    factor: Float[np.ndarray, "r r"]  # L

    @property
    def exists(self) -> bool:
        """Whether there is a factor."""
        return _exists(self.factor)

    @_quiet
    def solve(self, pull: Float[np.ndarray, " p"]) -> Float[np.ndarray, " p"]:
        """δ of H δ = −(Jᵀr + pull)."""
        jacobian, residuals, towards = self.problem.jacobian, self.problem.residuals, pull / self.ridge
        after = _solved(self.factor, residuals - jacobian @ towards)
        delta = -towards - after @ jacobian / self.ridge
        return delta - _solved(self.factor, residuals + jacobian @ delta - after) @ jacobian / self.ridge

    @_quiet
    def determined(self) -> Float[np.ndarray, " p"]:
        """1 − ridge · diag H⁻¹: how far the data determine each parameter, from 0 to 1."""
        columns = blas.dtrsm(1.0, self.factor, self.scaled.T, side=1, lower=1, trans_a=1)
        return np.einsum("ij,ij->i", columns, columns)

    @property
    @_quiet
    def leverages(self) -> Float[np.ndarray, " r"]:
        """The diagonal of J H⁻¹ Jᵀ = 1 − K⁻¹: how far each residual is determined by itself, from 0 to 1."""
        inverse = lapack.dtrtri(self.factor, lower=1)[0]
        return 1 - np.einsum("ij,ij->j", inverse, inverse)

    @property
    def log_determinant(self) -> float:
        """The logarithm of det (ridge⁻¹ H) = det K."""
        return _log_determinant(self.factor)


#: Σ (r + Jδ)² as a function of δ, and JᵀJ plus a diagonal in factored form.
Linearised = Normal | Rows
Factored = NormalFactor | RowsFactor


def _cholesky(matrix: Float[np.ndarray, "n n"], ridge: Float[np.ndarray, " n"] | float) -> Float[np.ndarray, "n n"]:
    """The lower Cholesky factor of a symmetric matrix plus a diagonal; NaN if it has none."""
    work = matrix.T.copy(order="F")
    work.flat[:: len(work) + 1] += ridge
    factor, failed = lapack.dpotrf(work, lower=1, overwrite_a=1)
    return np.full_like(factor, np.nan) if failed else factor


def _exists(factor: Float[np.ndarray, "n n"]) -> bool:
    return bool(np.isfinite(np.trace(factor)))


@_quiet
def _log_determinant(factor: Float[np.ndarray, "n n"]) -> float:
    return 2 * float(np.sum(np.log(np.diagonal(factor))))


def _solved(factor: Float[np.ndarray, "n n"], vector: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
    solution: Float[np.ndarray, " n"] = lapack.dpotrs(factor, vector, lower=1)[0]
    return solution
