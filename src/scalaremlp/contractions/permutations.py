"""Permutations."""

from collections.abc import Sequence


def parity(order: Sequence[int]) -> int:
    """The sign of the permutation that sorts different numbers.

    Example:
        >>> from scalaremlp.contractions.permutations import parity
        >>> parity([0, 1, 2]), parity([1, 0, 2]), parity([2, 0, 1])
        (1, -1, 1)
    """
    inversions = sum(a > b for i, a in enumerate(order) for b in order[i + 1 :])
    return -1 if inversions % 2 else 1
