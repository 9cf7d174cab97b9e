"""Group elements as arguments: one matrix, or a mapping from several groups to matrices; NumPy or JAX."""

from collections.abc import Callable, Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np

from scalaremlp._jax import Array, jnp
from scalaremlp.groups import Group

if TYPE_CHECKING:
    from ._rep import Rep


def namespace(*arrays: Any) -> ModuleType:
    """`jax.numpy` if any of the arrays belongs to JAX (or is being traced), otherwise `numpy`."""
    return jnp if any(isinstance(array, Array) for array in arrays) else np


def resolve(rep: "Rep", given: Any, neutral: Callable[[int], np.ndarray]) -> dict[Group, Any]:
    """{group: matrix} for every group of the bound representation; groups that are left out get the neutral matrix.

    Raises:
        ValueError: if the matrices do not fit the groups.
    """
    if not isinstance(given, Mapping):
        if len(rep.groups) > 1:
            raise ValueError(
                f"{rep} has several groups, so it needs a mapping from groups to matrices. Got one array. "
                f"Write {{{', '.join(f'{group}: …' for group in rep.groups)}}}."
            )
        given = dict.fromkeys(rep.groups, given)
    for group in given:
        if group not in rep.groups:
            raise ValueError(
                f"The matrices must belong to the groups of {rep}. Got one of {group!r}. "
                f"Use {', '.join(map(str, rep.groups))}."
            )
    return {group: _matrix(group, given[group]) if group in given else neutral(group.dim) for group in rep.groups}


def _matrix(group: Group, given: Any) -> Any:
    matrix = given if isinstance(given, Array) else np.asarray(given)
    if matrix.shape != (group.dim, group.dim):
        raise ValueError(
            f"A matrix of {group} has shape {(group.dim, group.dim)}. Got shape {matrix.shape}. "
            "For a batch of elements use `jax.vmap(rep.rho)`."
        )
    return matrix
