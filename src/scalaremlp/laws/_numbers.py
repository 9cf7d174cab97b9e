"""Simple numbers: fractions of small numbers, times a power of π or a root."""

from fractions import Fraction
from functools import cache
from math import gcd, pi, sqrt
from typing import NamedTuple

import numpy as np

_CLOSE = 1e-9
_MOST = 40


class Simple(NamedTuple):
    """The number `fraction · π^pi · √root`."""

    fraction: Fraction
    pi: Fraction | int = 0
    root: int = 1

    def __float__(self) -> float:
        return float(self.fraction) * pi ** float(self.pi) * sqrt(self.root)


@cache
def _table() -> tuple[np.ndarray, tuple[Simple, ...]]:
    """All of them by size, those of small numbers first where two are equal."""
    fractions = [Fraction(p, q) for q in range(1, _MOST + 1) for p in range(1, _MOST + 1) if gcd(p, q) == 1]
    fractions += [Fraction(p) for p in range(_MOST + 1, 201)] + [Fraction(p, 100) for p in range(1, 100)]
    half = Fraction(1, 2)
    kinds = ((0, 1), (1, 1), (-1, 1), (2, 1), (-2, 1), (0, 2), (0, 3), (half, 1), (-half, 1), (half, 2), (-half, 2))
    found = [Simple(f, *kind) for kind in kinds for f in dict.fromkeys(fractions)]
    sizes = np.array([float(each) for each in found])
    order = np.argsort(sizes, kind="stable")
    return sizes[order], tuple(found[i] for i in order)


def simple(value: float, close: float = _CLOSE) -> Simple | None:
    """The simple number that a value is, to so many digits; `None` if there is none.

    >>> simple(-0.0795774715459), simple(2.0000000000001), simple(0.123456)
    (Simple(fraction=Fraction(-1, 4), pi=-1, root=1), Simple(fraction=Fraction(2, 1), pi=0, root=1), None)
    """
    sizes, numbers = _table()
    if value == 0 or not np.isfinite(value):
        return None
    low, high = np.searchsorted(sizes, [abs(value) * (1 - close), abs(value) * (1 + close)])
    near = [numbers[i] for i in range(low, high)]
    if not near:
        return None
    best = min(
        near, key=lambda n: n.fraction.numerator + n.fraction.denominator + 6 * abs(float(n.pi)) + 4 * (n.root > 1)
    )
    return best if value > 0 else best._replace(fraction=-best.fraction)


def snapped(value: float) -> float:
    """The simple number that a value is to nine digits, or the value."""
    found = simple(value)
    return value if found is None else float(found)
