"""Group elements and a table of representations."""

from functools import cache

import numpy as np
import pytest
from scipy.linalg import expm

from scalaremlp.groups import GL, SO, SU, Group, Lorentz, O, S, Sp, U, Z
from scalaremlp.reps import Alt, Rep, Scalar, Sym, Sym0, Symmetric, T, V


@cache
def element(group: Group, seed: int = 0) -> np.ndarray:
    """A random element, from the Lie algebra and the generators, in NumPy alone."""
    rng = np.random.default_rng(seed)
    g = np.eye(group.dim)
    for _ in range(2):
        g = g @ expm(np.tensordot(rng.uniform(-0.4, 0.4, len(group.lie_algebra)), group.lie_algebra, 1))
        for h in rng.permutation(group.generators)[: rng.integers(0, 3)]:
            g = g @ h
    return g


@cache
def direction(group: Group, seed: int = 0) -> np.ndarray:
    """A random element of the Lie algebra, in NumPy alone."""
    weights = np.random.default_rng(seed).normal(size=len(group.lie_algebra))
    return np.tensordot(weights, group.lie_algebra, 1)


BOUND: tuple[Rep, ...] = (
    V(O(3)),
    Scalar(O(3)),
    T(2, 1)(Lorentz()),
    V.T(GL(2)),
    (5 * T(0) + 5 * T(1))(O(3)),
    (5 * V * (2 + V))(S(3)),
    ((V + V.T) >> (2 + V.T))(GL(2)),
    (T(1, 1) + 2 * T(0, 1))(Sp(1)),
    (2 * V + V.T * V)(SU(2)),
    (V * V.conj() + 1)(U(2)),
    (V.conj().T + V * V)(SU(2) * O(1, 1)),
    V(SO(2) * S(2)).T,
    2 * V(Z(3)) * V(S(4)) + V(O(3)) ** 2,
    (V(GL(2)) + 1) >> (2 * V(U(2))),
    T(0)(U(2)) * V(O(2)),
    0 * V(O(3)),
    (2 * Sym(2) + Alt(2) + T(1))(O(3)),
    (Sym0(2) >> Alt(2) + Sym(2).T)(Lorentz()),
    (Sym(3) * V.T + Alt(2).T)(GL(2)),
    (Sym(2).conj() + Alt(2) * (1 + V))(SU(2)),
    (Symmetric(T(4), "ijkl=jikl=klij") + 2 * Sym0(3) * V)(O(3)),
    (Alt(3) + Alt(2) * V)(O(1, 1)),
)


def elements(rep: Rep, seed: int = 0) -> dict[Group, np.ndarray]:
    """A random element of every group of a representation."""
    return {group: element(group, seed) for group in rep.groups}


def directions(rep: Rep, seed: int = 0) -> dict[Group, np.ndarray]:
    """A random element of the Lie algebra of every group of a representation."""
    return {group: direction(group, seed) for group in rep.groups}


@pytest.fixture(params=BOUND, ids=str)
def rep(request):
    """Every representation of the table in turn."""
    return request.param
