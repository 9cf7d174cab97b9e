"""Whether coefficients that are polynomials of the scalars could be all there is to a law."""

import numpy as np
from jaxtyping import Float
from scipy.linalg import cho_factor, cho_solve

from ...scalars import monomial_rows
from .._coefficients import polynomial_degree

_ENOUGH = 1.5  # rows for each coefficient, to tell
_RIDGE = 1e-14  # of the largest: monomials can depend on each other


def left_by_polynomials(
    scalars: Float[np.ndarray, "n scalars"],
    tensors: Float[np.ndarray, "n covariants m"],
    outputs: Float[np.ndarray, "n m"],
    coefficients: int,
) -> float:
    """The share Σ|y − Σ_c p_c(s) t_c|²/Σ|y|² that the best polynomials leave; 1 if the samples do not determine them.

    Of a scalar output y is about its mean, which the polynomials contain: an offset tells nothing.

    Args:
        scalars: standardised.
        tensors: the covariants.
        outputs: the values.
        coefficients: of the whole model, by which it chooses the degree of its polynomials, 2 or 1.
    """
    n, covariants, m = tensors.shape
    degree = polynomial_degree(scalars.shape[1], coefficients, 0)
    rows = monomial_rows(scalars.shape[1], degree)
    count = covariants * (1 + sum(len(part) for part in rows))
    if n * m <= count:
        return 1.0
    if m == 1 and (tensors == tensors[:1]).all(axis=(0, 2)).any():
        outputs = outputs - outputs.mean(axis=0)
    few = np.random.default_rng(0).permutation(n)[: int(_ENOUGH * count / m) + 1]
    monomials = [np.ones((len(few), 1)), *(np.prod(scalars[few][:, part], axis=2) for part in rows)]
    design = np.einsum("ncm,nk->nmck", tensors[few], np.concatenate(monomials, axis=1)).reshape(-1, count)
    design /= np.linalg.norm(design, axis=0) + np.finfo(float).tiny
    y = outputs[few].ravel()
    normal = design.T @ design
    normal.flat[:: count + 1] += _RIDGE * count
    try:
        solution = cho_solve(cho_factor(normal, overwrite_a=True), design.T @ y)
    except np.linalg.LinAlgError:
        return 0.0
    return float(np.sum((y - design @ solution) ** 2) / max(np.sum(y**2), np.finfo(float).tiny))
