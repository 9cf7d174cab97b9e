"""How an array of a representation is laid out: sums as pieces of an axis, products as several axes.

Multiplying out the sums of a type gives its *words*: products of leaves and multiplicities, one for each piece of the
array. `products` lists them, `cut` takes an array into the pieces, `join` puts them together, all in one order.
"""

import dataclasses
import math
from collections.abc import Iterator
from typing import Any

import numpy as np

from ._elements import namespace
from ._leaf import Leaf

Key = tuple[Any, ...]  # a group, and which factor of which factor of it: factors act independently


@dataclasses.dataclass(frozen=True)
class Axis:
    """An axis of an array: of a leaf, or of equal copies when there is no leaf."""

    size: int
    leaf: Leaf | None = None
    key: Key = ()


@dataclasses.dataclass(frozen=True)
class Pieces:
    """An axis of several pieces, one after the other."""

    parts: "tuple[Node, ...]"

    @property
    def size(self) -> int:
        """The length of the axis."""
        return sum(part.size for part in self.parts)


@dataclasses.dataclass(frozen=True)
class Axes:
    """An axis that is several axes in row-major order."""

    parts: "tuple[Node, ...]"

    @property
    def size(self) -> int:
        """The length of the axis."""
        return math.prod(part.size for part in self.parts)


Node = Axis | Pieces | Axes


def split(leaf: Leaf, key: Key) -> Node:
    """The layout of V, its dual or conjugate, by the components of its group."""
    group = leaf.group
    assert group is not None
    if group.components == ((1, (group,)),):
        return Axis(group.dim, leaf, key)
    found = []
    for count, groups in group.components:
        axes = [split(dataclasses.replace(leaf, group=g), (*key, i)) for i, g in enumerate(groups)]
        found.append(copies(count, Axes(tuple(axes))))
    return pieces_of([piece for piece in found if piece.size])


def copies(count: int, node: Node) -> Node:
    """An axis of equal copies before those of the node."""
    return node if count == 1 else Axes((Axis(count), node))


def pieces_of(parts: list[Node]) -> Node:
    """One piece after the other."""
    return parts[0] if len(parts) == 1 else Pieces(tuple(parts))


def products(nodes: tuple[Node, ...]) -> Iterator[tuple[Axis, ...]]:
    """Every word of an array with these axes."""
    at = _first_open(nodes)
    if at is None:
        yield nodes  # type: ignore[misc]
        return
    for opened in _openings(nodes, at):
        yield from products(opened)


def join(pieces: Iterator[Any], nodes: tuple[Node, ...]) -> Any:
    """The array with these axes that is made of the pieces, which come in the order of `products`."""
    at = _first_open(nodes)
    if at is None:
        return next(pieces)
    parts = [join(pieces, opened) for opened in _openings(nodes, at)]
    shape = [node.size for node in nodes]
    if isinstance(nodes[at], Axes) or not parts:
        return parts[0].reshape(shape) if parts else np.zeros(shape)
    return namespace(*parts).concatenate(parts, axis=at)


def cut(array: Any, nodes: tuple[Node, ...]) -> Iterator[Any]:
    """The pieces of an array with these axes, in the order of `products`: the inverse of `join`."""
    at = _first_open(nodes)
    if at is None:
        yield array
        return
    node, start = nodes[at], 0
    for opened in _openings(nodes, at):
        if isinstance(node, Axes):
            yield from cut(array.reshape([each.size for each in opened]), opened)
        else:
            stop = start + opened[at].size
            yield from cut(array[(slice(None),) * at + (slice(start, stop),)], opened)
            start = stop


def _first_open(nodes: tuple[Node, ...]) -> int | None:
    return next((i for i, node in enumerate(nodes) if not isinstance(node, Axis)), None)


def _openings(nodes: tuple[Node, ...], at: int) -> Iterator[tuple[Node, ...]]:
    """The axes with the one at `at` replaced by its axes, or by each of its pieces in turn."""
    node = nodes[at]
    assert not isinstance(node, Axis)
    for inside in (node.parts,) if isinstance(node, Axes) else ((part,) for part in node.parts):
        yield nodes[:at] + inside + nodes[at + 1 :]
