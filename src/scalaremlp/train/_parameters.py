"""What of a model is learned: its parameters, as opposed to statistics, constants and code."""

from typing import Any

import equinox as eqx
import jax
from jaxtyping import PyTree

from ..scalars import Statistics


def split_parameters(model: PyTree) -> tuple[PyTree, PyTree]:
    """Split a model into (parameters, everything else); `equinox.combine` puts the two together again.

    Parameters are the floating point and complex JAX arrays outside of every `scalaremlp.scalars.Statistics` node.
    Both parts have the structure of the model, with `None` where the other part holds the leaf.

    Example:
        >>> import equinox as eqx, jax.random as jr
        >>> parameters, rest = split_parameters(eqx.nn.Linear(3, 2, key=jr.key(0)))
        >>> parameters.weight.shape, rest.weight
        ((2, 3), None)
    """

    def is_statistics(node: Any) -> bool:
        return isinstance(node, Statistics)

    def is_learned(node: Any) -> bool:
        return isinstance(node, jax.Array) and eqx.is_inexact_array(node)  # NumPy arrays are constants

    return eqx.partition(model, jax.tree.map(is_learned, model, is_leaf=is_statistics))


def count_parameters(model: PyTree) -> int:
    """The number of real numbers a model learns; a complex parameter counts as two.

    Example:
        >>> import equinox as eqx, jax.random as jr
        >>> count_parameters(eqx.nn.Linear(3, 2, key=jr.key(0)))
        8
    """
    leaves = jax.tree.leaves(split_parameters(model)[0])
    return sum(leaf.size * (2 if leaf.dtype.kind == "c" else 1) for leaf in leaves)
