"""Products of pairs of tensors: which there are among some types, and how they are computed."""

from collections.abc import Sequence
from functools import lru_cache
from itertools import combinations_with_replacement
from typing import NamedTuple

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Inexact, Int

from ..groups import Group

Type = tuple[int, int]  # (p, q) of T(p,q); (p, 0) where covectors are vectors


class Product(NamedTuple):
    """A tensor of type `left` times one of type `right`, contracted over some indices.

    The last `ups` vector indices of the left are summed with as many covector indices of the right, the last `downs`
    covector indices of the left with as many vector indices of the right. Where covectors are vectors, `ups` counts
    the pairs of vector indices. `channels` products of this kind are made.
    """

    left: Type
    right: Type
    ups: int
    downs: int
    result: Type
    channels: int


@lru_cache(maxsize=256)
def products(types: tuple[Type, ...], group: Group, size: int) -> tuple[Product, ...]:
    """Products whose factors and results are of these types, small ones first, their factors of `size` in all.

    Half of the size goes to one product of each kind, as far as it reaches, the other half in equal shares to the
    kinds that are there.
    """
    kinds = sorted(_kinds(types, group), key=lambda kind: _size(kind, group))
    chosen: list[Product] = []
    used = 0
    for kind in kinds:
        if 2 * (used + _size(kind, group)) > size and chosen:
            break
        chosen.append(kind)
        used += _size(kind, group)
    share = (size - used) // len(chosen) if chosen else 0
    return tuple(kind._replace(channels=1 + max(share, 0) // _size(kind, group)) for kind in chosen)


def multiply(
    product: Product, left: Inexact[Array, "channels _"], right: Inexact[Array, "channels _"], group: Group
) -> Inexact[Array, "channels _"]:
    """The products of pairs of tensors."""
    terms = left[:, left_places(product, group)] * right[:, right_places(product, group)]
    return jnp.sum(terms.reshape(len(left), -1, summed(product, group)), axis=-1)


def left_places(product: Product, group: Group) -> Int[np.ndarray, " terms"]:
    """Which component of the left stands in each term of the sums that a product is, the summed index last."""
    d, (p, q), i, j = group.dim, product.left, product.ups, product.downs
    places = np.arange(d ** (p + q))
    if self_dual(group):
        return _spread(places.reshape(d ** (p - i), 1, 1, 1, d**i), product, group)
    places = np.moveaxis(places.reshape(d ** (p - i), d**i, d ** (q - j), d**j), 1, 2)
    return _spread(places.reshape(d ** (p - i), 1, d ** (q - j), 1, d ** (i + j)), product, group)


def right_places(product: Product, group: Group) -> Int[np.ndarray, " terms"]:
    """Which component of the right does."""
    d, (r, s), i, j = group.dim, product.right, product.ups, product.downs
    places = np.arange(d ** (r + s))
    if self_dual(group):
        return _spread(places.reshape(1, d ** (r - i), 1, 1, d**i), product, group)
    places = np.moveaxis(places.reshape(d ** (r - j), d**j, d ** (s - i), d**i), 1, 3)
    return _spread(places.reshape(1, d ** (r - j), 1, d ** (s - i), d ** (i + j)), product, group)


def _spread(places: Int[np.ndarray, "_ _ _ _ summed"], product: Product, group: Group) -> Int[np.ndarray, " terms"]:
    """A factor beside every component of the other: axes left ups, right ups, left downs, right downs, summed."""
    d, (p, q), (r, s), i, j = group.dim, product.left, product.right, product.ups, product.downs
    down = (1, 1) if self_dual(group) else (d ** (q - j), d ** (s - i))
    wide = (d ** (p - i), d ** (r - (i if self_dual(group) else j)), *down, summed(product, group))
    return np.broadcast_to(places, wide).ravel()


def summed(product: Product, group: Group) -> int:
    """How many terms the sum has that a component of the product is."""
    return group.dim ** (product.ups + product.downs)


def self_dual(group: Group) -> bool:
    """Whether covectors are vectors: the matrices are orthogonal."""
    return group.compact and group.field == "real"


def _kinds(types: Sequence[Type], group: Group) -> list[Product]:
    found = []
    for left, right in combinations_with_replacement(sorted(set(types), key=sum), 2):
        for i, j in _contractions(left, right, group):
            if self_dual(group):
                result = (left[0] + right[0] - 2 * i, 0)
            else:
                result = (left[0] + right[0] - i - j, left[1] + right[1] - i - j)
            if result in types:
                found.append(Product(left, right, i, j, result, 1))
    return found


def _contractions(left: Type, right: Type, group: Group) -> list[tuple[int, int]]:
    if self_dual(group):
        return [(i, 0) for i in range(min(left[0], right[0]) + 1)]
    return [(i, j) for i in range(min(left[0], right[1]) + 1) for j in range(min(left[1], right[0]) + 1)]


def _size(product: Product, group: Group) -> int:
    """How many numbers its factors have."""
    return group.dim ** sum(product.left) + group.dim ** sum(product.right)
