"""Where the vectors of a type are among its numbers."""

from collections.abc import Sequence
from typing import NamedTuple, TypeVar

from ..groups import Group
from ..reps import Base, Rep
from ..reps.action import Defining

Item = TypeVar("Item")


class Vector(NamedTuple):
    """One vector of a type: the numbers from `start` to `stop` are T(1), or T(0,1), of `group`."""

    start: int
    stop: int
    group: Group
    block: int
    """Which term of the sum it is a copy of."""

    def of(self, columns: Sequence[Item]) -> list[Item]:
        """Its columns."""
        return list(columns[self.start : self.stop])


def vectors_of(rep: Rep, group: Group | None) -> list[Vector]:
    """The vectors of a type, in order.

    >>> from scalaremlp.groups import O
    >>> from scalaremlp.reps import T
    >>> [tuple(vector) for vector in vectors_of(2*T(0) + T(2) + 2*T(1), O(2))]
    [(6, 8, O(2), 2), (8, 10, O(2), 2)]
    """
    found, start = [], 0
    for block, (count, term) in enumerate((rep if group is None else rep(group)).blocks):
        for _ in range(count):
            stop = start + term.size
            if isinstance(term, Base) and isinstance(term.action, Defining) and term.group is not None:
                found.append(Vector(start, stop, term.group, block))
            start = stop
    return found
