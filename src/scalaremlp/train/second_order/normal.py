"""Linearised problems of at least as many residuals as parameters, by their normal equations."""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float
from scipy.linalg import lapack

from ._cholesky import cholesky, exists, inverse_diagonal, log_determinant, quiet, solved
from .linearised import Factored, Linearised


@dataclass(frozen=True)
class Normal(Linearised):
    """JᵀJ, Jᵀr and Σr²."""

    matrix: Float[np.ndarray, "p p"]
    gradient: Float[np.ndarray, " p"]
    squares: float
    shape: Float[np.ndarray, " p"] | float = 1.0
    diagonal: Float[np.ndarray, " p"] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "diagonal", np.diagonal(self.matrix))

    @quiet
    def change(self, delta: Float[np.ndarray, " p"]) -> float:
        """Σ (r + Jδ)² − Σr²."""
        return float(2 * self.gradient @ delta + delta @ self.matrix @ delta)

    @quiet
    def factored(self, ridge: Float[np.ndarray, " p"]) -> "NormalFactor":
        """H as its Cholesky factor."""
        return NormalFactor(self, ridge, cholesky(self.matrix, ridge))

    def overlap(self, inverse: Float[np.ndarray, "p p"]) -> float:
        """The trace of this inverse times JᵀJ."""
        return float(np.vdot(inverse, self.matrix))


@dataclass(frozen=True)
class NormalFactor(Factored):
    """H = JᵀJ + ridge as its Cholesky factor."""

    problem: Normal
    ridge: Float[np.ndarray, " p"]
    factor: Float[np.ndarray, "p p"]

    @property
    def exists(self) -> bool:
        """Whether there is a factor."""
        return exists(self.factor)

    @quiet
    def solve(self, pull: Float[np.ndarray, " p"]) -> Float[np.ndarray, " p"]:
        """δ of H δ = −(Jᵀr + pull)."""
        return -solved(self.factor, self.problem.gradient + pull)

    @quiet
    def bent(self, bend: Float[np.ndarray, " p"]) -> Float[np.ndarray, " p"]:
        """a of H a = −Jᵀr″."""
        return -solved(self.factor, bend)

    @quiet
    def determined(self) -> Float[np.ndarray, " p"]:
        """1 − ridge · diag H⁻¹: how far the data determine each parameter, from 0 to 1."""
        return 1 - self.ridge * inverse_diagonal(self.factor)

    @property
    @quiet
    def inverse(self) -> Float[np.ndarray, "p p"]:
        """H⁻¹."""
        full: Float[np.ndarray, "p p"] = lapack.dpotri(self.factor, lower=1)[0]
        for row in range(1, len(full)):
            full[:row, row] = full[row, :row]
        return full

    @property
    @quiet
    def log_determinant(self) -> float:
        """The logarithm of det (ridge⁻¹ H)."""
        return log_determinant(self.factor) - float(np.sum(np.log(self.ridge)))
