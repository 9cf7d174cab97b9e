"""One word of a type with its columns: from coefficients to a piece of the array, and back."""

import dataclasses
import math
from typing import Any

from ._columns import Columns
from ._tree import Axis


@dataclasses.dataclass(frozen=True, eq=False)
class Block:
    """The invariant arrays with these axes: any number for each copy, times the invariants of each group.

    `factors` has the columns of each group, and the axes that these are for, in the order that the columns know them
    in. The coefficients are a row-major array: an axis for each multiplicity, then one for the rank of each factor.
    """

    axes: tuple[Axis, ...]
    factors: tuple[tuple[Columns, tuple[int, ...]], ...]

    @property
    def rank(self) -> int:
        """The number of coefficients."""
        return math.prod(self._copies) * math.prod(columns.rank for columns, _ in self.factors)

    def expand(self, coefficients: Any, conj: bool) -> Any:
        """The array (*axes, k) of coefficients (rank, k)."""
        copies, k = self._copies, coefficients.shape[-1]
        x = coefficients.reshape(*copies, *(columns.rank for columns, _ in self.factors), k)
        for number, (columns, _) in enumerate(self.factors):
            x = columns.expand(x, len(copies) + number, conj)
        order = self._order
        x = x.reshape(*(self.axes[i].size for i in order), k)
        return x.transpose(*(order.index(i) for i in range(len(order))), len(order))

    def contract(self, x: Any, conj: bool) -> Any:
        """The coefficients (rank, k) of an array (*axes, k): the transpose of `expand`."""
        copies, k, order = self._copies, x.shape[-1], self._order
        sizes = [math.prod(self.axes[i].size for i in where) for _, where in self.factors]
        x = x.transpose(*order, len(order)).reshape(*copies, *sizes, k)
        for number, (columns, _) in enumerate(self.factors):
            x = columns.contract(x, len(copies) + number, conj)
        return x.reshape(self.rank, k)

    @property
    def _copies(self) -> list[int]:
        return [axis.size for axis in self.axes if axis.leaf is None]

    @property
    def _order(self) -> list[int]:
        """The axes as they stand in the coefficients: those of copies, then those of each factor."""
        copies = [i for i, axis in enumerate(self.axes) if axis.leaf is None]
        return copies + [i for _, where in self.factors for i in where]
