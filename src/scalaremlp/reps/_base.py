"""The leaves of an expression: one action of one group, perhaps dual or conjugate."""

import dataclasses
from collections.abc import Callable, Mapping
from typing import Any

from scalaremlp.groups import Field, Group

from . import _elements
from ._action import Action, Defining, Identity
from ._rep import Rep


@dataclasses.dataclass(frozen=True, repr=False)
class Base(Rep):
    """A representation that is not built from others: an action, its dual, its conjugate or both.

    `V` is `Base(Defining())` and `Scalar` is `Base(Identity())`; a user's own is `Base(action)` for an `Action` of
    theirs. The rest is filled in by `.T`, `.conj()` and binding.

    Raises:
        TypeError: if `action` is no `Action`.
    """

    action: Action
    dual: bool = False
    conjugate: bool = False
    group: Group | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.action, Action):
            raise TypeError(f"Base wraps an Action. Got {self.action!r}. Subclass scalaremlp.reps.Action.")
        if isinstance(self.action, Identity):
            self._normalise(dual=False, conjugate=False)
        elif self.group is not None and self.conjugate:
            if self.numbers == "real":
                self._normalise(dual=self.dual, conjugate=False)
            elif isinstance(self.action, Defining) and self.group.conjugate_is_dual:
                self._normalise(dual=not self.dual, conjugate=False)

    def _normalise(self, dual: bool, conjugate: bool) -> None:
        object.__setattr__(self, "dual", dual)
        object.__setattr__(self, "conjugate", conjugate)

    @property
    def numbers(self) -> Field | None:
        """The field of the bound leaf; None without a group."""
        return None if self.group is None else self.action.field(self.group)

    def dualised(self) -> "Base":
        return dataclasses.replace(self, dual=not self.dual)

    def conjugated(self) -> "Base":
        return dataclasses.replace(self, conjugate=not self.conjugate)

    def bound(self, group: Group) -> "Base":
        return dataclasses.replace(self, group=group) if self.group is None else self

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
        if not isinstance(self.action, Defining):
            raise TypeError(f"Legs belong to tensors, made of V and V.T. Got {self}. Check `leaves` for other actions.")
        leg = "V*" if self.dual else "V"
        return (f"conj({leg})" if self.conjugate else leg,)

    def _map(self, change: "Callable[[Base], Base]") -> Rep:
        return change(self)

    def _size(self) -> int:
        assert self.group is not None
        return self.action.size(self.group)

    def _shape(self) -> tuple[int, ...]:
        return () if isinstance(self.action, Identity) else (self.size,)

    def _rho(self, elements: Mapping[Group, Any]) -> Any:
        assert self.group is not None
        matrix = self.action.rho(elements[self.group])
        if self.dual:
            matrix = _elements.namespace(matrix).linalg.inv(matrix).T
        return matrix.conj() if self.conjugate else matrix

    def _drho(self, elements: Mapping[Group, Any]) -> Any:
        assert self.group is not None
        matrix = self.action.drho(elements[self.group])
        matrix = -matrix.T if self.dual else matrix
        return matrix.conj() if self.conjugate else matrix

    def _text(self) -> str:
        if isinstance(self.action, Identity):
            text = "T(0)"
        elif isinstance(self.action, Defining):
            text = "T(0,1)" if self.dual else "T(1)"
        else:
            text = self.action.name + (".T" if self.dual else "")
        return text + (".conj()" if self.conjugate else "") + ("" if self.group is None else f"({self.group})")
