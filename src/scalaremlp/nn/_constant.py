"""Scalars that say nothing in some samples: constant ones, and those that are another one again."""

import numpy as np
from jaxtyping import Array, Inexact

from ..scalars import Scalars
from ._moments import is_constant, with_size

_ALIKE = 1e-10  # below which 1 − |correlation| is rounding
_MOST = 1000  # scalars that are compared with each other


def uninformative(of: Scalars, x: Inexact[Array, "n size_in"]) -> dict[str, str]:
    """Which scalars are constant in all samples, or, but for a factor and an offset, another one again.

    On-shell masses are constant, and conservation of momentum makes products of pairs equal.

    Args:
        of: n scalars.
        x: the samples.

    Returns:
        By the name of such a scalar "constant", or "as " and the name of the first of those that are alike. Of more
        than 1000 scalars only the constant ones.

    Example:
        >>> import jax.numpy as jnp, jax.random as jr, scalaremlp as se
        >>> se.enable_x64()
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> a, b = jr.normal(jr.key(0), (2, 50, 3))
        >>> a = a / jnp.linalg.norm(a, axis=1, keepdims=True)
        >>> x = jnp.concatenate([a, a + b], axis=1)
        >>> se.nn.uninformative(se.scalars.Invariants(2 * T(1), O(3)), x)
        {'<x1,x1>': 'constant'}
    """
    values, typical = with_size(of, x)
    known = np.isfinite(np.asarray(values)).all(axis=0)
    constant = np.asarray(is_constant(values, typical)) & known
    found = {name: "constant" for name, still in zip(of.names, constant, strict=True) if still}
    moving = np.flatnonzero(~constant & known)
    if len(values) < 3 or len(moving) > _MOST:
        return found
    varying = np.asarray(values)[:, moving]
    varying = varying / np.max(np.abs(varying), axis=0, initial=0.0)
    varying = varying - varying.mean(axis=0)
    varying = varying / np.linalg.norm(varying, axis=0)
    alike = np.triu(np.abs(varying.T @ varying) > 1 - _ALIKE, 1)
    for column in np.flatnonzero(alike.any(axis=0)):
        first = moving[int(np.argmax(alike[:, column]))]
        found[of.names[moving[column]]] = f"as {of.names[first]}"
    return found
