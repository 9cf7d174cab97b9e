"""The degree that no generator is above, where a theorem says it."""

from collections import Counter

from .family import Family
from .tensor import Tensor

_NILPOTENT = {1: 1, 2: 3, 3: 6, 4: 10}
"""Degree N(n) from which products of n×n matrices are combinations of others with traces as coefficients."""


def degree_bound(family: Family, tensors: tuple[Tensor, ...], probe: Tensor | None) -> int | None:
    """The highest degree in the inputs that a generator can have; None where no theorem is known here.

    Of vectors and of matrices (tensors of two indices, one of which can be taken as upper and one as lower), and
    without ε, invariants are traces of words and ⟨v, W w⟩. A matrix of n rows satisfies its characteristic equation, so
    that words are nilpotent modulo products with invariants, of degree N = 1, 3, 6, 10 for n = 1, 2, 3, 4: traces have
    at most N matrices, and words between vectors at most N − 1.

    References:
        Kuzmin (1975) and Vaughan-Lee, Int. J. Algebra Comput. 3 (1993), 119, for N; Procesi, Adv. Math. 19 (1976),
        306, for traces and nilpotency.
    """
    if family.diagonal:
        return _of_permutations(family, tensors, probe)
    every = (*tensors, *(() if probe is None else (probe,)))
    if family.epsilon or len(family.fixed_up) or len(family.fixed_down) or family.dim not in _NILPOTENT:
        return None
    ranks = Counter(tensor.rank for tensor in every)
    maps = family.form is not None or all(len(set(tensor.legs)) == 2 for tensor in every if tensor.rank == 2)
    if max(ranks, default=0) > 2 or not maps:
        return None
    most = _NILPOTENT[family.dim]
    bound = max(2, most + 1) if ranks[1] and ranks[2] else 2 if ranks[1] else most
    return bound - (probe is not None)


def _of_permutations(family: Family, tensors: tuple[Tensor, ...], probe: Tensor | None) -> int | None:
    """Of vectors, sums over the n components of products of at most n: Weyl, The Classical Groups, chapter II.3."""
    if any(tensor.rank > 1 for tensor in (*tensors, *(() if probe is None else (probe,)))):
        return None
    return family.dim - (probe is not None)
