"""Models with random numbers for all parameters, and inputs for them."""

from functools import cache
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np

from scalaremlp.groups import Group
from scalaremlp.nn import ScalarMLP
from scalaremlp.reps import Rep
from scalaremlp.scalars import learned


def parameters(model: Any) -> Any:
    """The parameters of a model, None for everything else."""
    return eqx.filter(model, learned(model))


def linear_part(model: Any) -> Any:
    """The parameters that the model says to be linear in, None for everything else."""
    return eqx.filter(parameters(model), model.linear_parameters())


def normal_like(tree: Any, seed: int = 0) -> Any:
    """Standard normal numbers in place of every array."""
    rng = np.random.default_rng(seed)
    return jax.tree.map(lambda array: jnp.asarray(rng.standard_normal(array.shape), array.dtype), tree)


def randomised(model: Any, seed: int = 0) -> Any:
    """The model with standard normal numbers for all parameters, so that no term of it is zero."""
    return eqx.combine(normal_like(parameters(model), seed), model)


@cache
def random_model(group: Group, rep_in: Rep, rep_out: Rep, **settings: Any) -> ScalarMLP:
    """A small model whose parameters are random."""
    sizes = {"width": 8, "depth": 1}
    return randomised(ScalarMLP(rep_in, rep_out, group, **{**sizes, **settings}, key=jr.key(0)))


def draw(group: Group, *shape: int, seed: int = 0) -> jax.Array:
    """Standard normal inputs."""
    rng = np.random.default_rng(seed)
    x = rng.standard_normal(shape)
    return jnp.asarray(x if group.field == "real" else x + 1j * rng.standard_normal(shape))
