"""The units of inputs, outputs and constants."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from ..scalars.inputs import inputs
from ..units import DIMENSIONLESS, Unit, as_unit, missing, power_products
from ._atoms import Atoms, Tensors
from ._expression import Constant, Expression, Function, Named, Product, Sum
from ._prepare import Units
from ._problem import Parts

_CONSISTENT = 1e-9


def units_of(data: Any, any_constants: bool) -> Units | None:
    """Those that a data set tells; `None` if it tells none.

    Raises:
        ValueError: if units of one dimension differ in size, or the output's cannot be made of the inputs'.
    """
    told_in, told_out = getattr(data, "units_in", None), getattr(data, "units_out", None)
    if told_in is None and told_out is None:
        return None
    if told_in is None or told_out is None:
        has, lacks = ("units_out", "units_in") if told_in is None else ("units_in", "units_out")
        raise ValueError(f"Formulas need the units of inputs and outputs. Got `{has}` alone. Tell `{lacks}` too.")
    columns = inputs(data.rep_in, data.group).columns
    names = sorted(columns, key=lambda name: columns[name].start)
    copies = sum(count for count, _ in data.rep_out(data.group).blocks)
    own = _each(told_in, len(names))
    out = _each(told_out, copies)
    _check_sizes([*own, *out])
    for unit in out:
        if not any_constants and power_products(own, unit).particular is None:
            raise ValueError(f'{missing(own, unit)}. Allow it by `constants`="any".')
    return Units(dict(zip(names, own, strict=True)), out, any_constants)


def _each(told: Any, count: int) -> tuple[Unit, ...]:
    one = isinstance(told, str | Unit)
    return tuple(as_unit(unit) for unit in ([told] * count if one else told))


def _check_sizes(units: Sequence[Unit]) -> None:
    """Raise `ValueError` unless there are sizes of the base units by which every factor is a product of powers."""
    powers = np.array([[float(e) for e in unit.exponents] for unit in units])
    sizes = np.log([unit.factor for unit in units])
    left = sizes - powers @ np.linalg.lstsq(powers, sizes, rcond=None)[0]
    if np.abs(left).max(initial=0.0) > _CONSISTENT * max(1.0, float(np.abs(sizes).max(initial=0.0))):
        worst = units[int(np.argmax(np.abs(left)))]
        raise ValueError(
            f"Formulas are of units of one system, such as m with m/s. Got {', '.join(map(str, units))}, where {worst} "
            "is of another. Convert its column."
        )


def unit_of_scalar(name_units: dict[str, Unit], expression: Expression) -> Unit:
    """The unit of a formula without constants of a unit."""
    match expression:
        case Named(name):
            return name_units[name]
        case Sum(terms):
            return unit_of_scalar(name_units, terms[0])
        case Product(factors):
            found = DIMENSIONLESS
            for base, exponent in factors:
                found = found * unit_of_scalar(name_units, base) ** exponent
            return found
        case _:
            return DIMENSIONLESS


def constant_units(name_units: dict[str, Unit], expression: Expression, target: Unit) -> dict[int, Unit]:
    """The unit of each constant of a formula that is to be of a unit."""
    match expression:
        case Constant(index):
            return {index: target}
        case Sum(terms):
            return {i: unit for term in terms for i, unit in constant_units(name_units, term, target).items()}
        case Function(_, argument):
            return constant_units(name_units, argument, DIMENSIONLESS)
        case Product(factors):
            return _of_product(name_units, factors, target)
        case _:
            return {}


def _of_product(
    name_units: dict[str, Unit], factors: Sequence[tuple[Expression, Fraction]], target: Unit
) -> dict[int, Unit]:
    found: dict[int, Unit] = {}
    left, open_ones = target, []
    for base, exponent in factors:
        if isinstance(base, Function):
            found |= constant_units(name_units, base, DIMENSIONLESS)
        elif isinstance(base, Constant) or (isinstance(base, Sum) and constant_units(name_units, base, target)):
            open_ones.append((base, exponent))
        else:
            left = left / unit_of_scalar(name_units, base) ** exponent
    for base, exponent in open_ones[:1]:
        found |= constant_units(name_units, base, left ** (1 / exponent))
    return found


def units_of_constants(
    scalars: Atoms, tensors: Tensors, parts: Parts, count: int, units: Units | None
) -> tuple[str, ...]:
    """The unit of each constant of a law; "" for a number."""
    if units is None:
        return ("",) * count
    names = {a.name: _product(units, a.degrees) for a in scalars.atoms}
    found: dict[int, Unit] = {}
    for tensor, scalar in parts:
        out = units.of_outputs[tensors.copy_numbers[tensor]] / _product(units, tensors.atoms[tensor].degrees)
        found |= constant_units(names, scalar, out)
    told = (found.get(i, DIMENSIONLESS) for i in range(count))
    return tuple("" if unit.dimensionless else str(unit) for unit in told)


def _product(units: Units, degrees: Sequence[tuple[str, int]]) -> Unit:
    found = DIMENSIONLESS
    for name, degree in degrees:
        found = found * units.of_inputs[name] ** degree
    return found
