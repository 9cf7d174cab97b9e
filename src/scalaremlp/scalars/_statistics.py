"""The marker for arrays that describe data rather than being learned."""

from typing import Any

import equinox as eqx
import jax
from jaxtyping import PyTree


class Statistics(eqx.Module):
    """Base of modules whose arrays are statistics of the training data.

    They are saved and loaded with the model, but are no parameters: optimisers, weight decay and counts of
    parameters never see them (`scalaremlp.train.split_parameters`).
    """


class Later(Statistics):
    """Statistics that came with a later version: a model that was saved before has None in their place."""


def learned(model: PyTree) -> PyTree:
    """Booleans, a tree like `model`: which leaves are parameters, floating JAX arrays outside of every `Statistics`."""

    def is_statistics(node: Any) -> bool:
        return isinstance(node, Statistics)

    def is_learned(node: Any) -> bool:
        return isinstance(node, jax.Array) and eqx.is_inexact_array(node)  # NumPy arrays are constants

    return jax.tree.map(is_learned, model, is_leaf=is_statistics)


def false_like(model: PyTree) -> PyTree:
    """False for every parameter of `model`, in a tree like its parameters."""
    return jax.tree.map(lambda _: False, eqx.filter(model, learned(model)))
