"""Fields that depend on time, as the methods take them."""

from collections.abc import Callable
from typing import Any

import equinox as eqx
from jaxtyping import Array, Float


class Timed(eqx.Module):
    """A field of time and state, f(t, z, *parameters), at one time: a field of the state alone."""

    function: Callable[..., Array]
    now: Float[Array, ""]

    def __call__(self, z: Float[Array, " d"], *parameters: Any) -> Float[Array, " d"]:
        return self.function(self.now, z, *parameters)


def later(field: Callable[..., Array], by: Any) -> Callable[..., Array]:
    """The field a time later: itself, unless it depends on time."""
    return Timed(field.function, field.now + by) if isinstance(field, Timed) else field


def at(field: Callable[..., Array], t: Any) -> Callable[..., Array]:
    """The field at a time: itself, unless it depends on time."""
    return Timed(field.function, t) if isinstance(field, Timed) else field
