"""Units as they are read, `kg m/s^2`, and in LaTeX."""

from collections.abc import Sequence
from fractions import Fraction


def text(names: Sequence[str], exponents: Sequence[Fraction], factor: float) -> str:
    """Base units over base units, with brackets where the denominator has several; "1" for none.

    >>> text("abc", (Fraction(1), Fraction(-2), Fraction(-1, 2)), 1.0)
    'a/(b^2 c^(1/2))'
    """
    above = " ".join(_power(name, each) for name, each in zip(names, exponents, strict=True) if each > 0)
    below = [_power(name, -each) for name, each in zip(names, exponents, strict=True) if each < 0]
    number = "" if factor == 1 else repr(factor)
    top = " ".join(part for part in (number, above) if part) or "1"
    if not below:
        return top
    return f"{top}/{below[0] if len(below) == 1 else '(' + ' '.join(below) + ')'}"


def latex(names: Sequence[str], exponents: Sequence[Fraction], factor: float) -> str:
    r"""The same with negative exponents.

    >>> print(latex("abc", (Fraction(1), Fraction(-2), Fraction(0)), 1.5e-7))
    1.5 \times 10^{-7}\,\mathrm{a}\,\mathrm{b}^{-2}
    """
    number, _, ten = repr(factor).partition("e")
    parts = [] if factor == 1 else [number + (rf" \times 10^{{{int(ten)}}}" if ten else "")]
    for name, each in zip(names, exponents, strict=True):
        if each:
            parts.append(rf"\mathrm{{{name}}}" + ("" if each == 1 else f"^{{{each}}}"))
    return r"\,".join(parts) or "1"


def _power(name: str, exponent: Fraction) -> str:
    if exponent == 1:
        return name
    return f"{name}^{exponent}" if exponent.denominator == 1 else f"{name}^({exponent})"
