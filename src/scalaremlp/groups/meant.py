"""Which unitary matrix a rounded one was meant to be: the nearest, and one of finite order where that is near."""

from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from ._base import Group, read_only
from .digits import determinant, fractions

_EXACT = 1e-13  # of a matrix that is unitary, in relation to its size
_NEAR = 1.2e-3  # of a matrix that was meant to be unitary, times its size; and of an angle, in radians
_SAME = 1e-12  # of an angle that needs no change
_ORDERS = range(1, 13)
_PART = 30.0  # a matrix nearer to 1 than this times its distance from unitary ones is a small boost or shear


class Meant(NamedTuple):
    """The generators of a group as they were probably meant, how uncertain they are, and what was changed, in words."""

    generators: np.ndarray
    uncertainty: float
    remarks: tuple[str, ...]


@lru_cache(maxsize=256)
def meant(group: Group) -> Meant:
    """The generators of a group, with those that are rounded rotations replaced; equivariant bases are those of these.

    A matrix that is unitary to about 10⁻³ is replaced by the nearest one (of the polar decomposition), unless it is
    near 1, as a slow boost is, or fractions of determinant ±1. Angles within 10⁻³ of a fraction of a turn become that
    fraction, except near 0, if the denominator is at most 12 and the entries are no fractions themselves.
    """
    given = group.generators
    if np.array_equal(given, np.round(given)):
        return Meant(given, 0.0, ())
    found = [_meant(h) for h in given]
    name = getattr(group, "name", "") or type(group).__name__
    remarks = tuple(
        f"generators[{index}] of {name} is {remark}: the nearest such matrix was taken for the equivariant basis. Give "
        "it with all digits."
        for index, (_, _, remark) in enumerate(found)
        if remark
    )
    return Meant(read_only(np.array([h for h, _, _ in found])), max(each for _, each, _ in found), remarks)


def _meant(element: np.ndarray) -> tuple[np.ndarray, float, str]:
    """The matrix that was meant, how uncertain it is (0 if it is the one given), and a remark on what was changed."""
    size, given = len(element), fractions(element)
    distance = float(np.linalg.norm(element.conj().T @ element - np.eye(size), 2))
    exact = distance <= _EXACT * size
    if not exact and (distance > _NEAR * size or _deliberate(element, given, distance)):
        return element, 0.0, ""
    if exact and given is not None and _orthogonal(given):
        return element, 0.0, ""
    import scipy.linalg  # of rounded generators alone

    nearest = element if exact else scipy.linalg.polar(element)[0]
    found, moved, order = _of_finite_order(nearest, max(_NEAR, distance), exact)
    word = "unitary" if np.iscomplexobj(element) else "orthogonal"
    remarks = [] if exact else [f"{word} to {distance:.1g} only"]
    remarks += [f"of order {order} to {moved:.1g} only"] if moved else []
    return found, max(0.0 if exact else distance, moved), " and ".join(remarks)


def _deliberate(element: np.ndarray, given: list[list[Fraction]] | None, distance: float) -> bool:
    """Whether a matrix that is nearly unitary was hardly meant to be so."""
    near_one = bool(np.linalg.norm(element - np.eye(len(element)), 2) <= _PART * distance)
    return near_one or (given is not None and abs(determinant(given)) == 1)


def _orthogonal(rows: list[list[Fraction]]) -> bool:
    columns = list(zip(*rows, strict=True))
    return all(
        sum(a * b for a, b in zip(left, right, strict=True)) == (i == j)
        for i, left in enumerate(columns)
        for j, right in enumerate(columns)
    )


def _of_finite_order(unitary: np.ndarray, near: float, exact: bool) -> tuple[np.ndarray, float, int]:
    """The unitary matrix with angles that are fractions of a turn where near, how far they moved, and its order."""
    import scipy.linalg

    triangular, vectors = scipy.linalg.schur(unitary.astype(complex), output="complex")
    angles = np.angle(np.diag(triangular))
    changed, orders = angles.copy(), []
    for index, angle in enumerate(angles):
        for order in _ORDERS:
            fraction = 2 * np.pi * round(angle * order / (2 * np.pi)) / order
            if abs(angle - fraction) <= near:
                if order > 1 or not exact:
                    changed[index] = fraction
                    orders.append(order)
                break
    moved = float(abs(changed - angles).max())
    if moved <= _SAME:
        return unitary, 0.0, 0
    found = (vectors * np.exp(1j * changed)) @ vectors.conj().T
    found = found if np.iscomplexobj(unitary) else found.real
    whole = np.round(found)
    return np.where(abs(found - whole) < 1e-14, whole, found), moved, int(np.lcm.reduce(orders))
