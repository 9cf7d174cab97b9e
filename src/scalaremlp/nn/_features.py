"""Which scalars a network sees: by name from a table, or one choice for each kind of group."""

from collections.abc import Callable
from typing import Any, TypeVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from .._arrays import on_device
from .._check import one_of
from ..groups import Group
from ..reps import Rep
from ..scalars import Concatenate, Cosines, Decades, Differences, Invariants, Norms, Scalars, Sizes, UnitScalars
from ._logs import Logs
from ._moments import is_constant

_LOW = 0.05  # quantile of the moduli of a scalar of both signs, below which they count as zero
_Features = TypeVar("_Features", bound=Scalars | None)


def scalar_features(rep_in: Rep, group: Group, *, norms: bool) -> Scalars:
    """All invariants and, where the group's form is positive definite, the norms and cosines of the vectors.

    Norms and cosines are functions of the products, but laws of physics are often simple in them, and smooth networks
    learn a square root near zero slowly. For an indefinite form they would be singular on the light cone.
    """
    return FEATURES["norms" if norms else "products"](Invariants(rep_in, group))


def named_features(rep_in: Rep, group: Group, name: str, degree: int | None = None) -> Scalars:
    """The scalars of that name in `FEATURES`, as `ScalarMLP(scalars=name)` has them before it is calibrated.

    Args:
        rep_in: a sum of tensors of at most four indices: T(0), T(1), T(0,1), T(2), Sym(2), …
        group: a classical group, a stabiliser of an axis, S(n) or Trivial.
        name: "products", "norms", "differences", "logs" or "decades".
        degree: the highest degree of the invariants in the inputs; None for all.

    Returns:
        The scalars, as of `scalaremlp.scalars`: called with one input, of shape (size_in,), `size` numbers.

    Raises:
        ValueError: for another name.

    Example:
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.nn import named_features
        >>> from scalaremlp.reps import T
        >>> named_features(2 * T(1), O(1, 3), "decades").names[:4]
        ['log <x1,x1>', 'log <x1,x2>', 'log <x2,x2>', 'log <x1,x1>/<x1,x2>']
    """
    check_name(name)
    return FEATURES[name](Invariants(rep_in, group, degree))


def check_name(name: str) -> None:
    """Raise `ValueError` unless there are scalars of that name."""
    one_of("scalars", name, FEATURES, remedy="Leave it out for those of the kind of group.")


def with_thresholds(features: _Features, values_of: Callable[[Scalars], tuple[Array, Array]]) -> _Features:
    """The features with each ε of their logarithms taken from the samples; themselves, if they have none.

    `values_of` some scalars are those of the samples, (n, size), and how large they are where nothing cancels.
    """

    def known(node: Any) -> Any:
        if not isinstance(node, Logs | Decades):
            return node
        values, typical = values_of(node.of)
        return eqx.tree_at(lambda logs: logs.epsilon, node, _thresholds(values, typical))

    found: _Features = jax.tree.map(known, features, is_leaf=lambda node: isinstance(node, Logs | Decades))
    return found


def _thresholds(values: Float[Array, "n scalars"], typical: Float[Array, " scalars"]) -> Float[Array, " scalars"]:
    """Below which modulus each counts as zero: a tenth of the least if all are of one sign, else a low quantile.

    Infinity for one that is constant, whose logarithm would be made of rounding errors.
    """
    sizes = jnp.where(values == 0, jnp.inf, jnp.abs(values))
    one_sign = jnp.all(values > 0, axis=0) | jnp.all(values < 0, axis=0)
    least = jnp.where(one_sign, 0.1 * sizes.min(axis=0), jnp.quantile(sizes, _LOW, axis=0))
    return jnp.where(is_constant(values, typical), jnp.inf, least)


def _norms(invariants: Invariants) -> Scalars:
    if not _has_norms(invariants):
        return invariants
    if invariants.has_tensors:
        return Concatenate(invariants, Sizes(invariants), UnitScalars(invariants))
    return Concatenate(invariants, Norms(invariants), Cosines(invariants))


def _logs(invariants: Invariants) -> Scalars:
    return _with_cosines(Logs(invariants, on_device(np.ones(invariants.size))), invariants)


def _decades(invariants: Invariants) -> Scalars:
    decades = Decades(invariants, tuple(range(invariants.size)), on_device(np.ones(invariants.size)))
    return _with_cosines(decades, invariants)


def _with_cosines(scalars: Scalars, invariants: Invariants) -> Scalars:
    """Cosines are ratios: of order one at any size."""
    if not _has_norms(invariants):
        return scalars
    return Concatenate(scalars, UnitScalars(invariants) if invariants.has_tensors else Cosines(invariants))


def _differences(invariants: Invariants) -> Scalars:
    parts = [Differences(invariants)]
    if _has_norms(invariants):
        parts.append(Differences(invariants, roots=True))
    return Concatenate(_norms(invariants), *parts)


#: Scalars by name, made from the invariants. New ones are a function here and one line.
FEATURES: dict[str, Callable[[Invariants], Scalars]] = {
    "products": lambda invariants: invariants,
    "norms": _norms,
    "differences": _differences,
    "logs": _logs,
    "decades": _decades,
}


def _has_norms(invariants: Invariants) -> bool:
    some = invariants.squares or invariants.has_tensors
    return bool(invariants.group.compact and _positive(invariants.group) and some)


def _positive(group: Group) -> bool:
    """Whether ⟨x, x⟩ > 0: O(0, n) is compact, but its form is −1."""
    forms = [tensor.array for tensor in group.fixed_tensors if tensor.kind == "form"]
    return all(np.linalg.eigvalsh(form).min() > 0 for form in forms)
