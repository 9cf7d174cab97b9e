"""Invariants by brute force: dense matrices of the whole representation, and singular value decompositions."""

import numpy as np

from scalaremlp.reps import Rep

TOLERANCE = 1e-10  # relative to the scale of each constraint


def invariants(rep: Rep) -> np.ndarray:
    """Orthonormal columns that span the common null space of every dρ(A) and ρ(h) − 1."""
    columns = np.eye(rep.size, dtype=complex if rep.field == "complex" else float)
    for group in rep.groups:
        for a in group.lie_algebra:
            matrix = rep.drho({group: a})
            columns = columns @ null_space(matrix @ columns, TOLERANCE * max(bound(a), bound(matrix)))
        for h in group.generators:
            matrix = rep.rho({group: h})
            columns = columns @ null_space(matrix @ columns - columns, TOLERANCE * bound(matrix))
    return columns


def null_space(matrix: np.ndarray, tolerance: float) -> np.ndarray:
    _, singular, rows = np.linalg.svd(matrix, full_matrices=False)
    return rows[int((singular > tolerance).sum()) :].conj().T


def bound(matrix: np.ndarray) -> float:
    """An upper bound of the largest singular value: √(‖M‖₁ ‖M‖∞)."""
    absolute = np.abs(matrix)
    return float(np.sqrt(absolute.sum(0).max(initial=0) * absolute.sum(1).max(initial=0)))
