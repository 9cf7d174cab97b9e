"""Bayesian regularisation: how strongly to hold each group of parameters near zero, inferred from the data.

MacKay, *A practical Bayesian framework for backpropagation networks*, Neural Computation 4, 448 (1992).
"""

from itertools import pairwise

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from ._gauss_newton import Normal

_COLUMNS = 8  # parts in which a triangle is inverted: 0.4 p³ operations instead of p³
_SMALL = 256  # up to this size compiling the parts would take longer than they save
RELATIVE = 1e-14  # the least damping, relative to the mean diagonal of JᵀJ: what rounding asks for


class Evidence(eqx.Module):
    """Precisions α of the groups of parameters, divided by the precision β of the residuals."""

    group: Int[Array, " p"]
    ratio: Float[Array, " groups"]  # α_g / β

    @property
    def ridge(self) -> Float[Array, " p"]:
        """What is added to the diagonal of JᵀJ."""
        return self.ratio[self.group]

    def penalty(self, theta: Float[Array, " p"]) -> Float[Array, ""]:
        return jnp.sum(self.ridge * theta**2)


@jax.jit
def step(normal: Normal, ridge: Array, theta: Array, damping: Array | float) -> tuple[Array, Array]:
    """δ of (JᵀJ + ridge + damping) δ = −(Jᵀr + ridge θ), and the decrease of Σr² + Σ ridge θ² it predicts."""
    gradient = normal.gradient + ridge * theta
    matrix = normal.matrix + jnp.diag(ridge + damping)
    delta = -jax.scipy.linalg.cho_solve(jax.scipy.linalg.cho_factor(matrix), gradient)
    return delta, delta @ (damping * delta - gradient)


@eqx.filter_jit
def updated(
    evidence: Evidence, normal: Normal, theta: Array, squares: Array, count: float, damping: Array | float
) -> tuple[Evidence, Array]:
    """The evidence after one step of MacKay's fixed-point iteration, and the number of well-determined parameters.

    γ_g = p_g − tr_g (a + λ)(JᵀJ + a + λ)⁻¹ with a = α/β and the damping λ: Σγ stays below N also with fewer residuals
    than parameters. α_g = γ_g/|θ_g|², β = (N − Σγ)/Σr².
    """
    groups = evidence.ratio.shape[0]
    matrix = normal.matrix + jnp.diag(evidence.ridge + damping)
    variances = _diagonal_of_inverse(jnp.linalg.cholesky(matrix))
    gamma = jax.ops.segment_sum(1 - (evidence.ridge + damping) * variances, evidence.group, groups)
    gamma = jnp.maximum(gamma, 1e-9)  # above 0, and so small that a parameter that was switched off comes back
    noise = squares / jnp.maximum(count - gamma.sum(), 1e-9 * count)
    sizes = jax.ops.segment_sum(theta**2, evidence.group, groups)
    scale = jnp.mean(jnp.diagonal(normal.matrix))
    ratio = jnp.minimum(gamma * noise / jnp.maximum(sizes, 1e-300), 1e6 * scale)
    ratio = jnp.where(ratio < 1e-15 * scale, 0.0, ratio)  # below rounding: no penalty rather than a wrong one
    ratio = jnp.where(jnp.isfinite(ratio), ratio, evidence.ratio)
    return Evidence(evidence.group, ratio), gamma.sum()


def _diagonal_of_inverse(factor: Float[Array, "p p"]) -> Float[Array, " p"]:
    """The diagonal of (L Lᵀ)⁻¹: the sums of squares of the columns of L⁻¹, a few at a time."""
    size = len(factor)
    edges = np.linspace(0, size, (_COLUMNS if size > _SMALL else 1) + 1).astype(int)
    columns = [
        jax.scipy.linalg.solve_triangular(factor[a:, a:], jnp.eye(size - a, b - a), lower=True)
        for a, b in pairwise(edges)
    ]
    return jnp.concatenate([jnp.sum(part**2, axis=0) for part in columns])
