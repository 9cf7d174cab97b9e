"""The parameters of a model as one flat vector: which of its entries are linear, and which share a prior."""

from typing import Any

import jax
import numpy as np
from jaxtyping import Array, Bool, Float, Int, PyTree

from ..._arrays import on_device
from ..._model import answers, offers


def flattened(parameters: PyTree) -> Float[Array, " p"]:
    """The parameters one after the other, in the widest of their precisions; by NumPy, which compiles nothing."""
    return on_device(np.concatenate([np.zeros(0, np.float32), *map(np.ravel, jax.tree.leaves(parameters))]))


def unflattened(like: PyTree, theta: Float[Array | np.ndarray, " p"]) -> PyTree:
    """The other way round: parameters of these shapes and precisions. By NumPy, unless it is part of a computation."""
    leaves, structure = jax.tree.flatten(like)
    traced = isinstance(theta, jax.core.Tracer)
    values: Any = theta if traced else np.asarray(theta)
    edges = np.cumsum([0, *(leaf.size for leaf in leaves)])
    parts = [
        values[start:stop].reshape(leaf.shape).astype(leaf.dtype)
        for leaf, start, stop in zip(leaves, edges[:-1], edges[1:], strict=True)
    ]
    return jax.tree.unflatten(structure, parts if traced else map(on_device, parts))


def prior_groups(model: Any, parameters: PyTree) -> Int[np.ndarray, " p"]:
    """A number from 0 for each entry of the flat parameters; entries of one number are held near zero together.

    A model, or any module inside it, may offer `parameter_groups()`, a pytree of integer arrays like its parameters
    that divides each array into groups; without, each array is one group.
    """
    labels = jax.tree.leaves(answers(model, "parameter_groups", lambda leaf: np.zeros(leaf.shape, int)))
    found, start = [np.zeros(0, int)], 0
    for label, leaf in zip(labels, jax.tree.leaves(parameters), strict=True):
        numbers = np.unique(np.broadcast_to(label, leaf.shape), return_inverse=True)[1].ravel()
        found.append(start + numbers)
        start += int(numbers.max(initial=-1)) + 1
    return np.concatenate(found)


def linear_entries(model: Any, parameters: PyTree, *, inside: bool = False) -> Bool[np.ndarray, " p"]:
    """Which entries of the flat parameters the model says to be linear in, by its `linear_parameters()`.

    With `inside`, modules in the model are asked as well: these are linear in them, the whole need not be.
    """
    leaves, asked = jax.tree.leaves(parameters), inside or offers(model, "linear_parameters")
    said = answers(model, "linear_parameters", lambda leaf: False)
    chosen = jax.tree.leaves(said) if asked else [False] * len(leaves)
    return np.repeat(np.array(chosen, dtype=bool), [leaf.size for leaf in leaves])


def groups_of(entries: Bool[np.ndarray, " p"], group: Int[np.ndarray, " p"]) -> Bool[np.ndarray, " groups"]:
    """For each group, whether one of its entries is among these."""
    found = np.zeros(group.max(initial=-1) + 1, dtype=bool)
    found[group[entries]] = True
    return found
