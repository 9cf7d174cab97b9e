"""Which references a model measures by: those that vary least in the samples, and are never zero."""

from collections.abc import Sequence

import jax
import numpy as np
from jaxtyping import Array, Float, Inexact

from ...units import Unit, power_products
from .numbers import references_of
from .references import Candidate, Measured, Reference, candidates

_EQUAL = 1e-6  # relative difference of two spreads that a change of units may make: the first is taken
_MOST_SAMPLES = 4096


def first_references(measured: Measured, constants: Sequence[Unit], *, identical: bool) -> tuple[Reference, ...]:
    """Those that a model has before it sees samples: the first that are independent."""
    return _independent([*_given(constants), *candidates(measured, identical=identical)])


def chosen_references(
    measured: Measured, constants: Sequence[Unit], x: Inexact[Array, "n size_in"], *, identical: bool
) -> tuple[Reference, ...]:
    """The independent references whose logarithms vary least over the samples; constants first.

    Variances of logarithms do not depend on units, and neither does the choice.

    Raises:
        ValueError: if one that is needed is zero in some sample.
    """
    found = candidates(measured, identical=identical)
    if not found:
        return _independent(_given(constants))
    logs = _logs(measured, [each.reference for each in found], x)
    spread = _spreads(logs)
    order = _by_spread(spread)
    taken = _independent([*_given(constants), *(found[at] for at in order)])
    for at in order:
        if found[at].reference in taken and not np.isfinite(spread[at]):
            row = int(np.argmin(np.isfinite(logs[:, at])))
            raise ValueError(
                f"Inputs are measured by sizes that are never zero. Got sample {row}, in which all inputs in "
                f'{found[at].unit} are zero. Leave such samples out, or say constants="any".'
            )
    return taken


def units_of(
    measured: Measured, constants: Sequence[Unit], references: Sequence[Reference], *, identical: bool
) -> list[Unit]:
    """The unit of each reference."""
    known = {each.reference: each.unit for each in [*_given(constants), *candidates(measured, identical=identical)]}
    return [known[each] for each in references]


def _given(constants: Sequence[Unit]) -> list[Candidate]:
    return [Candidate(Reference("constant", (at,)), Unit(each.dimension)) for at, each in enumerate(constants)]


def _independent(every: Sequence[Candidate]) -> tuple[Reference, ...]:
    """The first ones whose units are no products of those before."""
    taken = list[Candidate]()
    for each in every:
        if power_products([other.unit for other in taken], each.unit).particular is None:
            taken.append(each)
    return tuple(each.reference for each in taken)


def _logs(
    measured: Measured, references: Sequence[Reference], x: Inexact[Array, "n size_in"]
) -> Float[np.ndarray, "n k"]:
    """Logarithms to base two of references; minus infinity where one is zero."""
    rows = np.asarray(x)[np.linspace(0, len(x) - 1, min(len(x), _MOST_SAMPLES)).astype(int)]
    mantissas, exponents, zero = jax.jit(jax.vmap(lambda one: references_of(measured, references, one)))(rows)
    return np.where(np.asarray(zero), -np.inf, np.log2(np.asarray(mantissas)) + np.asarray(exponents))


def _spreads(logs: Float[np.ndarray, "n k"]) -> Float[np.ndarray, " k"]:
    """The variance of each, infinite where one is; counted from the first sample, so that the size has no say."""
    with np.errstate(invalid="ignore"):
        spread = np.var(logs - logs[:1], axis=0)
    return np.where(np.isfinite(spread), spread, np.inf)


def _by_spread(spread: Float[np.ndarray, " k"]) -> list[int]:
    """Positions by spread, those that are equal but for rounding in their own order."""
    left, order = list(range(len(spread))), list[int]()
    while left:
        least = min(spread[at] for at in left)
        order.append(next(at for at in left if spread[at] <= least * (1 + _EQUAL) + _EQUAL**2))
        left.remove(order[-1])
    return order
