"""Float64 inside, whatever the global switch of JAX says."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import PyTree


def in_double() -> AbstractContextManager[Any]:
    """A context in which JAX computes in float64, of this thread alone.

    Example:
        >>> import jax.numpy as jnp
        >>> with in_double():
        ...     jnp.ones(1).dtype
        dtype('float64')
    """
    if hasattr(jax, "enable_x64"):
        return jax.enable_x64(True)
    context: AbstractContextManager[Any] = import_module("jax.experimental").enable_x64()  # before JAX 0.8
    return context


@dataclass(frozen=True, eq=False)
class _Kept:
    """The numbers of an array of JAX, which would be float32 when it is read with the switch off."""

    values: np.ndarray


def kept(tree: PyTree) -> PyTree:
    """A tree that is pickled with all its digits."""
    return jax.tree.map(lambda leaf: _Kept(np.asarray(leaf)) if isinstance(leaf, jax.Array) else leaf, tree)


def restored(tree: PyTree) -> PyTree:
    """The tree that `kept` was given, to the last bit."""
    with in_double():
        return jax.tree.map(
            lambda leaf: jnp.asarray(leaf.values) if isinstance(leaf, _Kept) else leaf,
            tree,
            is_leaf=lambda leaf: isinstance(leaf, _Kept),
        )
