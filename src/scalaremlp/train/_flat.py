"""The parameters of a model as one flat vector: which of its entries are linear, and which share a prior."""

from collections.abc import Callable
from typing import Any

import jax
import numpy as np
from jaxtyping import Bool, Int, PyTree


def prior_groups(model: Any, parameters: PyTree) -> Int[np.ndarray, " p"]:
    """A number from 0 for each entry of the flat parameters; entries of one number are held near zero together.

    A model, or any module inside it, may offer `parameter_groups()`, a pytree of integer arrays like its parameters
    that divides each array into groups; without, each array is one group.
    """
    labels = _offered("parameter_groups", model, parameters, lambda leaf: np.zeros(leaf.shape, int))
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
    asked = inside or hasattr(model, "linear_parameters")
    leaves = jax.tree.leaves(parameters)
    chosen = _offered("linear_parameters", model, parameters, lambda leaf: False) if asked else [False] * len(leaves)
    return np.repeat(np.array(chosen, dtype=bool), [leaf.size for leaf in leaves])


def _offered(method: str, model: Any, parameters: PyTree, otherwise: Callable[[Any], Any]) -> list[Any]:
    """What the model, or a module inside it, says of each array of its parameters by a method; or something else."""

    def says(part: Any) -> bool:
        return hasattr(type(part), method)

    def said(part: Any, own: PyTree) -> PyTree:
        return getattr(part, method)() if says(part) else jax.tree.map(otherwise, own)

    return jax.tree.leaves(jax.tree.map(said, model, parameters, is_leaf=says))


def groups_of(entries: Bool[np.ndarray, " p"], group: Int[np.ndarray, " p"]) -> Bool[np.ndarray, " groups"]:
    """For each group, whether one of its entries is among these."""
    found = np.zeros(group.max(initial=-1) + 1, dtype=bool)
    found[group[entries]] = True
    return found
