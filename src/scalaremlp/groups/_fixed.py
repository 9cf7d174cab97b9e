"""The fixed tensors that the classical groups share: forms and Levi-Civita tensors."""

import itertools
from functools import partial

import numpy as np

from ._base import FixedTensor


def form(name: str, lower: np.ndarray) -> tuple[FixedTensor, FixedTensor]:
    """A non-degenerate bilinear form B_ij in T(0,2) and its inverse B^ij in T(2,0), where B_ij B^jk = δ_i^k."""
    return (
        FixedTensor(name, "form", 0, 2, lambda: lower),
        FixedTensor(name, "form", 2, 0, lambda: np.linalg.inv(lower)),
    )


def epsilon(dim: int) -> tuple[FixedTensor, FixedTensor]:
    """The Levi-Civita tensors, lower in T(0,dim) and upper in T(dim,0), with ε_{01…} = ε^{01…} = 1."""
    build = partial(levi_civita, dim)
    return FixedTensor("epsilon", "epsilon", 0, dim, build), FixedTensor("epsilon", "epsilon", dim, 0, build)


def levi_civita(dim: int) -> np.ndarray:
    """The totally antisymmetric array with one axis of length `dim` for each of its `dim` indices and ε_{01…} = 1."""
    array = np.zeros((dim,) * dim)
    for permutation in itertools.permutations(range(dim)):
        inversions = sum(a > b for a, b in itertools.combinations(permutation, 2))
        array[permutation] = (-1) ** inversions
    return array
