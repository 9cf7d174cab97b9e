"""Means over the conjugacy classes of compact groups, by the trapezoidal rule on their angles (Weyl's integration).

The rule is exact for trigonometric polynomials of a lower degree than it has points.
"""

from collections.abc import Callable
from itertools import product
from typing import NamedTuple

import numpy as np

from scalaremlp.contractions.tensor import Tensor

from .oracle import acts

Angles = tuple[float, ...]


class Classes(NamedTuple):
    """Conjugacy classes of one component: a representative and the density at some angles, and its share."""

    angles: int
    element: Callable[[Angles], np.ndarray]
    density: Callable[[Angles], float]
    share: float = 1.0


def turn(angle: float) -> np.ndarray:
    return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])


def blocks(*parts: np.ndarray | float) -> np.ndarray:
    """A block diagonal matrix."""
    matrices = [np.atleast_2d(part) for part in parts]
    total = np.zeros((sum(map(len, matrices)),) * 2, np.result_type(*matrices))
    at = 0
    for matrix in matrices:
        total[at : at + len(matrix), at : at + len(matrix)] = matrix
        at += len(matrix)
    return total


def phases(*angles: float) -> np.ndarray:
    return np.diag(np.exp(1j * np.array(angles)))


def far(*angles: float) -> float:
    """Π |e^(iα) − e^(iβ)|² over pairs."""
    return float(np.prod([abs(np.exp(1j * a) - np.exp(1j * b)) ** 2 for i, a in enumerate(angles) for b in angles[:i]]))


def _plane(a: Angles) -> float:
    return 1.0


def _space(a: Angles) -> float:
    return 1 - np.cos(a[0])


def _sphere(a: Angles) -> float:
    return 2 * np.sin(a[0]) ** 2


CIRCLE = Classes(1, lambda a: turn(a[0]), _plane)
SPACE = Classes(1, lambda a: blocks(1.0, turn(a[0])), _space)
FOUR = Classes(2, lambda a: blocks(turn(a[0]), turn(a[1])), lambda a: (np.cos(a[0]) - np.cos(a[1])) ** 2)


def _half(classes: Classes, reflected: Classes) -> list[Classes]:
    return [classes._replace(share=0.5), reflected._replace(share=0.5)]


COMPACT: dict[str, list[Classes]] = {
    "SO(2)": [CIRCLE],
    "O(2)": _half(CIRCLE, Classes(0, lambda a: np.diag([1.0, -1.0]), _plane)),
    "SO(3)": [SPACE],
    "O(3)": _half(SPACE, SPACE._replace(element=lambda a: -SPACE.element(a))),
    "SO(4)": [FOUR],
    "O(4)": _half(FOUR, Classes(1, lambda a: blocks(1.0, -1.0, turn(a[0])), _sphere)),
    "SU(2)": [Classes(1, lambda a: phases(a[0], -a[0]), lambda a: far(a[0], -a[0]) / 2)],
    "SU(3)": [Classes(2, lambda a: phases(a[0], a[1], -a[0] - a[1]), lambda a: far(a[0], a[1], -a[0] - a[1]) / 6)],
    "U(2)": [Classes(2, lambda a: phases(*a), lambda a: far(*a) / 2)],
    "Sp(2)": [
        Classes(
            2,
            lambda a: phases(a[0], a[1], -a[0], -a[1]),
            lambda a: 2 * (np.cos(a[0]) - np.cos(a[1])) ** 2 * _sphere(a) * _sphere(a[1:]),
        )
    ],
    "O2eR3": _half(
        Classes(1, lambda a: blocks(turn(a[0]), 1.0), _plane), Classes(0, lambda a: np.diag([1.0, -1.0, 1.0]), _plane)
    ),
}
"""The compact group that has the invariants of each; of Lorentz groups O(4), of GL U."""


def mean_character(compact: str, tensors: tuple[Tensor, ...], degrees: tuple[int, ...]) -> float:
    """The mean of the character of the polynomials of a multidegree: how many are invariant."""
    total, points = 0.0, 6 + sum(tensor.rank * degree for tensor, degree in zip(tensors, degrees, strict=True))
    pairs = list(zip(tensors, degrees, strict=True))
    for classes in COMPACT[compact]:
        angles = 2 * np.pi * np.arange(points) / points
        values = [
            classes.density(at) * np.prod([_character(t, k, classes.element(at)) for t, k in pairs])
            for at in product(angles, repeat=classes.angles)
        ]
        total += classes.share * np.mean(values).real
    return float(total)


def _character(tensor: Tensor, degree: int, element: np.ndarray) -> complex:
    """The trace on polynomials of a degree: a h_a = Σ_j p_j h_(a−j) in traces p_j of powers."""
    eigenvalues = np.linalg.eigvals(acts(tensor, element))
    found = [1.0 + 0j]
    for a in range(1, degree + 1):
        found.append(sum(np.sum(eigenvalues**j) * found[a - j] for j in range(1, a + 1)) / a)
    return found[degree]
