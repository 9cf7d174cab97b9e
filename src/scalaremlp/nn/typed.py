"""What every network of types has: these, and settings that make it again from text."""

from typing import Any, Self

import equinox as eqx
import jax.random as jr

from .._model import AbstractModel, Types, types_from_text
from ..groups import Group
from ..reps import Rep


class TypedModel(AbstractModel):
    """A network between two representations of a group, made by `cls(rep_in, rep_out, group, **settings, key=key)`.

    Attributes:
        rep_in: the input type.
        rep_out: the output type.
        group: that both are bound to.
        settings: the other arguments, by name.
    """

    rep_in: Rep = eqx.field(static=True)
    rep_out: Rep = eqx.field(static=True)
    group: Group = eqx.field(static=True)
    settings: tuple[tuple[str, Any], ...] = eqx.field(static=True)

    @property
    def types(self) -> Types:
        """Its types."""
        return Types(self.rep_in, self.rep_out, self.group)

    def config(self) -> dict[str, Any]:
        """What makes a model of the same structure, as JSON."""
        return {**self.types.as_text(), **dict(self.settings)}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Self:
        """The model that `config` describes, with arrays to be filled in."""
        settings = {name: value for name, value in config.items() if name not in Types._fields}
        return cls(*types_from_text(config), **settings, key=jr.key(0))  # type: ignore[call-arg]  # of the subclasses
