"""Exterior products by table: determinants and generalised cross products without LU, so smooth at singular points."""

from functools import cache
from itertools import combinations, permutations
from typing import NamedTuple

import numpy as np

from ..contractions.permutations import parity


class WedgeStep(NamedTuple):
    """v₁∧…∧v_k from v₁∧…∧v_(k−1) and v_k: component S is Σ_j sign · previous[S∖j] · v[j]."""

    previous: np.ndarray  # (components, k) positions of S∖j
    vector: np.ndarray  # (components, k) entries j of the new vector
    sign: np.ndarray  # (components, k)


@cache
def wedge_steps(dim: int, count: int) -> tuple[WedgeStep, ...]:
    """The steps that build the exterior product of `count` vectors, one vector at a time."""
    return tuple(_step(dim, k) for k in range(1, count + 1))


def _step(dim: int, k: int) -> WedgeStep:
    position = {subset: i for i, subset in enumerate(combinations(range(dim), k - 1))}
    subsets = list(combinations(range(dim), k))
    previous = [[position[s[:j] + s[j + 1 :]] for j in range(k)] for s in subsets]
    signs = [[(-1) ** (k - 1 - j) for j in range(k)] for _ in subsets]
    return WedgeStep(np.array(previous), np.array(subsets), np.array(signs, dtype=float))


@cache
def hodge(dim: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """How ε contracted with `count` vectors, the other indices open, reads off their exterior product.

    Returns (position, sign), each of shape (dim,)·(dim − count): ε(v₁, …, v_count, e_i, e_j, …) is
    sign[i, j, …] · wedge[position[i, j, …]], where sign is zero for repeated indices.
    """
    legs = dim - count
    position = np.zeros((dim,) * legs, dtype=int)
    sign = np.zeros((dim,) * legs)
    of = {subset: i for i, subset in enumerate(combinations(range(dim), count))}
    for indices in permutations(range(dim), legs):
        rest = tuple(i for i in range(dim) if i not in indices)
        position[indices] = of[rest]
        sign[indices] = parity((*rest, *indices))
    return position, sign
