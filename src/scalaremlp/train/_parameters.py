"""What of a model is learned: its parameters, as opposed to statistics, constants and code."""

import equinox as eqx
import jax
from jaxtyping import PyTree

from ..scalars import learned


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
    return eqx.partition(model, learned(model))


def count_parameters(model: PyTree) -> int:
    """The number of real numbers a model learns; a complex parameter counts as two.

    Example:
        >>> import equinox as eqx, jax.random as jr
        >>> count_parameters(eqx.nn.Linear(3, 2, key=jr.key(0)))
        8
    """
    leaves = jax.tree.leaves(split_parameters(model)[0])
    return sum(leaf.size * (2 if leaf.dtype.kind == "c" else 1) for leaf in leaves)
