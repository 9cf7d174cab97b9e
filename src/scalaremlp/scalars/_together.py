"""Several functions of one input, evaluated together: what they share is traced once."""

from collections.abc import Callable, Iterable
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Inexact

from ._derived import Concatenate, Made


def together(functions: Iterable[Callable[[Array], Array]], x: Inexact[Array, " size_in"]) -> tuple[Array, ...]:
    """Several functions of one input, such as scalars and covariants: what some of them share is traced once.

    Values are those of each function alone; derivatives can differ in their last digits, as they are summed up before
    they are led through what is shared. So networks, whose runs go on to the same bits, call theirs one by one.

    Example:
        >>> import jax.numpy as jnp
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> from scalaremlp.scalars import Invariants, Norms, together
        >>> phi = Invariants(T(1), O(2))
        >>> [each.tolist() for each in together((phi, Norms(phi)), jnp.array([3.0, 4.0]))]
        [[25.0], [5.0]]
    """
    known: _Known = []
    return tuple(_values(function, x, known) for function in functions)


_Known = list[tuple[Any, Array]]  # of one input


def _values(scalars: Any, x: Array, known: _Known) -> Array:
    """Some scalars of one input; those that several are made of are traced once, which is half of a trace."""
    if isinstance(scalars, Concatenate):
        return jnp.concatenate([_values(part, x, known) for part in scalars.parts])
    fixed = isinstance(scalars, eqx.Module) and not jax.tree.leaves(scalars)  # equal by value
    found = next((values for same, values in known if same == scalars), None) if fixed else None
    if found is None:
        found = scalars.made(_values(scalars.of, x, known)) if isinstance(scalars, Made) else scalars(x)
        if fixed:
            known.append((scalars, found))
    return found
