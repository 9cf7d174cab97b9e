"""A unit: rational exponents over the base units, and a factor."""

import math
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from ._text import latex, text

BASE = ("kg", "m", "s", "A", "K", "mol", "cd")
_DIGITS = 12  # of two factors that are the same one: those of units are products of rounded numbers


@dataclass(frozen=True, eq=False)
class Unit:
    """A unit of measure: factor · kg^{e₁} m^{e₂} s^{e₃} A^{e₄} K^{e₅} mol^{e₆} cd^{e₇}.

    Units multiply, divide and have rational powers. They are equal if their exponents are, and their factors to 12
    digits; the text they were written in does not count. Those from text are made by `parse`.

    Attributes:
        exponents: of kg, m, s, A, K, mol, cd.
        factor: how many coherent SI units it is, above 0: of km 1000.
        text: as it was written; empty if it comes from a computation.

    Raises:
        ValueError: if the exponents are not seven, or the factor is no finite number above 0.

    Example:
        >>> from scalaremlp.units import parse
        >>> parse("N") == parse("kg m/s^2"), str(parse("N") * parse("m")), (parse("J") ** 0.5).exponents[0]
        (True, 'kg m^2/s^2', Fraction(1, 2))
    """

    exponents: tuple[Fraction, ...]
    factor: float = 1.0
    text: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if len(self.exponents) != len(BASE):
            raise ValueError(
                f"A unit must have an exponent for each of {', '.join(BASE)}. Got {len(self.exponents)}. Give all."
            )
        if not (0 < self.factor < math.inf):
            raise ValueError(
                f"The factor of a unit must be a finite number above 0. Got {self.factor}. Use units of nearer size."
            )
        object.__setattr__(self, "exponents", tuple(Fraction(each) for each in self.exponents))
        object.__setattr__(self, "factor", float(self.factor))

    @property
    def dimension(self) -> tuple[Fraction, ...]:
        """The exponents: what units that can be converted to each other share."""
        return self.exponents

    @property
    def dimensionless(self) -> bool:
        """Whether it is a mere number, such as a radian or a per cent."""
        return not any(self.exponents)

    @property
    def latex(self) -> str:
        r"""As LaTeX has it, by the base units: `\mathrm{kg}\,\mathrm{m}\,\mathrm{s}^{-2}`; 1 for a mere number."""
        return latex(BASE, self.exponents, self.factor)

    def as_json(self) -> dict[str, Any]:
        """JSON values that `from_json` reads back, without pint."""
        return {"exponents": [str(each) for each in self.exponents], "factor": self.factor, "text": self.text}

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> "Unit":
        """The unit that `as_json` described; `ValueError`, `KeyError` or `TypeError` for anything else."""
        return cls(tuple(Fraction(each) for each in values["exponents"]), values["factor"], values["text"])

    def __mul__(self, other: "Unit") -> "Unit":
        if not isinstance(other, Unit):
            return NotImplemented
        exponents = tuple(a + b for a, b in zip(self.exponents, other.exponents, strict=True))
        return Unit(exponents, self.factor * other.factor)

    def __truediv__(self, other: "Unit") -> "Unit":
        return self * other**-1 if isinstance(other, Unit) else NotImplemented

    def __pow__(self, power: Fraction | float) -> "Unit":
        exact = Fraction(power)
        return Unit(tuple(exact * each for each in self.exponents), _power(self.factor, exact))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Unit) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    @property
    def _value(self) -> tuple[object, ...]:
        return (self.exponents, f"{self.factor:.{_DIGITS}g}")

    def __str__(self) -> str:
        return self.text or text(BASE, self.exponents, self.factor)


def _power(factor: float, power: Fraction) -> float:
    """Infinite where it is too large to be a number, which the constructor refuses."""
    try:
        return float(factor ** int(power)) if power.denominator == 1 else float(factor ** float(power))
    except OverflowError:
        return math.inf


DIMENSIONLESS = Unit((Fraction(0),) * len(BASE))
