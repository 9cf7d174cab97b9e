"""The last check of a basis: that nothing moves its columns."""

import numpy as np
from jaxtyping import Inexact

from scalaremlp.groups import Group

from ._constraints import Word, along, bound, checked, meant, name_of, of, summed, uncertainty
from ._fixed_point import Fixed

_MOVED = 1e-9  # in relation to what is added up
_ULP, _SLACK, _MOST = 2.0**-53, 100.0, 0.1  # an inverse that may be more wrong than the last is not tried


def check(group: Group, word: Word, columns: Inexact[np.ndarray, "size rank"], noise: float) -> None:
    """Check ‖ρ(h) q − q‖ ≤ tolerance · ‖|ρ(h)| |q| + |q|‖ for each column q, generator h and its inverse.

    For the Lie algebra it is ‖dρ(A) q‖ ≤ tolerance · ‖|dρ(A)| |q| + ‖dρ(A)‖ |q|‖. The size on the right is that of what
    is added up: with the norm of ρ(h) in its place, a column that a boost shrinks to nothing would pass.

    Raises:
        ValueError: if a column is moved.
    """
    allowed, size = _MOVED + noise + 4 * len(word) * uncertainty(group), abs(columns)
    for h in meant(group):
        matrices = [of(leaf, "rho", leaf.act(h)) for leaf in word]
        _require(group, along(matrices, columns) - columns, along(_sizes(matrices), size) + size, allowed)
        rounding = _SLACK * _ULP * sum(float(np.linalg.cond(matrix)) for matrix in matrices)
        if rounding < _MOST:
            inverses = [_inverse(matrix) for matrix in matrices]
            moved = along(inverses, columns) - columns
            _require(group, moved, along(_sizes(inverses), size) + size, allowed + rounding)
    for a in checked(group, group.lie_algebra, "lie_algebra"):
        matrices = [of(leaf, "drho", leaf.move(a)) for leaf in word]
        most = sum(map(bound, matrices))
        _require(group, summed(matrices, columns), summed(_sizes(matrices), size) + most * size, allowed)


def _inverse(matrix: np.ndarray) -> np.ndarray:
    """The inverse, right to the last digits where the condition is bad."""
    condition = float(np.linalg.cond(matrix))
    if condition < 1e3:
        return np.linalg.inv(matrix)
    bits = 400 + 8 * int(np.log2(condition) + abs(np.log2(np.linalg.norm(matrix))))
    found = Fixed.of(matrix, bits).inverse().numpy()
    return found if np.iscomplexobj(matrix) else found.real


def _sizes(matrices: list[np.ndarray]) -> list[np.ndarray]:
    return [abs(matrix) for matrix in matrices]


def _require(group: Group, moved: np.ndarray, size: np.ndarray, allowed: float) -> None:
    lengths, sizes = np.linalg.norm(moved, axis=0), np.linalg.norm(size, axis=0)
    bad = np.flatnonzero(~(lengths <= allowed * sizes))
    if len(bad):
        raise ValueError(
            f"An equivariant basis must not move under its group. Column {bad[0]} of that of {name_of(group)} moves by "
            f"{lengths[bad[0]] / sizes[bad[0]]:.1g} of what is added up, {allowed:.1g} is allowed. Give generators of "
            "smaller norm, in other units or as a Lie algebra."
        )
