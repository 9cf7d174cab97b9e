"""The type of a hidden layer: tensors of several ranks that fill a given width."""

from math import comb

from .._check import whole_number
from ..groups import Group
from ..reps import Rep, T
from ._products import self_dual

_HIGHEST = 4  # rank of a hidden tensor


def hidden_rep(group: Group, width: int) -> Rep:
    """A sum of tensors of size `width`, with about as many components of each rank from 0 up to what fits.

    Ranks 0 to r take (r+1)·dimʳ components when each has dimʳ; the largest r that fits is taken, and again for what is
    left. For orthogonal groups all tensors are T(r), which is T(p,q) for them; for others those of rank r are shared
    out over T(p,q), p+q = r, in binomial proportions. The choice depends on the dimension of the group alone.

    Raises:
        ValueError: if the width is less than 1.

    Example:
        >>> from scalaremlp.groups import O, Sp
        >>> hidden_rep(O(3), 384), hidden_rep(Sp(1), 12)
        (102*T(0) + 34*T(1) + 11*T(2) + 3*T(3), 4*T(0) + T(1) + T(0,1) + T(1,1))

    Source:
        after the heuristic of Finzi, Welling, Wilson, arXiv:2104.09459, section 6, without its random choices.
    """
    whole_number("width", width, remedy="Give more.")
    counts = [0] * (_HIGHEST + 1)
    left = width
    while left > 0:
        highest = max(r for r in range(_HIGHEST + 1) if r == 0 or (r + 1) * group.dim**r <= left)
        for rank in range(highest + 1):
            counts[rank] += group.dim ** (highest - rank)
        left -= (highest + 1) * group.dim**highest
    terms = [
        (count, T(rank - q, q))
        for rank, total in enumerate(counts)
        for q, count in enumerate([total] if self_dual(group) else _shares(total, rank))
    ]
    return sum((count * term for count, term in terms if count), 0 * T(0))


def _shares(total: int, rank: int) -> list[int]:
    """`total` in binomial proportions, to whole numbers by largest remainders."""
    exact = [total * comb(rank, q) / 2**rank for q in range(rank + 1)]
    counts = [int(share) for share in exact]
    by_remainder = sorted(range(rank + 1), key=lambda q: (counts[q] - exact[q], q))
    for q in by_remainder[: total - sum(counts)]:
        counts[q] += 1
    return counts
