"""The invariant subspace of a representation as a null space: the plain form, which faster ones are checked against."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from ._linear_map import LinearMap

if TYPE_CHECKING:
    from ._rep import Rep

_TOLERANCE = 1e-10  # relative to the scale of each constraint


def basis(rep: "Rep", limit: int) -> LinearMap:
    """See `Rep.equivariant_basis`.

    x is invariant iff dρ(A) x = 0 and (ρ(h) - 1) x = 0 for all A and h that generate the groups: Finzi, Welling and
    Wilson, arXiv:2104.09459, theorem 1. The null spaces are intersected one by one, each within the last, so that only
    matrices of `size` rows are ever held. A generic element of each Lie algebra comes first and leaves few columns.
    """
    if rep.size > limit:
        raise ValueError(
            f"A dense equivariant basis is limited to size {limit}. Got size {rep.size} for {rep}. "
            f"Raise the limit by equivariant_basis(limit={rep.size}) if there is memory for it, or split the type."
        )
    columns = np.eye(rep.size, dtype=complex if rep.field == "complex" else float)
    for constraint, scale in _constraints(rep):
        columns = columns @ _null_space(constraint @ columns, _TOLERANCE * scale)
    columns.flags.writeable = False
    return LinearMap(columns)


def _constraints(rep: "Rep") -> Iterator[tuple[np.ndarray, float]]:
    """The matrices that annihilate invariants, each with the scale that its rounding errors are relative to."""
    for group in rep.groups:
        generic = np.tensordot(np.cos(np.arange(len(group.lie_algebra)) + 1.0), group.lie_algebra, 1)
        for a in (generic, *group.lie_algebra):
            matrix = _double(rep, rep.drho({group: a}))
            yield matrix, max(_bound(a), _bound(matrix))
        for h in group.generators:
            matrix = _double(rep, rep.rho({group: h}))
            yield matrix - np.eye(rep.size), _bound(matrix)


def _double(rep: "Rep", matrix: Any) -> np.ndarray:
    if matrix.dtype not in (np.float64, np.complex128):
        raise ValueError(
            f"An equivariant basis is computed in float64. Got {matrix.dtype} from an action in {rep}, which uses JAX. "
            "Call scalaremlp.enable_x64() first."
        )
    return np.asarray(matrix)


def _bound(matrix: np.ndarray) -> float:
    """An upper bound of the largest singular value that costs no decomposition: √(‖M‖₁ ‖M‖∞)."""
    absolute = np.abs(matrix)
    return float(np.sqrt(absolute.sum(0).max(initial=0) * absolute.sum(1).max(initial=0)))


def _null_space(matrix: np.ndarray, tolerance: float) -> np.ndarray:
    """Orthonormal columns that span the null space of a matrix with no fewer rows than columns."""
    _, singular, rows = np.linalg.svd(matrix, full_matrices=False)
    return rows[int((singular > tolerance).sum()) :].conj().T
