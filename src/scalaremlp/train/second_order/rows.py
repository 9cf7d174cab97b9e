"""Linearised problems of fewer residuals than parameters, by the matrix of the size of the residuals."""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float
from scipy.linalg import blas, lapack

from ._cholesky import cholesky, exists, log_determinant, quiet, solved
from .linearised import Factored, Linearised


@dataclass(frozen=True)
class Rows(Linearised):
    """J and r."""

    jacobian: Float[np.ndarray, "r p"]
    residuals: Float[np.ndarray, " r"]
    shape: Float[np.ndarray, " p"] | float = 1.0
    squares: float = field(init=False)
    gradient: Float[np.ndarray, " p"] = field(init=False)
    diagonal: Float[np.ndarray, " p"] = field(init=False)

    @quiet
    def __post_init__(self) -> None:
        object.__setattr__(self, "squares", float(self.residuals @ self.residuals))
        object.__setattr__(self, "gradient", self.residuals @ self.jacobian)
        object.__setattr__(self, "diagonal", np.einsum("ij,ij->j", self.jacobian, self.jacobian))

    @quiet
    def change(self, delta: Float[np.ndarray, " p"]) -> float:
        """Σ (r + Jδ)² − Σr²."""
        moved = self.jacobian @ delta
        return float((2 * self.residuals + moved) @ moved)

    @quiet
    def factored(self, ridge: Float[np.ndarray, " p"]) -> "RowsFactor":
        """K in the place of H."""
        scaled = self.jacobian / np.sqrt(ridge)
        return RowsFactor(self, ridge, scaled, cholesky(scaled @ scaled.T, 1.0))


@dataclass(frozen=True)
class RowsFactor(Factored):
    """K = 1 + J ridge⁻¹ Jᵀ = L Lᵀ in the place of H, by the identity of Woodbury.

    δ = −s − ridge⁻¹ Jᵀ w with s = pull/ridge and K w = r − J s. There w = r + Jδ, which refines it: near the minimum δ
    is a small difference of large terms. 1 − ridge · diag H⁻¹ is the sum of squares of each column of
    L⁻¹ J ridge^(−1/2), in which nothing cancels. H⁻¹Jᵀ = ridge⁻¹ Jᵀ K⁻¹.
    """

    problem: Rows
    ridge: Float[np.ndarray, " p"]
    scaled: Float[np.ndarray, "r p"]  # J ridge^(−1/2)
    factor: Float[np.ndarray, "r r"]  # L

    @property
    def exists(self) -> bool:
        """Whether there is a factor."""
        return exists(self.factor)

    @quiet
    def solve(self, pull: Float[np.ndarray, " p"]) -> Float[np.ndarray, " p"]:
        """δ of H δ = −(Jᵀr + pull)."""
        jacobian, residuals, towards = self.problem.jacobian, self.problem.residuals, pull / self.ridge
        after = solved(self.factor, residuals - jacobian @ towards)
        delta = -towards - after @ jacobian / self.ridge
        return delta - solved(self.factor, residuals + jacobian @ delta - after) @ jacobian / self.ridge

    @quiet
    def bent(self, bend: Float[np.ndarray, " r"]) -> Float[np.ndarray, " p"]:
        """a of H a = −Jᵀr″."""
        return -(solved(self.factor, bend) @ self.problem.jacobian) / self.ridge

    @quiet
    def determined(self) -> Float[np.ndarray, " p"]:
        """1 − ridge · diag H⁻¹: how far the data determine each parameter, from 0 to 1."""
        columns = blas.dtrsm(1.0, self.factor, self.scaled.T, side=1, lower=1, trans_a=1)
        return np.einsum("ij,ij->i", columns, columns)

    @property
    @quiet
    def leverages(self) -> Float[np.ndarray, " r"]:
        """The diagonal of J H⁻¹ Jᵀ = 1 − K⁻¹: how far each residual is determined by itself, from 0 to 1."""
        inverse = lapack.dtrtri(self.factor, lower=1)[0]
        return 1 - np.einsum("ij,ij->j", inverse, inverse)

    @property
    @quiet
    def log_determinant(self) -> float:
        """The logarithm of det (ridge⁻¹ H) = det K."""
        return log_determinant(self.factor)
