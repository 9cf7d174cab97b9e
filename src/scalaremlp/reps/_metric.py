"""The symmetric form by which a group takes traces."""

from functools import lru_cache

import numpy as np
from jaxtyping import Float

from scalaremlp.groups import Group

_ROUNDING = 1e-13


@lru_cache(maxsize=256)
def metric(group: Group) -> Float[np.ndarray, "d d"] | None:
    """A symmetric form g_ij that is its own inverse: the group's metric, or δ of orthogonal matrices; None without."""
    for tensor in group.fixed_tensors:
        if tensor.kind == "form" and tensor.q == 2 and _fits(tensor.array):
            return tensor.array
    return np.eye(group.dim) if _orthogonal(group) else None


def _fits(form: np.ndarray) -> bool:
    own_inverse = abs(form @ form - np.eye(len(form))).max(initial=0) < _ROUNDING
    return bool(np.isrealobj(form) and np.array_equal(form, form.T) and own_inverse)


def _orthogonal(group: Group) -> bool:
    if group.field == "complex":
        return False
    a, h = group.lie_algebra, group.generators
    return bool(np.array_equal(a.mT, -a) and abs(h.mT @ h - np.eye(group.dim)).max(initial=0) < _ROUNDING)
