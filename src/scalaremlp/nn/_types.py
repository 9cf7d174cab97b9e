"""What every model here knows of itself: its types, and the text it is made again from."""

from typing import Any

import jax.random as jr
from jaxtyping import Array, Inexact

from .. import groups, reps
from ..groups import Group
from ..reps import Rep


def check_one_input(x: Inexact[Array, "..."], rep_in: Rep, group: Group) -> None:
    """Raise `ValueError` unless `x` is one input of the type."""
    size = rep_in(group).size
    if x.shape != (size,):
        hint = " For a batch use jax.vmap(model)(x)." if x.shape[-1:] == (size,) else ""
        raise ValueError(f"x must be one input of size {size} = {rep_in} for {group}. Got shape {x.shape}.{hint}")


def config_of(model: Any) -> dict[str, Any]:
    """The types of a model, as text that parses back, and its settings."""
    types = {name: str(getattr(model, name)) for name in ("rep_in", "rep_out", "group")}
    return {**types, **dict(model.settings)}


def from_config(cls: type, config: dict[str, Any]) -> Any:
    """A model from the text of its types and its settings; the weights are those of key 0."""
    settings = dict(config)
    rep_in, rep_out = (reps.parse(settings.pop(name)) for name in ("rep_in", "rep_out"))
    return cls(rep_in, rep_out, groups.parse(settings.pop("group")), **settings, key=jr.key(0))
