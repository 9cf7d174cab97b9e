"""Invariant tensors in closed form: products of a group's fixed tensors, by the first fundamental theorem."""

import itertools
import math
from collections.abc import Iterator
from functools import reduce

import numpy as np
from jaxtyping import Float

from scalaremlp.groups import Group

from ._budget import require

_MOST = 2000  # products; the Gram matrix has the square of that many entries
_TOLERANCE = 1e-9  # relative to a product's square; those of the classical groups are integers

Placement = tuple[tuple[int, ...], ...]  # which legs each fixed tensor has
Products = tuple[np.ndarray, list[Placement]]  # an outer product of fixed tensors, to be placed on the legs


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
    if "form" not in {tensor.kind for tensor in group.fixed_tensors}:
        return _orthonormal(np.empty((count, size)), [_mixed(group, p, q)])
    found = _orthonormal(np.empty((count, size)), _upper(group, legs))
    lower = _array(group, "form", 2).T
    for leg in range(p, legs):
        axes = found.reshape(group.dim**leg, group.dim, -1)
        found = np.einsum("ij,ajb->aib", lower, axes).reshape(found.shape)
    return found if np.array_equal(lower @ lower.T, np.eye(group.dim)) else _orthonormalised(found.T).T


def _upper(group: Group, legs: int) -> list[Products]:
    """The products for T(legs) of a group with a form: without ε, and with one."""
    upper, every = _array(group, "form", 0), tuple(range(legs))
    found = [(_outer([upper] * (legs // 2)), list(_matchings(every)))] if legs % 2 == 0 else []
    rest, odd = divmod(legs - group.dim, 2)
    if (epsilon := _epsilon(group)) is not None and rest >= 0 and not odd:
        choices = _choices(every, group.dim)
        placements = [(chosen, *pairs) for chosen, others in choices for pairs in _matchings(others)]
        found.append((_outer([epsilon] + [upper] * rest), placements))
    return found


def _mixed(group: Group, p: int, q: int) -> Products:
    """The products for T(p,q) of a group without a form."""
    more, fewer = tuple(range(p)), tuple(range(p, p + q))
    if p < q:
        more, fewer = fewer, more
    epsilon = _epsilon(group)
    count, left = divmod(len(more) - len(fewer), group.dim)
    if left or (count and epsilon is None):
        return np.ones(()), []
    tensors = [] if epsilon is None else [epsilon] * count
    placements = [
        (*chosen, *zip(rest, order, strict=True))
        for chosen, rest in _several_choices(more, group.dim, count)
        for order in itertools.permutations(fewer)
    ]
    return _outer(tensors + [np.eye(group.dim)] * len(fewer)), placements


def _orthonormal(rows: Float[np.ndarray, "count size"], kinds: list[Products]) -> Float[np.ndarray, "size rank"]:
    """Orthonormal columns with the span of the products, which are written into `rows`."""
    number = 0
    for tensor, placements in kinds:
        for placement in placements:
            legs = [leg for each in placement for leg in each]
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


def _matchings(legs: tuple[int, ...]) -> Iterator[Placement]:
    """Every way to pair the legs."""
    if not legs:
        yield ()
    for i in range(1, len(legs)):
        for pairs in _matchings(legs[1:i] + legs[i + 1 :]):
            yield ((legs[0], legs[i]), *pairs)


def _choices(legs: tuple[int, ...], count: int) -> Iterator[tuple[tuple[int, ...], tuple[int, ...]]]:
    """Every choice of `count` legs, with those that are left."""
    for chosen in itertools.combinations(legs, count):
        yield chosen, tuple(leg for leg in legs if leg not in chosen)


def _several_choices(legs: tuple[int, ...], size: int, times: int) -> Iterator[tuple[Placement, tuple[int, ...]]]:
    """Every way to choose `times` disjoint sets of legs, the order of the sets apart, with those that are left."""
    if not times:
        yield (), legs
        return
    for chosen, rest in _choices(legs, size):
        later = tuple(leg for leg in rest if leg > chosen[0])
        for others, _ in _several_choices(later, size, times - 1):
            used = {leg for each in (chosen, *others) for leg in each}
            yield (chosen, *others), tuple(leg for leg in legs if leg not in used)


def _count(group: Group, p: int, q: int) -> int:
    """How many products there are."""
    legs, dim = p + q, group.dim
    epsilon = any(tensor.kind == "epsilon" for tensor in group.fixed_tensors)
    if any(tensor.kind == "form" for tensor in group.fixed_tensors):
        return _pairings(legs) + (math.comb(legs, dim) * _pairings(legs - dim) if epsilon else 0)
    count, left = divmod(abs(p - q), dim)
    if left or (count and not epsilon):
        return 0
    sets = math.prod(math.comb(max(p, q) - i * dim, dim) for i in range(count)) // math.factorial(count)
    return sets * math.factorial(min(p, q))


def _pairings(legs: int) -> int:
    return 0 if legs % 2 or legs < 0 else math.prod(range(1, legs, 2))


def _array(group: Group, kind: str, q: int) -> np.ndarray:
    return next(tensor.array for tensor in group.fixed_tensors if (tensor.kind, tensor.q) == (kind, q))


def _epsilon(group: Group) -> np.ndarray | None:
    """The Levi-Civita tensor, whose upper and lower components are the same."""
    return next((tensor.array for tensor in group.fixed_tensors if tensor.kind == "epsilon"), None)
