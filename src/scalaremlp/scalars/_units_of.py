"""The units of scalars, from those of the inputs."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from ..units import DIMENSIONLESS, Unit, as_unit
from ._derived import Concatenate, Cosines, Norms
from ._invariants import Invariants
from .inputs import inputs


def units_of_scalars(scalars: Any, units_in: Sequence[str | Unit]) -> list[Unit]:
    """The unit of each scalar: of <x1,x2> the product of those of x1 and x2.

    Args:
        scalars: invariants, or norms and cosines beside them: "products" or "norms" of `scalaremlp.nn.named_features`.
        units_in: a unit for each scalar, vector or tensor of the type, in its order, as of a `Dataset`.

    Raises:
        ValueError: if there are more or fewer, one is none, or the scalars are of another kind.

    Example:
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> from scalaremlp.scalars import Invariants, units_of_scalars
        >>> [str(unit) for unit in units_of_scalars(Invariants(T(0) + 2 * T(1), O(3)), ["kg", "m", "m/s"])]
        ['kg', 'm^2', 'm^2/s', 'm^2/s^2']
    """
    if isinstance(scalars, Concatenate):
        return [unit for part in scalars.parts for unit in units_of_scalars(part, units_in)]
    if isinstance(scalars, Cosines):
        return [DIMENSIONLESS] * scalars.size
    if isinstance(scalars, Norms):
        of = units_of_scalars(scalars.of, units_in)
        return [of[place] ** Fraction(1, 2) for place in scalars.of.squares.values()]
    if not isinstance(scalars, Invariants):
        raise ValueError(
            f"Units are known of invariants, norms and cosines. Got {type(scalars).__name__}. Take "
            '"products" or "norms" of vectors.'
        )
    columns = inputs(scalars.rep_in, scalars.group).columns
    if isinstance(units_in, str) or len(units_in) != len(columns):
        raise ValueError(
            f"`units_in` must be a unit for each scalar, vector or tensor of {scalars.rep_in}, {len(columns)} in all. "
            f"Got {units_in!r}. Write '' for a mere number."
        )
    names = sorted(columns, key=lambda name: columns[name].start)
    told = dict(zip(names, map(as_unit, units_in), strict=True))
    return [_product(told, symbol.degrees) for symbol in scalars.symbols]


def _product(units: dict[str, Unit], degrees: Sequence[tuple[str, int]]) -> Unit:
    found = DIMENSIONLESS
    for name, degree in degrees:
        found = found * units[name] ** degree
    return found
