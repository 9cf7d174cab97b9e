"""Products of powers of units, exactly: which have a given unit, and which are mere numbers."""

from collections.abc import Sequence
from fractions import Fraction
from itertools import combinations
from math import comb
from typing import NamedTuple

from ._lattice import kernel
from ._linear import Columns, solve
from ._unit import BASE, Unit

_MOST_SUBSETS = 20_000  # that are tried for a solution of few factors


class PowerProducts(NamedTuple):
    """The exponents e of products ∏ uᵢ^{eᵢ}; see `power_products`."""

    particular: tuple[Fraction, ...] | None
    null_space: tuple[tuple[int, ...], ...]


def power_products(units: Sequence[Unit], target: Unit) -> PowerProducts:
    """The products of powers of some units that have the dimension of a target, and those that are mere numbers.

    All solutions of ∏ uᵢ^{eᵢ} = target, by dimension, are the particular one plus combinations of the null space: the
    π-groups of Buckingham's theorem. All is exact.

    Args:
        units: u₁ … uₙ.
        target: the unit to be made.

    Returns:
        `particular`: n fractions, of those with the fewest factors one with small exponents; None if there is none.
        `null_space`: vectors of n whole numbers without a common divisor, n − rank of them, short ones first; every
        product of whole powers that is a mere number is a product of whole powers of these.

    Example:
        >>> from scalaremlp.units import parse
        >>> of = power_products([parse("kg"), parse("m/s"), parse("m"), parse("m")], parse("N"))
        >>> [str(each) for each in of.particular], of.null_space
        (['1', '2', '-1', '0'], ((0, 0, -1, 1),))
    """
    return PowerProducts(_fewest(units, target), kernel([unit.exponents for unit in units]))


def missing(units: Sequence[Unit], target: Unit, what: str = "the output") -> str:
    """Why a target cannot be made of some units, as a line without its end; empty if it can.

    Example:
        >>> from scalaremlp.units import parse
        >>> missing([parse("m"), parse("s")], parse("kg m/s^2"))
        'the output kg m/s^2 cannot be made of m and s: a constant with a unit is needed, of kg'
    """
    if _fewest(units, target) is not None:
        return ""
    named = dict.fromkeys(str(unit) for unit in units if not unit.dimensionless)
    *head, last = named or ["mere numbers"]
    made = f"{', '.join(head)} and {last}" if head else last
    lacking = [
        name
        for number, name in enumerate(BASE)
        if target.exponents[number] and not any(unit.exponents[number] for unit in units)
    ]
    return f"{what} {target} cannot be made of {made}: a constant with a unit is needed" + (
        f", of {' and '.join(lacking)}" if lacking else ""
    )


def _fewest(units: Sequence[Unit], target: Unit) -> tuple[Fraction, ...] | None:
    """A solution with the fewest factors, of those the one with the smallest exponents, of those the first."""
    columns = [unit.exponents for unit in units]
    basic = solve(columns, target.exponents)
    if basic is None:
        return None
    different = sorted(
        {column: number for number, column in reversed(list(enumerate(columns))) if any(column)}.values()
    )
    for count in range(sum(map(bool, basic)) + 1):
        if comb(len(different), count) > _MOST_SUBSETS:
            break
        of_these = (_of(chosen, columns, target.exponents) for chosen in combinations(different, count))
        if found := [each for each in of_these if each is not None]:
            return min(found, key=_size)
    return basic


def _of(chosen: tuple[int, ...], columns: Columns, target: Sequence[Fraction | int]) -> tuple[Fraction, ...] | None:
    """The solution that has chosen columns alone, with zeros at all others."""
    found = solve([columns[number] for number in chosen], target)
    if found is None:
        return None
    at = dict(zip(chosen, found, strict=True))
    return tuple(at.get(number, Fraction(0)) for number in range(len(columns)))


def _size(exponents: tuple[Fraction, ...]) -> Fraction:
    """How large exponents are: those of large denominators count as large."""
    return sum((abs(each.numerator) + each.denominator - Fraction(1) for each in exponents), Fraction(0))
