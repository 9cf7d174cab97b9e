"""JAX where it may go unused: it takes a second to import, and whoever reads words computes nothing.

Groups and types are made, compared, parsed and printed without it. What computes takes `jax`, `jnp` and `jr` from here.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

__all__ = ["Array", "ArrayLike", "jax", "jnp", "jr"]

if TYPE_CHECKING:
    import jax
    import jax.numpy as jnp
    import jax.random as jr
    from jax import Array
    from jax.typing import ArrayLike
else:

    class _Later(ModuleType):
        """A module that is imported when something of it is asked for."""

        def __getattr__(self, name: str) -> Any:
            return getattr(import_module(self.__name__), name)

    jax, jnp, jr = map(_Later, ("jax", "jax.numpy", "jax.random"))

    class _OfJax(type):
        def __instancecheck__(cls, value: Any) -> bool:
            loaded = sys.modules.get("jax")  # nothing is an array of JAX that was not imported
            return hasattr(loaded, "Array") and isinstance(value, loaded.Array)

    class Array(metaclass=_OfJax):
        """The type of the arrays of JAX, for annotations that are checked at run time."""

    ArrayLike = Array | np.ndarray | np.bool_ | np.number | bool | int | float | complex
