"""A least-squares problem linearised at a point: what a step and the evidence ask of its residuals r and Jacobian J.

With at least as many residuals as parameters that is answered by JᵀJ (`normal`), with fewer by J itself and a matrix of
the size of the residuals (`rows`). Both are NumPy and SciPy: BLAS's `syrk` makes a product of a matrix with itself in
half the operations, and nothing is compiled for a size that occurs once.
"""

from abc import ABC, abstractmethod

import numpy as np
from jaxtyping import Float


class Linearised(ABC):
    """Σ (r + Jδ)² as a function of δ.

    Attributes:
        squares: Σr².
        gradient: Jᵀr.
        diagonal: that of JᵀJ.
        shape: what a damping is multiplied by for each parameter.
    """

    squares: float
    gradient: Float[np.ndarray, " p"]
    diagonal: Float[np.ndarray, " p"]
    shape: Float[np.ndarray, " p"] | float

    @property
    def scale(self) -> float:
        """The mean diagonal of JᵀJ."""
        return float(np.mean(self.diagonal))

    @abstractmethod
    def change(self, delta: Float[np.ndarray, " p"]) -> float:
        """Σ (r + Jδ)² − Σr²."""

    @abstractmethod
    def factored(self, ridge: Float[np.ndarray, " p"]) -> "Factored":
        """H = JᵀJ + ridge, a diagonal with entries above 0, in factored form."""


class Factored(ABC):
    """H = JᵀJ + ridge in factored form; all that follows from it is NaN if rounding has left H without a factor."""

    @property
    @abstractmethod
    def exists(self) -> bool:
        """Whether there is a factor."""

    @abstractmethod
    def solve(self, pull: Float[np.ndarray, " p"]) -> Float[np.ndarray, " p"]:
        """δ of H δ = −(Jᵀr + pull)."""

    @abstractmethod
    def bent(self, bend: Float[np.ndarray, "..."]) -> Float[np.ndarray, " p"]:
        """a of H a = −Jᵀr″, given what `linearise.bend_of` makes of this problem."""

    @abstractmethod
    def determined(self) -> Float[np.ndarray, " p"]:
        """1 − ridge · diag H⁻¹: how far the data determine each parameter, from 0 to 1."""

    @property
    @abstractmethod
    def log_determinant(self) -> float:
        """The logarithm of det (ridge⁻¹ H)."""
