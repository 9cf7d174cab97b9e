"""Linearised problems by their normal equations on an accelerator: JAX in the place of BLAS and LAPACK."""

from dataclasses import dataclass, field

import jax
import jax.numpy as jnp
import jax.scipy.linalg as jsl
import numpy as np
from jaxtyping import Array, Float

from ._cholesky import quiet
from .linearised import Factored, Linearised


@dataclass(frozen=True)
class DeviceNormal(Linearised):
    """JᵀJ on the device, Jᵀr and Σr² on the host."""

    matrix: Float[Array, "p p"]
    gradient: Float[np.ndarray, " p"]
    squares: float
    shape: Float[np.ndarray, " p"] | float = 1.0
    diagonal: Float[np.ndarray, " p"] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "diagonal", np.asarray(jnp.diagonal(self.matrix)))

    @quiet
    def change(self, delta: Float[np.ndarray, " p"]) -> float:
        """Σ (r + Jδ)² − Σr²."""
        return float(2 * self.gradient @ delta + delta @ np.asarray(_product(self.matrix, delta)))

    def factored(self, ridge: Float[np.ndarray, " p"]) -> "DeviceFactor":
        """H as its Cholesky factor."""
        return DeviceFactor(self, ridge, _factor(self.matrix, ridge))

    def overlap(self, inverse: Float[Array, "p p"]) -> float:
        """The trace of this inverse times JᵀJ."""
        return float(jnp.vdot(inverse, self.matrix))


@dataclass(frozen=True)
class DeviceFactor(Factored):
    """H = JᵀJ + ridge as its Cholesky factor, NaN if there is none."""

    problem: DeviceNormal
    ridge: Float[np.ndarray, " p"]
    factor: Float[Array, "p p"]

    @property
    def exists(self) -> bool:
        """Whether there is a factor."""
        return bool(jnp.isfinite(jnp.trace(self.factor)))

    def solve(self, pull: Float[np.ndarray, " p"]) -> Float[np.ndarray, " p"]:
        """δ of H δ = −(Jᵀr + pull)."""
        return -np.asarray(_solved(self.factor, self.problem.gradient + pull))

    def bent(self, bend: Float[np.ndarray, " p"]) -> Float[np.ndarray, " p"]:
        """a of H a = −Jᵀr″."""
        return -np.asarray(_solved(self.factor, bend))

    @quiet
    def determined(self) -> Float[np.ndarray, " p"]:
        """1 − ridge · diag H⁻¹: how far the data determine each parameter, from 0 to 1."""
        return 1 - self.ridge * np.asarray(_diagonal_of_inverse(self.factor))

    @property
    def inverse(self) -> Float[Array, "p p"]:
        """H⁻¹."""
        return _solved(self.factor, jnp.eye(len(self.factor)))

    @property
    @quiet
    def log_determinant(self) -> float:
        """The logarithm of det (ridge⁻¹ H)."""
        diagonal = np.asarray(jnp.diagonal(self.factor))
        return float(2 * np.sum(np.log(diagonal)) - np.sum(np.log(self.ridge)))


@jax.jit
def _factor(matrix: Array, ridge: Array) -> Array:
    return jnp.linalg.cholesky(matrix + jnp.diag(ridge), symmetrize_input=False)


@jax.jit
def _solved(factor: Array, right: Array) -> Array:
    return jsl.cho_solve((factor, True), right)


@jax.jit
def _diagonal_of_inverse(factor: Array) -> Array:
    return jnp.sum(jsl.solve_triangular(factor, jnp.eye(len(factor)), lower=True) ** 2, axis=0)


@jax.jit
def _product(matrix: Array, vector: Array) -> Array:
    return matrix @ vector
