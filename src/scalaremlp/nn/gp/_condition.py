"""What the samples say of the coefficients under a covariance, in few well-chosen functions."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.linalg import solve_triangular

from ._anova import Anova
from ._evidence import Found, Samples

_RESOLVED = 1e-12  # of the variance: what is left when no more samples are chosen
_SEEN = 1e-11  # of the largest: functions of less variance would show rounding rather than a law
_MOST = 1500  # functions of all covariants together
_LEAST_LEFT_OUT = 1e-5  # noise with which errors of left-out samples are taken: with less they are rounding


@dataclass(frozen=True)
class Centres:
    """The samples from which a covariant's coefficient is made, and how.

    Attributes:
        chosen: their positions among the samples.
        values: functions, orthonormal under the covariance, at all samples.
        weights: each function as a combination of k(s, chosen).
    """

    chosen: Int[np.ndarray, " centres"]
    values: Float[np.ndarray, "n functions"]
    weights: Float[np.ndarray, "centres functions"]


@dataclass(frozen=True)
class Conditioned:
    """What the outputs say under a covariance.

    Attributes:
        centres: for each covariant the positions of some samples.
        weights: for each β, by which its coefficient is Σ_n k_c(s, s_n) β(n) over these.
        left_out: what each sample would have been predicted wrong by, had it been left out.
        determined: how many numbers the samples determine, tr K (K + σ²)⁻¹.
        log_evidence: −N/2 ln(yᵀ C⁻¹ y) − ½ ln det C with C = 1 + K/σ² and the N numbers y of the outputs.
    """

    centres: list[Int[np.ndarray, "_"]]  # of a length of its own for each
    weights: list[Float[np.ndarray, "_"]]
    left_out: Float[np.ndarray, "n m"]
    determined: float
    log_evidence: float = float("nan")


def condition(found: Found, samples: Samples) -> Conditioned:
    """The coefficients given all samples, as combinations of k_c(s, s_n) at those samples that tell the most.

    A pivoted Cholesky factorisation chooses samples until what is left of the variance is below 1e-11 of it. So the
    weights stay small, and with them the rounding errors of a prediction.

    Source:
        Rasmussen and Williams, *Gaussian Processes for Machine Learning* (2006), section 8.3.1 and equation 5.12;
        Fine and Scheinberg, JMLR 2, 243 (2001).
    """
    n, covariants, m = samples.tensors.shape
    most = max(_MOST // max(covariants, 1), 50)
    every = [_centres(found.anova, c, samples, most) for c in range(covariants)]
    tensors = samples.tensors.transpose(1, 2, 0)[..., None]
    parts = [(t * each.values).reshape(m * n, -1) for t, each in zip(tensors, every, strict=True)]
    design = np.concatenate(parts, axis=1)
    outputs = samples.outputs.T.ravel()
    solution, hat, log_determinant = _ridge(design, outputs, found.noise)
    explained = outputs @ (outputs - design @ solution)
    evidence = -0.5 * (len(outputs) * float(np.log(max(explained, np.finfo(float).tiny))) + log_determinant)
    left_out = _left_out(design, outputs, max(found.noise, _LEAST_LEFT_OUT), (m, n), samples.copies)
    own = np.split(solution, np.cumsum([each.values.shape[1] for each in every])[:-1])
    weights = [each.weights @ part for each, part in zip(every, own, strict=True)]
    return Conditioned([each.chosen for each in every], weights, left_out, float(np.sum(hat**2)), evidence)


def _ridge(
    design: Float[np.ndarray, "rows functions"], outputs: Float[np.ndarray, " rows"], noise: float
) -> tuple[Float[np.ndarray, " functions"], Float[np.ndarray, "rows functions"], float]:
    """w of least |design w − outputs|² + noise² |w|², Q with the hat matrix H = Q Qᵀ, and −ln det (1 − H).

    By Householder's reflections rather than the normal equations, which would lose half of the digits.
    """
    size = design.shape[1]
    orthonormal, upper = np.linalg.qr(np.concatenate([design, noise * np.eye(size)]))
    log_determinant = 2 * float(np.sum(np.log(np.abs(np.diagonal(upper)) / noise)))
    own = orthonormal[: len(design)]
    return solve_triangular(upper, own.T @ outputs), own, log_determinant


def _left_out(
    design: Float[np.ndarray, "rows functions"],
    outputs: Float[np.ndarray, " rows"],
    noise: float,
    shape: tuple[int, int],
    copies: Int[np.ndarray, " n"],
) -> Float[np.ndarray, "n m"]:
    """What each sample would be predicted wrong by without it and its copies: (1 − H)⁻¹ r of their components."""
    m, n = shape
    solution, hat, _ = _ridge(design, outputs, noise)
    residuals = (outputs - design @ solution).reshape(m, n)
    hat, errors, sizes = hat.reshape(m, n, -1), np.empty((n, m)), np.bincount(copies)
    for size in np.unique(sizes[sizes > 0]).tolist():
        order = np.argsort(copies, kind="stable")
        rows = order[sizes[copies[order]] == size].reshape(-1, size)  # each of some groups of copies
        own = hat[:, rows].transpose(1, 0, 2, 3).reshape(len(rows), m * size, -1)
        left = residuals[:, rows].transpose(1, 0, 2).reshape(len(rows), m * size, 1)
        matrix = (1 + 1e-13) * np.eye(m * size) - own @ own.mT
        found = np.linalg.solve(matrix, left).reshape(len(rows), m, size)
        errors[rows] = found.transpose(0, 2, 1)
    return errors


def _centres(anova: Anova, covariant: int, samples: Samples, most: int) -> Centres:
    """The samples that a pivoted Cholesky factorisation of k_c chooses, and the principal functions of k_c at these."""
    n = len(samples)
    if not anova.counts(covariant) or not samples.tensors[:, covariant].any():
        return Centres(np.zeros(0, dtype=int), np.zeros((n, 0)), np.zeros((0, 0)))
    left = anova.diagonal(covariant, samples.scalars)
    columns, chosen, enough = np.zeros((n, min(most, n))), [], _RESOLVED * left.max()
    for step in range(columns.shape[1]):
        pivot = int(np.argmax(left))
        if not left[pivot] > enough:
            break
        own = anova.between(covariant, samples.scalars, samples.scalars[pivot : pivot + 1])[:, 0]
        columns[:, step] = (own - columns[:, :step] @ columns[pivot, :step]) / np.sqrt(left[pivot])
        left = np.maximum(left - columns[:, step] ** 2, 0.0)
        left[pivot] = 0.0
        chosen.append(pivot)
    between = anova.between(covariant, samples.scalars, samples.scalars[chosen])
    variances, modes = np.linalg.eigh(between[chosen])
    seen = variances > _SEEN * variances[-1]
    weights = modes[:, seen] / np.sqrt(variances[seen])
    return Centres(np.array(chosen, dtype=int), between @ weights, weights)
