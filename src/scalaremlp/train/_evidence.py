"""Bayesian regularisation: how strongly to hold each group of parameters near zero, inferred from the data.

MacKay, *A practical Bayesian framework for backpropagation networks*, Neural Computation 4, 448 (1992).
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int

from ._linearised import Factored, Linearised

RELATIVE = 1e-14  # the least damping, relative to the mean diagonal of JᵀJ: what rounding asks for


@dataclass(frozen=True)
class Evidence:
    """Precisions α of the groups of parameters, divided by the precision β of the residuals."""

    group: Int[np.ndarray, " p"]
    ratio: Float[np.ndarray, " groups"]  # α_g / β

    @property
    def ridge(self) -> Float[np.ndarray, " p"]:
        """What is added to the diagonal of JᵀJ."""
        return self.ratio[self.group]

    def penalty(self, theta: Float[np.ndarray, " p"]) -> float:
        return float(self.ridge @ theta**2)


@np.errstate(all="ignore")  # what is not finite is met by a refused step
def step(
    problem: Linearised, ridge: Float[np.ndarray, " p"], theta: Float[np.ndarray, " p"], damping: float
) -> tuple[Float[np.ndarray, " p"], float]:
    """δ of (JᵀJ + ridge + damping) δ = −(Jᵀr + ridge θ), and the decrease of Σr² + Σ ridge θ² it predicts."""
    pull = ridge * theta
    delta = problem.factored(ridge + damping).solve(pull)
    return delta, float(delta @ (damping * delta - problem.gradient - pull))


@np.errstate(all="ignore")
def posterior(problem: Linearised, ridge: Float[np.ndarray, " p"]) -> Factored:
    """JᵀJ + ridge, factored with the least damping that rounding asks for, by powers of ten up to 10⁻⁶."""
    damping, most = RELATIVE * problem.scale, 1e-6 * problem.scale
    while not (found := problem.factored(ridge + damping)).exists and damping < 0.9 * most:
        damping *= 10
    return found


@np.errstate(all="ignore")
def log_evidence(evidence: Evidence, problem: Linearised, theta: Float[np.ndarray, " p"], count: float) -> float:
    """The logarithm of p(data | α) with the best β, up to a constant.

    −N/2 ln (Σr² + Σ a θ²) − ½ ln det (1 + a⁻¹ JᵀJ) with a = α/β.

    Args:
        evidence: a, held above what rounding asks for.
        problem: linearised at θ.
        theta: θ.
        count: N.
    """
    objective = problem.squares + evidence.penalty(theta)
    return -0.5 * (count * float(np.log(objective)) + posterior(problem, evidence.ridge).log_determinant)


@np.errstate(all="ignore")
def updated(
    evidence: Evidence,
    problem: Linearised,
    factored: Factored,
    theta: Float[np.ndarray, " p"],
    squares: float,
    count: float,
) -> tuple[Evidence, float]:
    """The evidence after one step of MacKay's fixed-point iteration, and the number of well-determined parameters.

    γ_g = p_g − tr_g (a + ε)(JᵀJ + a + ε)⁻¹ with a = α/β and the damping ε of `posterior`: Σγ stays below N also with
    fewer residuals than parameters. α_g = γ_g/|θ_g|², β = (N − Σγ)/Σr².

    Args:
        evidence: before.
        problem: linearised at θ, or at the point from which a linear step led to θ.
        factored: its JᵀJ + a + ε.
        theta: θ.
        squares: Σr² there.
        count: N.
    """
    groups, scale = len(evidence.ratio), problem.scale
    gamma = np.bincount(evidence.group, factored.determined(), groups)
    gamma = np.maximum(gamma, 1e-9)  # above 0, and so small that a parameter that was switched off comes back
    noise = squares / max(count - gamma.sum(), 1e-9 * count)
    sizes = np.bincount(evidence.group, theta**2, groups)
    ratio = np.minimum(gamma * noise / np.maximum(sizes, 1e-300), 1e6 * scale)
    ratio[ratio < 1e-15 * scale] = 0.0  # below rounding: no penalty rather than a wrong one
    ratio = np.where(np.isfinite(ratio), ratio, evidence.ratio)
    return replace(evidence, ratio=ratio), float(gamma.sum())
