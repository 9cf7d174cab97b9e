"""What the name of one unit stands for, by pint."""

from fractions import Fraction
from functools import cache
from typing import Any

from ._unit import BASE, Unit

_NAMES = ("kilogram", "meter", "second", "ampere", "kelvin", "mole", "candela")
_NUMBERS = ("radian", "bit", "count")  # mere numbers in the SI
_MOST_DENOMINATOR = 12  # of the exponents of a unit's name: those of Gaussian units have 2


def of_name(name: str) -> Unit | None:
    """The unit, or None if pint knows none of this name.

    Raises:
        ValueError: for a scale with an offset or of logarithms, for what is no unit of the SI, and without pint.
    """
    sizes = _sizes(name)
    if sizes is None:
        return None
    one, zero = sizes
    if zero.magnitude != 0:
        raise ValueError(
            f"A unit must be a size: twice the number is twice as much. Got {name!r}, a scale with an offset or of "
            "logarithms. Convert the numbers, temperatures to K, levels to powers; write delta_degC for differences."
        )
    exponents = dict.fromkeys(_NAMES, Fraction(0))
    for base, power in one.unit_items():
        if base in _NAMES:
            exponents[base] = Fraction(power).limit_denominator(_MOST_DENOMINATOR)
        elif base not in _NUMBERS:
            raise ValueError(f"A unit must be one of {', '.join(BASE)}. Got {name!r}, in {base}. Convert the numbers.")
    return Unit(tuple(exponents.values()), float(one.magnitude))


def near(name: str) -> str:
    """A name that pint knows and that differs by the case of its letters, or nothing."""
    others = dict.fromkeys((name.lower(), name.capitalize(), name[:1].lower() + name[1:], name.upper()))
    return next((other for other in others if other != name and _sizes(other) is not None), "")


def _sizes(name: str) -> tuple[Any, Any] | None:
    """One and none of a unit, in base units; None if pint knows no such name."""
    registry, unknown = _pint()
    try:
        unit = registry.parse_units(name)
    except (unknown, ValueError, AssertionError):  # the last for signs that it cannot read
        return None
    one, none = (registry.Quantity(count, unit).to_base_units() for count in (1.0, 0.0))
    return one, none


@cache
def _pint() -> tuple[Any, type[Exception]]:
    """A registry of its own, and what is raised for a name that is not in it; `ValueError` without the package."""
    try:
        import pint
    except ImportError as error:
        raise ValueError("Units from text need the package pint. Run: pip install 'scalaremlp[laws]'.") from error
    return pint.UnitRegistry(), pint.UndefinedUnitError
