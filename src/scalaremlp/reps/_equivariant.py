"""Equivariant bases: a type multiplied out into words, each word solved once, the whole a linear map by structure."""

import dataclasses
import warnings
from collections.abc import Hashable, Iterator
from functools import cached_property, lru_cache
from typing import Any

import numpy as np

from scalaremlp.groups import Field
from scalaremlp.groups.meant import meant

from ._block import Block
from ._elements import namespace
from ._linear_map import LinearMap
from ._tree import Axis, Key, Node, cut, join, products
from ._word import solve


@dataclasses.dataclass(frozen=True)
class Basis(LinearMap):
    """The equivariant basis of a type, or its transpose, or the conjugate of either. It compares by value."""

    type: Hashable
    field: Field
    layout: Node = dataclasses.field(compare=False)
    blocks: tuple[Block, ...] = dataclasses.field(compare=False)
    transposed: bool = False
    conjugated: bool = False

    @property
    def shape(self) -> tuple[int, int]:
        size = (self.layout.size, self._rank)
        return size[::-1] if self.transposed else size

    @property
    def dtype(self) -> np.dtype:
        return np.dtype(complex if self.field == "complex" else float)

    @property
    def T(self) -> "Basis":
        return dataclasses.replace(self, transposed=not self.transposed)

    def conj(self) -> "Basis":
        return dataclasses.replace(self, conjugated=not self.conjugated) if self.dtype.kind == "c" else self

    def _apply(self, x: Any) -> Any:
        nodes = (self.layout, Axis(x.shape[1]))
        if self.transposed:
            pieces = zip(self.blocks, cut(x, nodes), strict=True)
            parts = [block.contract(piece, self.conjugated) for block, piece in pieces if block.rank]
            return namespace(x).concatenate(parts) if parts else namespace(x).zeros((0, x.shape[1]), x.dtype)
        return join(self._expanded(x), nodes).reshape(self.shape[0], x.shape[1])

    def _expanded(self, x: Any) -> Iterator[Any]:
        """The piece of the array for each word."""
        start = 0
        for block in self.blocks:
            stop = start + block.rank
            yield block.expand(x[start:stop], self.conjugated)
            start = stop

    def _dense(self) -> np.ndarray:
        if self.transposed:
            return self.T._dense().T
        dense, start = np.zeros(self.shape, self.dtype), 0
        for block, rows in zip(self.blocks, cut(np.arange(self.shape[0]), (self.layout,)), strict=True):
            unit = np.eye(block.rank, dtype=self.dtype)
            stop = start + block.rank
            dense[rows.ravel(), start:stop] = block.expand(unit, self.conjugated).reshape(rows.size, block.rank)
            start = stop
        return dense

    @cached_property
    def _rank(self) -> int:
        return sum(block.rank for block in self.blocks)

    def __repr__(self) -> str:
        return f"{type(self).__name__}(shape={self.shape}, dtype={self.dtype})"


def basis(kind: Hashable, layout: Node, field: Field, max_bytes: int) -> Basis:
    """See `Rep.equivariant_basis`.

    Args:
        kind: the type, by which bases are kept and compared.
        layout: of its arrays.
        field: of its numbers.
        max_bytes: the most memory that the solution of one term may take.
    """
    try:
        hash(kind)
        found = _basis(_Keyed(kind, layout, field), max_bytes)
    except TypeError as error:
        if "unhashable" not in str(error):
            raise
        raise ValueError(
            f"Bases are kept by the value of their type, so an action must be hashable. Got {kind}, which is not. "
            "Write @dataclasses.dataclass(frozen=True) above the class of the action."
        ) from error
    leaves = [axis.leaf for block in found.blocks for axis in block.axes if axis.leaf is not None]
    for group in dict.fromkeys(leaf.group for leaf in leaves if leaf.group is not None):
        for remark in meant(group).remarks:
            warnings.warn(remark, stacklevel=3)
    return found


@dataclasses.dataclass(frozen=True)
class _Keyed:
    """A type with its layout, compared by the type alone."""

    kind: Hashable
    layout: Node = dataclasses.field(compare=False)
    field: Field = dataclasses.field(compare=False)


@lru_cache(maxsize=64)
def _basis(of: _Keyed, max_bytes: int) -> Basis:
    blocks = tuple(_block(axes, max_bytes) for axes in products((of.layout,)))
    return Basis(of.kind, of.field, of.layout, blocks)


def _block(axes: tuple[Axis, ...], max_bytes: int) -> Block:
    """The solution of a word: its leaves sorted by the group that they belong to, each group solved for itself."""
    by_group: dict[Key, list[int]] = {}
    for i, axis in enumerate(axes):
        if axis.leaf is not None:
            by_group.setdefault(axis.key, []).append(i)
    factors = []
    for where in by_group.values():
        columns, order = solve(tuple(axes[i].leaf for i in where), max_bytes)  # type: ignore[misc]
        factors.append((columns, tuple(where[i] for i in order)))
    return Block(axes, tuple(factors))
