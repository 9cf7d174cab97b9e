"""The leaves of an expression, as representations."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from scalaremlp.groups import Group

from ._leaf import Leaf
from ._packed import Packed
from ._packing import Packing
from ._rep import Rep, makes
from ._tree import Axes, Axis, Node, pieces_of, split
from .action import Defining, Identity


@dataclasses.dataclass(frozen=True, repr=False)
class Base(Leaf, Rep):
    """A representation that is not built from others: an action, its dual, its conjugate or both.

    `V` is `Base(Defining())` and `Scalar` is `Base(Identity())`; a user's own is `Base(action)` for an `Action` of
    theirs. The rest is filled in by `.T`, `.conj()` and binding.

    Raises:
        TypeError: if `action` is no `Action`.
    """

    def dualised(self) -> "Base":
        return dataclasses.replace(self, dual=not self.dual)

    def conjugated(self) -> "Base":
        return dataclasses.replace(self, conjugate=not self.conjugate)

    def bound(self, group: Group) -> "Base":
        if self.group is not None:
            return self
        self.action.within(group)
        return dataclasses.replace(self, group=group)

    def unbound(self) -> "Base":
        return dataclasses.replace(self, group=None)

    @property
    def blocks(self) -> tuple[tuple[int, Rep], ...]:
        return ((1, self),)

    @property
    def leaves(self) -> "tuple[Base, ...]":
        return (self,)

    @property
    def legs(self) -> tuple[str, ...]:
        if isinstance(self.action, Identity):
            return ()
        if isinstance(self.action, Packed):
            raise TypeError(
                f"Legs belong to tensors of which each entry is kept, T(p,q). Got {self}. Use `index_symmetry`."
            )
        if not isinstance(self.action, Defining):
            raise TypeError(f"Legs belong to tensors, made of V and V.T. Got {self}. Check `leaves` for other actions.")
        leg = "V*" if self.dual else "V"
        return (f"conj({leg})" if self.conjugate else leg,)

    def _map(self, change: "Callable[[Base], Base]") -> Rep:
        return change(self)

    @property
    def size(self) -> int:
        """The dimension: how many numbers an array of this type has."""
        self._require_bound("size")
        return self._size()

    def _size(self) -> int:
        return self.dimension

    @property
    def _packing(self) -> Packing | None:
        assert self.group is not None
        return self.action.packing(self.group) if isinstance(self.action, Packed) else None

    def _shape(self) -> tuple[int, ...]:
        if (packing := self._packing) is not None:
            return packing.shape
        return () if isinstance(self.action, Identity) else (self.size,)

    def _rho(self, elements: Mapping[Group, Any]) -> Any:
        assert self.group is not None
        return self.act(elements[self.group])

    def _drho(self, elements: Mapping[Group, Any]) -> Any:
        assert self.group is not None
        return self.move(elements[self.group])

    def _layout(self, whole: frozenset[Group]) -> Node:
        if isinstance(self.action, Identity):
            return Axes(())
        if isinstance(self.action, Defining) and self.group not in whole:
            return split(self, (self.group,))
        return Axis(self.size, self, (self.group,)) if self.size else pieces_of([])

    def _text(self) -> str:
        if isinstance(self.action, Identity):
            text = "T(0)"
        elif isinstance(self.action, Defining):
            text = "T(0,1)" if self.dual else "T(1)"
        else:
            text = self.action.name + (".T" if self.dual else "")
        return text + (".conj()" if self.conjugate else "") + ("" if self.group is None else f"({self.group})")


@makes("one")
def one(group: Group | None) -> Rep:
    """A scalar of a group."""
    return Base(Identity(), group=group)
