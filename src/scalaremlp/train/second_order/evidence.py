"""Bayesian regularisation: how strongly to hold each group of parameters near zero, inferred from the data.

MacKay, *A practical Bayesian framework for backpropagation networks*, Neural Computation 4, 448 (1992).
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int

from .by_term import ByTerm, PerTerm, Weights, weighed, weights_of
from .damping import RELATIVE
from .linearised import Factored, Linearised


@dataclass(frozen=True)
class Evidence:
    """Precisions α of the groups of parameters, divided by the precision β of the residuals."""

    group: Int[np.ndarray, " p"]
    ratio: Float[np.ndarray, " groups"]  # α_g / β

    @property
    def ridge(self) -> Float[np.ndarray, " p"]:
        """What is added to the diagonal of JᵀJ."""
        return self.ratio[self.group]

    def scale(self, problem: Linearised) -> Float[np.ndarray, " groups"] | float:
        """The scale of JᵀJ for each group, the largest of its parameters."""
        if isinstance(problem.shape, float):
            return problem.scale * problem.shape
        largest = np.zeros(len(self.ratio))
        np.maximum.at(largest, self.group, problem.shape)
        return problem.scale * largest

    def penalty(self, theta: Float[np.ndarray, " p"]) -> float:
        """Σ α/β |θ|²."""
        return float(self.ridge @ theta**2)


@np.errstate(all="ignore")  # what is not finite is met by a refused step
def posterior(problem: Linearised, ridge: Float[np.ndarray, " p"]) -> Factored:
    """JᵀJ + ridge, factored with the least damping that rounding asks for, by powers of ten up to 10⁻⁶."""
    damping, most = RELATIVE * problem.scale, 1e-6 * problem.scale
    while not (found := problem.factored(ridge + damping * problem.shape)).exists and damping < min(
        10 * damping, 0.9 * most
    ):
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
    noise: float | None = None,
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
        noise: 1/β where that is known.
    """
    groups, scale = len(evidence.ratio), evidence.scale(problem)
    gamma = np.bincount(evidence.group, factored.determined(), groups)
    gamma = np.maximum(gamma, 1e-9)  # above 0, and so small that a parameter that was switched off comes back
    if noise is None:
        noise = squares / max(count - gamma.sum(), 1e-9 * count)
    sizes = np.bincount(evidence.group, theta**2, groups)
    ratio = np.minimum(gamma * noise / np.maximum(sizes, 1e-300), 1e6 * scale)
    ratio[ratio < 1e-15 * scale] = 0.0  # below rounding: no penalty rather than a wrong one
    ratio = np.where(np.isfinite(ratio), ratio, evidence.ratio)
    return replace(evidence, ratio=ratio), float(gamma.sum())


def reweighed(
    evidence: Evidence,
    problem: Linearised | ByTerm,
    weights: Weights,
    theta: Float[np.ndarray, " p"],
    squares: PerTerm,
    unit: PerTerm,
    count: PerTerm,
    found: Factored | None = None,
) -> tuple[Evidence, Weights, float]:
    """The evidence, the weights of the terms and the number of determined parameters, updated together.

    Args:
        evidence: before.
        problem: linearised at θ, or at the point from which a linear step led to θ.
        weights: before.
        theta: θ.
        squares: Σr² there, of each term.
        unit: that before the fit.
        count: N, of each term.
        found: the factor of the weighed problem, if it is known.
    """
    linear = weighed(problem, weights)
    found = posterior(linear, evidence.ridge) if found is None else found
    if isinstance(problem, Linearised):
        evidence, determined = updated(evidence, problem, found, theta, float(squares), float(count))
        return evidence, weights, determined
    each = np.clip(problem.determined(found, weights), 0.0, count)
    new, noise = weights_of(squares, count - each, unit, count)
    if not np.all(np.isfinite(new)):
        return evidence, weights, float(each.sum())
    evidence, determined = updated(evidence, linear, found, theta, 0.0, float(np.sum(count)), noise)
    return evidence, new, determined
