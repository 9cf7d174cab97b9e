"""A linearised problem whose residuals are of several terms: one problem for each weighing of these.

The noise of a term is its own. With its precision β_t the objective is Σ_t β_t Σ r_t² + Σ_g α_g |θ_g|²; divided by the
largest precision the weights w_t are at most 1, and all that is written for one noise holds for the weighed residuals.
MacKay's update is β_t = (N_t − γ_t)/Σ r_t² with γ_t = w_t tr H⁻¹ J_tᵀJ_t: how many parameters the term determines.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from .device import DeviceFactor, DeviceNormal
from .linearised import Factored, Linearised
from .normal import Normal, NormalFactor
from .rows import Rows, RowsFactor

LEAST = 1e-20  # the precision of a term is held above this fraction of the largest
_ROUNDING = 1e-24  # and the variance of its noise above this fraction of its mean square before the fit

#: One number, or one for each term of the residuals.
PerTerm = float | Float[np.ndarray, " terms"]
#: Of the residuals of each term; None where all have one noise.
Weights = Float[np.ndarray, " terms"] | None


@dataclass(frozen=True)
class NormalByTerm:
    """JᵀJ, Jᵀr and Σr² of each term."""

    parts: tuple[Normal, ...] | tuple[DeviceNormal, ...]

    @property
    def squares(self) -> Float[np.ndarray, " terms"]:
        """Σr² of each term."""
        return np.array([part.squares for part in self.parts])

    def weighed(self, weights: Weights) -> Normal | DeviceNormal:
        """The sum of the terms, each times its weight."""
        factors = np.asarray(weights).tolist()
        parts: Any = self.parts
        diagonals = np.array([part.diagonal for part in parts])
        matrices = [weight * part.matrix for weight, part in zip(factors, parts, strict=True)]
        return type(parts[0])(
            sum(matrices[1:], matrices[0]),
            np.sum([weight * part.gradient for weight, part in zip(factors, parts, strict=True)], axis=0),
            float(np.dot(factors, self.squares)),
            _shape(np.asarray(weights), diagonals),
        )

    def change(self, delta: Float[np.ndarray, " p"]) -> Float[np.ndarray, " terms"]:
        """Σ (r + Jδ)² − Σr² of each term."""
        return np.array([part.change(delta) for part in self.parts])

    def determined(self, found: Factored, weights: Weights) -> Float[np.ndarray, " terms"]:
        """γ_t, given the factor of the weighed problem."""
        assert isinstance(found, NormalFactor | DeviceFactor)
        inverse: Any = found.inverse
        return np.asarray(weights) * np.array([part.overlap(inverse) for part in self.parts])


@dataclass(frozen=True)
class RowsByTerm:
    """J and r, of fewer residuals than parameters, and the term of each residual."""

    rows: Rows
    term: Int[np.ndarray, " r"]

    @property
    def squares(self) -> Float[np.ndarray, " terms"]:
        """Σr² of each term."""
        return np.bincount(self.term, self.rows.residuals**2)

    def weighed(self, weights: Weights) -> Rows:
        """All rows, each times the root of its weight."""
        root = np.sqrt(np.asarray(weights))[self.term]
        jacobian = self.rows.jacobian
        diagonals = [np.einsum("ij,ij->j", part, part) for part in map(jacobian.__getitem__, self._members)]
        shape = _shape(np.asarray(weights), np.array(diagonals))
        return Rows(root[:, None] * jacobian, root * self.rows.residuals, shape)

    def change(self, delta: Float[np.ndarray, " p"]) -> Float[np.ndarray, " terms"]:
        """Σ (r + Jδ)² − Σr² of each term."""
        moved = self.rows.jacobian @ delta
        return np.bincount(self.term, (2 * self.rows.residuals + moved) * moved)

    def determined(self, found: Factored, weights: Weights) -> Float[np.ndarray, " terms"]:
        """γ_t, given the factor of the weighed problem."""
        assert isinstance(found, RowsFactor)
        return np.bincount(self.term, found.leverages)

    @property
    def _members(self) -> list[Bool[np.ndarray, " r"]]:
        return [self.term == number for number in range(int(self.term.max()) + 1)]


ByTerm = NormalByTerm | RowsByTerm


def weighed(problem: Linearised | ByTerm, weights: Weights) -> Linearised:
    """The problem with its residuals weighed; as it is where all have one noise."""
    return problem if isinstance(problem, Linearised) else problem.weighed(weights)


@np.errstate(all="ignore")
def weights_of(
    squares: PerTerm, free: PerTerm, unit: PerTerm, count: PerTerm
) -> tuple[Float[np.ndarray, " terms"], float]:
    """The weights of the terms, and the variance of the noise where the weight is 1.

    Args:
        squares: Σr² of each term.
        free: N_t − γ_t.
        unit: Σr² before the fit.
        count: N_t.
    """
    variance = np.maximum(squares / np.maximum(free, 1e-9 * np.asarray(count)), _ROUNDING * unit / count)
    variance = np.maximum(variance, LEAST * variance.max())
    if not variance.max() > 0:
        return np.ones_like(variance), 0.0
    return variance.min() / variance, float(variance.min())


def total(weights: Weights, squares: PerTerm) -> float:
    """Σr² of the weighed residuals."""
    return float(squares) if weights is None else float(np.dot(weights, squares))


def _shape(
    weights: Float[np.ndarray, " terms"], diagonals: Float[np.ndarray, "terms p"]
) -> Float[np.ndarray, " p"] | float:
    """What damping is multiplied by for each parameter, relative to the mean diagonal of JᵀJ of the weighed problem.

    Each term has a scale, the mean of its diagonal over the parameters that it depends on. A parameter is damped by
    that of the term which determines it most, and of the least where none does: what a noisy term alone depends on is
    not held by the precision of another.
    """
    diagonals = weights[:, None] * diagonals
    scales = diagonals.sum(axis=1) / np.maximum((diagonals > 0).sum(axis=1), 1)
    mean, known = float(np.mean(diagonals.sum(axis=0))), scales[scales > 0]
    if not mean > 0:
        return 1.0
    determined = diagonals.max(axis=0) > 0
    return np.where(determined, scales[diagonals.argmax(axis=0)], known.min()) / mean
