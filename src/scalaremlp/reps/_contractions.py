"""Invariant tensors in closed form: products of a group's fixed tensors, by the first fundamental theorem."""

import math
from functools import reduce

import numpy as np
from jaxtyping import Float

from scalaremlp.groups import Group

from ..contractions.placements import placements
from ._budget import require

_MOST = 2000  # products; the Gram matrix has the square of that many entries
_TOLERANCE = 1e-9  # relative to a product's square; those of the classical groups are integers

Products = tuple[np.ndarray, list[tuple[int, ...]]]  # an outer product of fixed tensors, and the legs to lay it on


def applies(group: Group, p: int, q: int) -> bool:
    """Whether the theorem gives the invariants of T(p,q), by no more products than there are components."""
    kinds = {tensor.kind for tensor in group.fixed_tensors}
    if not group.fundamental or not kinds <= {"form", "epsilon"}:
        return False
    return _count(group, p, q) <= min(_MOST, group.dim ** (p + q))


def columns(group: Group, p: int, q: int, max_bytes: int) -> Float[np.ndarray, "size rank"]:
    """Orthonormal invariants of T(p,q).

    With a form, covectors are vectors: those of T(p+q) are products of the form and at most one ε, over all placements
    of the legs, and the form is applied to the last q legs. Without one, they are products of δ and of ε's that are all
    upper or all lower, since an upper and a lower one are a sum of products of δ's.

    The products that depend on earlier ones are left out by their Gram matrix, and the others orthonormalised in order
    by their Cholesky factor.
    """
    legs = p + q
    size, count = group.dim**legs, _count(group, p, q)
    what = f"{count} products of fixed tensors with {size} components"
    require(20 * size * count, max_bytes, what, "Split the type")
    if not _has_form(group):
        return _orthonormal(np.empty((count, size)), _products(group, ("V",) * p + ("V*",) * q))
    found = _orthonormal(np.empty((count, size)), _products(group, ("V",) * legs))
    lower = _array(group, "form", 2).T
    for leg in range(p, legs):
        axes = found.reshape(group.dim**leg, group.dim, -1)
        found = np.einsum("ij,ajb->aib", lower, axes).reshape(found.shape)
    return found if np.array_equal(lower @ lower.T, np.eye(group.dim)) else _orthonormalised(found.T).T


def _products(group: Group, legs: tuple[str, ...]) -> list[Products]:
    """The products with these indices, of which upper ones have the form: those with as many ε's together."""
    form = _array(group, "form", 0) if _has_form(group) else np.eye(group.dim)
    every = placements(group, legs)
    kinds = dict.fromkeys((len(placement.epsilons), len(placement.pairs)) for placement in every)
    found = []
    for epsilons, pairs in kinds:
        brackets = [_array(group, "epsilon", 0) for _ in range(epsilons)]  # upper and lower components are the same
        tensor = _outer([*brackets, *[form] * pairs])
        alike = [p.indices for p in every if (len(p.epsilons), len(p.pairs)) == (epsilons, pairs)]
        found.append((tensor, alike))
    return found


def _orthonormal(rows: Float[np.ndarray, "count size"], kinds: list[Products]) -> Float[np.ndarray, "size rank"]:
    """Orthonormal columns with the span of the products, which are written into `rows`."""
    number = 0
    for tensor, alike in kinds:
        for legs in alike:
            rows[number] = tensor.transpose(np.argsort(legs)).reshape(-1)
            number += 1
    assert number == len(rows)
    rows = rows[_independent(rows @ rows.T)]
    return _orthonormalised(rows).T


def _independent(gram: Float[np.ndarray, "n n"]) -> list[int]:
    """The vectors that do not depend on earlier ones, by the Cholesky decomposition of their Gram matrix."""
    rest, kept = gram.copy(), []
    for i in range(len(gram)):
        if rest[i, i] > _TOLERANCE * gram[i, i]:
            kept.append(i)
            later = rest[i, i:] / np.sqrt(rest[i, i])
            rest[i:, i:] -= later[:, None] * later
    return kept


def _orthonormalised(rows: Float[np.ndarray, "rank size"]) -> Float[np.ndarray, "rank size"]:
    """Gram-Schmidt in order, as the inverse Cholesky factor of the Gram matrix; the second time takes away rounding."""
    for _ in range(2):
        rows = np.linalg.inv(np.linalg.cholesky(rows @ rows.T)) @ rows
    return rows


def _outer(tensors: list[np.ndarray]) -> np.ndarray:
    """The outer product, with the legs of each tensor after those of the last."""
    return reduce(np.multiply.outer, tensors, np.ones(()))


def _count(group: Group, p: int, q: int) -> int:
    """How many products there are."""
    legs, dim = p + q, group.dim
    epsilon = any(tensor.kind == "epsilon" for tensor in group.fixed_tensors)
    if _has_form(group):
        return _pairings(legs) + (math.comb(legs, dim) * _pairings(legs - dim) if epsilon else 0)
    count, left = divmod(abs(p - q), dim)
    if left or (count and not epsilon):
        return 0
    sets = math.prod(math.comb(max(p, q) - i * dim, dim) for i in range(count)) // math.factorial(count)
    return sets * math.factorial(min(p, q))


def _pairings(legs: int) -> int:
    return 0 if legs % 2 or legs < 0 else math.prod(range(1, legs, 2))


def _has_form(group: Group) -> bool:
    return any(tensor.kind == "form" for tensor in group.fixed_tensors)


def _array(group: Group, kind: str, q: int) -> np.ndarray:
    return next(tensor.array for tensor in group.fixed_tensors if (tensor.kind, tensor.q) == (kind, q))
