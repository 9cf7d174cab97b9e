"""Invariants of any group on a word, as a null space: narrowed by eigenvectors, then by singular value decompositions.

x is invariant iff dρ(A) x = 0 and (ρ(h) - 1) x = 0 for all A and h that generate the group: Finzi, Welling and Wilson,
arXiv:2104.09459, theorem 1.
"""

import math
from collections.abc import Sequence

import numpy as np
from jaxtyping import Complex, Inexact

from scalaremlp.groups import Group

from ._budget import require
from ._constraints import Condition, Constraint, Undecided, Word, bound, constraints, name_of, uncertainty

_TOLERANCE = 1e-10  # relative to the scale of each constraint
_GAP = 3.0  # what is moved by more than rounding explains is moved by more than this times as much
_NEAR = 1e-6  # of sums and products of eigenvalues: columns too many do no harm
_MANY = 100  # columns, from which on it pays to start with a part of the rows
_CONDITION = 1e3  # of eigenvectors; worse ones are not used


def columns(group: Group, word: Word, complex_: bool, max_bytes: int) -> Inexact[np.ndarray, "size rank"]:
    """Orthonormal invariants of a word.

    A tensor product of eigenvectors of one element is an eigenvector. Those with eigenvalue 0 (1 for a discrete
    element) are few, and span all that this element leaves as it is; with them the search starts. The other constraints
    narrow it one by one. The result is put into a form that depends on the space alone: see `canonical`.
    """
    conditions, noise = list(constraints(group, word)), 2 * len(word) * uncertainty(group)
    size = math.prod(leaf.dimension for leaf in word)
    found = start(conditions, size, max_bytes, noise)
    try:
        for condition in conditions:
            found = narrowed(found, condition, noise)
    except Undecided:
        raise ValueError(
            f"The invariants of {name_of(group)} must not depend on digits that are not given. Those of a tensor with "
            f"{len(word)} indices do: its generators are unitary to {uncertainty(group):.1g} only. Give them with all "
            "digits."
        ) from None
    return canonical(found if complex_ else real(found))


def start(conditions: Sequence[Constraint], size: int, max_bytes: int, noise: float) -> Inexact[np.ndarray, "size k"]:
    """Orthonormal columns among whose combinations all invariants are."""
    require(64 * size, max_bytes, f"A tensor with {size} components", "Split the type")
    best, chosen = None, np.arange(size)
    for condition in conditions:
        bases = [_eigenvectors(matrix) for matrix in condition.matrices]
        if any(vectors is None for _, vectors in bases):
            continue
        kept = np.flatnonzero(_near_invariant(condition, [values for values, _ in bases], noise))
        if len(kept) < len(chosen):
            best, chosen = [vectors for _, vectors in bases], kept
        if len(conditions) > 8 and len(chosen) < size / 8:
            break
    itemsize = 8 if best is None and all(np.isrealobj(m) for c in conditions for m in c.matrices) else 16
    what = f"The null space of matrices of shape {(size, len(chosen))}"
    require(5 * itemsize * size * len(chosen), max_bytes, what, "Split the type")
    if best is None:
        return np.eye(size, dtype=float if itemsize == 8 else complex)
    found = products([vectors for vectors in best if vectors is not None], chosen)
    normal = all(np.allclose(v.conj().T @ v, np.eye(len(v)), atol=1e-13) for v in best if v is not None)
    return found if normal else np.linalg.qr(found)[0]


def _eigenvectors(matrix: np.ndarray) -> tuple[np.ndarray, Complex[np.ndarray, "n n"] | None]:
    """Eigenvalues and eigenvectors: orthonormal ones of a normal matrix, none when they are nearly dependent."""
    scale = bound(matrix)
    for sign in (1, 1j):
        if abs(sign * matrix - (sign * matrix).conj().T).max(initial=0) <= 1e-14 * scale:
            values, vectors = np.linalg.eigh(sign * matrix)
            return values / sign, vectors.astype(complex)
    values, vectors = np.linalg.eig(matrix)
    vectors = vectors.astype(complex)
    commutator = matrix @ matrix.conj().T - matrix.conj().T @ matrix
    if abs(commutator).max(initial=0) <= 1e-13 * scale**2:
        return values, np.linalg.qr(vectors)[0]
    return values, vectors if np.linalg.cond(vectors) < _CONDITION else None


def _near_invariant(condition: Constraint, eigenvalues: list[np.ndarray], noise: float) -> np.ndarray:
    """Whether each product of eigenvectors may be invariant, by its eigenvalue."""
    total = np.zeros(1, complex) if condition.infinitesimal else np.ones(1, complex)
    combine = np.add.outer if condition.infinitesimal else np.multiply.outer
    for values in eigenvalues:
        total = combine(total, values).ravel()
    return abs(total if condition.infinitesimal else total - 1) <= max(_NEAR * condition.scale, 10 * noise)


def products(bases: list[np.ndarray], chosen: np.ndarray) -> Complex[np.ndarray, "size k"]:
    """The products of basis vectors with these numbers, in row-major order."""
    numbers = np.unravel_index(chosen, [len(basis) for basis in bases])
    found = np.ones((1, len(chosen)), complex)
    for basis, which in zip(bases, numbers, strict=True):
        found = (found[:, None, :] * basis[None, :, which]).reshape(len(found) * len(basis), len(chosen))
    return found


def narrowed(found: np.ndarray, condition: Condition, noise: float) -> np.ndarray:
    """The combinations of the columns that obey one more condition.

    Of a tall matrix a part of the rows, picked at random but always the same, leaves few columns to try the others on.

    Raises:
        Undecided: if the matrices are rounded so that `noise` is left of 0, and something has about that size.
    """
    tolerance = max(_TOLERANCE * condition.scale, noise)
    residual = condition.apply(found)
    if np.linalg.norm(residual) <= tolerance:
        return found
    size, count = found.shape
    if count > _MANY and size > 3 * count and not noise:
        rows = np.random.default_rng(0).permutation(size)[: 2 * count]
        found = found @ _null_space(residual[rows], tolerance)
        residual = condition.apply(found)
    return found @ _null_space(residual, tolerance, noise > 0)


def _null_space(matrix: np.ndarray, tolerance: float, rounded: bool = False) -> np.ndarray:
    """Orthonormal columns that span the null space of a matrix with no fewer rows than columns."""
    if len(matrix) > 2 * matrix.shape[1]:
        matrix = np.asarray(np.linalg.qr(matrix, mode="r"))
    _, singular, rows = np.linalg.svd(matrix, full_matrices=False)
    if rounded and ((singular > tolerance) & (singular < _GAP * tolerance)).any():
        raise Undecided
    return rows[int((singular > tolerance).sum()) :].conj().T


def real(found: np.ndarray) -> np.ndarray:
    """Real orthonormal columns with the span of complex ones, in which their conjugates are too.

    Of [Re, Im] half the singular values are then 1, the others 0.
    """
    if np.isrealobj(found):
        return found
    left, singular, _ = np.linalg.svd(np.concatenate([found.real, found.imag], 1), full_matrices=False)
    return left[:, singular > 0.5]


def canonical(found: np.ndarray) -> np.ndarray:
    """The orthonormal columns with the same span that are lower triangular in the rows picked by pivoting.

    They depend on the span alone, not on how it was found: row i is picked when its part that is orthogonal to the rows
    picked before is, among all, within a factor 2 of the largest, and is the first such row.
    """
    _, directions = picked(found)
    return found @ directions.T if len(directions) else found


def picked(found: np.ndarray) -> tuple[list[int], np.ndarray]:
    """The rows that `canonical` picks of orthonormal columns, and the combinations of columns that they stand for."""
    rows, directions, picks = found, list[np.ndarray](), list[int]()
    for _ in range(found.shape[1]):
        lengths = np.sum(abs(rows) ** 2, axis=1)
        pick = int(np.argmax(lengths >= lengths.max() / 4))
        direction = rows[pick].conj() / np.sqrt(lengths[pick])
        for _ in range(2 if directions else 0):  # twice is enough
            previous = np.array(directions)
            direction = direction - (previous.conj() @ direction) @ previous
        direction = direction / np.linalg.norm(direction)
        directions.append(direction)
        picks.append(pick)
        rows = rows - (rows @ direction)[:, None] * direction.conj()
    return picks, np.array(directions)
