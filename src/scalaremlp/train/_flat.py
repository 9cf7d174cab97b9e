"""The parameters of a model as one flat vector: which of its entries are linear, and which share a prior."""

from typing import Any

import jax
import numpy as np
from jaxtyping import Bool, Int, PyTree


def prior_groups(model: Any, parameters: PyTree) -> Int[np.ndarray, " p"]:
    """A number from 0 for each entry of the flat parameters; entries of one number are held near zero together.

    A model, or any module inside it, may offer `parameter_groups()`, a pytree of integer arrays like its parameters
    that divides each array into groups; without, each array is one group.
    """

    def offers(part: Any) -> bool:
        return hasattr(part, "parameter_groups")

    def labels(part: Any, own: PyTree) -> PyTree:
        return part.parameter_groups() if offers(part) else jax.tree.map(lambda leaf: np.zeros(leaf.shape, int), own)

    divided = jax.tree.leaves(jax.tree.map(labels, model, parameters, is_leaf=offers))
    found, start = [np.zeros(0, int)], 0
    for label, leaf in zip(divided, jax.tree.leaves(parameters), strict=True):
        numbers = np.unique(np.broadcast_to(label, leaf.shape), return_inverse=True)[1].ravel()
        found.append(start + numbers)
        start += int(numbers.max(initial=-1)) + 1
    return np.concatenate(found)


def linear_entries(model: Any, parameters: PyTree) -> Bool[np.ndarray, " p"]:
    """Which entries of the flat parameters the model says to be linear in, by its `linear_parameters()`."""
    leaves = jax.tree.leaves(parameters)
    offered = hasattr(model, "linear_parameters")
    chosen = jax.tree.leaves(model.linear_parameters()) if offered else [False] * len(leaves)
    return np.repeat(np.array(chosen, dtype=bool), [leaf.size for leaf in leaves])


def groups_of(entries: Bool[np.ndarray, " p"], group: Int[np.ndarray, " p"]) -> Bool[np.ndarray, " groups"]:
    """For each group, whether one of its entries is among these."""
    found = np.zeros(group.max(initial=-1) + 1, dtype=bool)
    found[group[entries]] = True
    return found
