"""Whether coefficients that are polynomials of the scalars could be all there is to a law."""

import numpy as np
from jaxtyping import Float, Int
from scipy.linalg import cho_factor, cho_solve

from ..._copies import apart
from ...scalars import monomial_rows
from .._coefficients import polynomial_degree

_ENOUGH = 3  # equations for each coefficient, to tell
_LEFT_OUT = 10  # one sample of so many is not fitted to
_RIDGE = 1e-14  # of the largest: monomials can depend on each other
_REFINEMENTS = 10


def left_by_polynomials(
    scalars: Float[np.ndarray, "n scalars"],
    tensors: Float[np.ndarray, "n covariants m"],
    outputs: Float[np.ndarray, "n m"],
    coefficients: int,
    copies: Int[np.ndarray, " n"],
) -> float:
    """The share Σ|y − Σ_c p_c(s) t_c|²/Σ|y|² that the best polynomials leave; 1 if the samples do not determine them.

    It is that of samples which the polynomials were not fitted to: more equations than coefficients may still leave
    these open, where the tensors do not span the outputs or samples are copies. Of a scalar output y is about its mean,
    which the polynomials contain: an offset tells nothing.

    Args:
        scalars: standardised.
        tensors: the covariants.
        outputs: the values.
        coefficients: of the whole model, by which it chooses the degree of its polynomials, 2 or 1.
        copies: a number for each sample, the same for copies.
    """
    n, covariants, m = tensors.shape
    degree = polynomial_degree(scalars.shape[1], coefficients, 0)
    rows = monomial_rows(scalars.shape[1], degree)
    count = covariants * (1 + sum(len(part) for part in rows))
    span = int(np.linalg.matrix_rank(tensors[0]))  # equations that a sample has
    if n * span <= count:
        return 1.0
    if m == 1 and (tensors == tensors[:1]).all(axis=(0, 2)).any():
        outputs = outputs - outputs.mean(axis=0)
    order = np.random.default_rng(0).permutation(n)
    out = apart(copies, order, -(-n // _LEFT_OUT))[: int(_ENOUGH * count / span) + 1]
    seen = order[~np.isin(copies[order], copies[out])] if len(out) < n else order[:0]
    few = seen[: int(_ENOUGH * count / span) + 1]
    if len(few) * span <= count:
        return 1.0

    def design_of(chosen: np.ndarray) -> np.ndarray:
        monomials = [np.ones((len(chosen), 1)), *(np.prod(scalars[chosen][:, part], axis=2) for part in rows)]
        return np.einsum("ncm,nk->nmck", tensors[chosen], np.concatenate(monomials, axis=1)).reshape(-1, count)

    design, y, others = design_of(few), outputs[few].ravel(), outputs[out].ravel()
    sizes = np.linalg.norm(design, axis=0) + np.finfo(float).tiny
    design /= sizes
    solution = _solved(design, y)
    if solution is None:
        return 0.0
    left = others - (design_of(out) / sizes) @ solution
    return float(np.sum(left**2) / max(np.sum(others**2), np.finfo(float).tiny))


def _solved(
    design: Float[np.ndarray, "rows count"], y: Float[np.ndarray, " rows"]
) -> Float[np.ndarray, " count"] | None:
    """The least |design w − y|², with a ridge that is taken off again by solves for what is left, while these help."""
    count = design.shape[1]
    normal = design.T @ design
    normal.flat[:: count + 1] += _RIDGE * count
    try:
        factor = cho_factor(normal, overwrite_a=True)
    except np.linalg.LinAlgError:
        return None
    solution, least = np.zeros(count), np.inf
    for _ in range(_REFINEMENTS):
        trial = solution + cho_solve(factor, design.T @ (y - design @ solution))
        left = float(np.sum((y - design @ trial) ** 2))
        if not left < 0.5 * least:
            break
        solution, least = trial, left
    return solution
