"""Finite groups whose matrices are orthogonal in another basis alone, as those of crystals are in a lattice basis."""

import warnings
from functools import lru_cache

import numpy as np

from scalaremlp._outside import outside

_TOLERANCE = 1e-9  # of a power that is 1
_SKEW = 1e-6  # what is no rounding of an orthogonal matrix
_LONGEST_CYCLE = 64
_LARGEST = 1e9  # entry of a power: that of an element of finite order does not grow
_SWEEPS = 200


class BasisWarning(UserWarning):
    """The matrices of a finite group are orthogonal in another basis than the one that they are given in."""


def warn_of_lattice(lie_algebra: np.ndarray, generators: np.ndarray) -> None:
    """Warn, once in a process for each group, if it is finite and orthogonal in another basis than this."""
    if not len(lie_algebra):
        _warn_once(generators.shape, generators.dtype.str, generators.tobytes())


def in_other_basis(generators: np.ndarray) -> int | None:
    """Which generator is not orthogonal (unitary), if all of them are so in one other basis; None otherwise.

    A group of matrices is orthogonal in some basis if it keeps a positive form M, gᵀMg = M. Means over the powers of
    each generator in turn go to such a form, if there is one: they are von Neumann's alternating projections.

    >>> sixfold, shear = np.array([[1.0, -1.0], [1.0, 0.0]]), np.array([[1.0, 1.0], [0.0, 1.0]])
    >>> in_other_basis(sixfold[None]), in_other_basis(shear[None]), in_other_basis(-np.eye(2)[None])
    (0, None, None)
    """
    eye = np.eye(generators.shape[-1])
    skew = [float(np.abs(h.conj().T @ h - eye).max()) for h in generators]
    if max(skew, default=0.0) <= _SKEW:
        return None
    cycles = [_cycle(h) for h in generators]
    if any(cycle is None for cycle in cycles):
        return None
    form = eye.astype(generators.dtype)
    for _ in range(_SWEEPS):
        for powers in cycles:
            form = np.mean([h.conj().T @ form @ h for h in powers], axis=0)  # type: ignore[union-attr]
        form /= np.abs(form).max()
        if all(np.abs(h.conj().T @ form @ h - form).max() <= _TOLERANCE for h in generators):
            return int(np.argmax(np.array(skew) > _SKEW))
    return None


@lru_cache(maxsize=256)
def _warn_once(shape: tuple[int, ...], dtype: str, data: bytes) -> None:
    generators = np.frombuffer(data, dtype).reshape(shape)
    if (index := in_other_basis(generators)) is not None:
        warnings.warn(
            "The matrices of a finite group are orthogonal in an orthonormal basis. Got generators"
            f"[{index}] = {generators[index].tolist()}, orthogonal in another basis, such as a lattice's. Leave it for "
            "inputs in coordinates of that lattice; for Cartesian ones conjugate it, L.T @ W @ np.linalg.inv(L.T) with "
            "the lattice vectors as rows of L.",
            BasisWarning,
            stacklevel=outside(),
        )


def _cycle(element: np.ndarray) -> list[np.ndarray] | None:
    """All powers of a matrix of finite order; None if the order is larger than 64."""
    powers = [np.eye(len(element))]
    while len(powers) <= _LONGEST_CYCLE:
        following = powers[-1] @ element
        if np.abs(following - powers[0]).max() <= _TOLERANCE:
            return powers
        if np.abs(following).max() > _LARGEST:
            return None
        powers.append(following)
    return None
