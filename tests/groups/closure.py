"""All elements of a small finite group, from its generators."""

from functools import cache

import numpy as np

from scalaremlp.groups import Finite


@cache
def closure(group: Finite) -> np.ndarray:
    """Products of the generators until nothing new comes; equal within 1e-9."""
    found = {_name(np.eye(group.dim)): np.eye(group.dim)}
    last = list(found.values())
    while last:
        products = {_name(h @ g): h @ g for g in last for h in group.generators}
        last = [matrix for name, matrix in products.items() if name not in found]
        found |= products
    return np.array(list(found.values()))


def _name(matrix: np.ndarray) -> bytes:
    return (np.round(matrix, 9) + 0.0).tobytes()
