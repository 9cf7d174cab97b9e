"""What a word is made of: one action of one group, perhaps dual or conjugate, with its matrices."""

import dataclasses
from typing import Any

from scalaremlp.groups import Field, Group

from ._elements import namespace
from ._packed import Packed
from .action import Action, Defining, Identity


@dataclasses.dataclass(frozen=True, repr=False)
class Leaf:
    """An action, its dual, its conjugate or both, bound to a group or not. The solver of bases knows no more.

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
            elif isinstance(self.action, Defining | Packed) and self.group.conjugate_is_dual:
                self._normalise(dual=not self.dual, conjugate=False)

    def _normalise(self, dual: bool, conjugate: bool) -> None:
        object.__setattr__(self, "dual", dual)
        object.__setattr__(self, "conjugate", conjugate)

    @property
    def numbers(self) -> Field | None:
        """The field of the bound leaf; None without a group."""
        return None if self.group is None else self.action.field(self.group)

    @property
    def dimension(self) -> int:
        """The number of components of the bound leaf."""
        assert self.group is not None
        return self.action.size(self.group)

    def dualised(self) -> "Leaf":
        """Its dual."""
        return dataclasses.replace(self, dual=not self.dual)

    def conjugated(self) -> "Leaf":
        """Its conjugate."""
        return dataclasses.replace(self, conjugate=not self.conjugate)

    @property
    def _action(self) -> Action:
        assert self.group is not None
        return self.action.within(self.group)

    def act(self, element: Any) -> Any:
        """ρ(g) of an element of its group."""
        matrix = self._action.rho(element)
        if self.dual:
            matrix = namespace(matrix).linalg.inv(matrix).T
        return matrix.conj() if self.conjugate else matrix

    def move(self, direction: Any) -> Any:
        """dρ(A) of an element of the Lie algebra of its group."""
        matrix = self._action.drho(direction)
        matrix = -matrix.T if self.dual else matrix
        return matrix.conj() if self.conjugate else matrix
