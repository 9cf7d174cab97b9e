"""Tensors whose type says less than the samples do: all of them symmetric, or all antisymmetric."""

from typing import Any

import numpy as np

from ..groups import Group
from ..reps import Rep

_SAME = 1e-12  # of the largest entry: a difference that is rounding


def unstated(rep: Rep, group: Group, x: Any) -> tuple[tuple[str, str], ...]:
    """The terms T(p) of a type that a packed type describes as well, each with that type.

    Args:
        rep: of the samples.
        group: that it is bound to.
        x: the samples, (n, size).

    >>> import numpy as np
    >>> from scalaremlp.groups import O
    >>> from scalaremlp.reps import T
    >>> unstated(T(1) + T(2), O(2), np.array([[1.0, 2.0, 5.0, 3.0, 3.0, 1.0]]))
    (('T(2)', 'Sym(2)'),)
    """
    bound = rep(group)
    found = {}
    for (_, term), values in zip(bound.blocks, bound.split(np.asarray(x)), strict=True):
        name = str(term).removesuffix(f"({group})")
        rank = values.ndim - 2  # of arrays (samples, copies, d, …, d)
        if rank > 1 and name == f"T({rank})" and (kind := _kind(np.reshape(values, (-1, *values.shape[2:])))):
            found[name] = f"{kind}({rank})"
    return tuple(found.items())


def _kind(tensors: np.ndarray) -> str:
    """Sym or Alt, where every exchange of two neighbouring indices changes nothing but the sign; else nothing."""
    rank, largest = tensors.ndim - 1, np.max(np.abs(tensors), initial=0.0)
    swapped = [np.swapaxes(tensors, k, k + 1) for k in range(1, rank)]
    for kind, sign in (("Sym", 1), ("Alt", -1)):
        if largest and all(np.max(np.abs(tensors - sign * other)) <= _SAME * largest for other in swapped):
            return kind
    return ""
