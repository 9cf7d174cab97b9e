"""Units from text: `parse("kg m/s^2")`. The text is read, never executed; pint knows the names."""

import re
from fractions import Fraction
from typing import NoReturn

from .._text import printable
from . import _pint
from ._unit import DIMENSIONLESS, Unit

_RULE = "A unit is a product of powers, written like 'kg m/s^2', 'J/(kg K)' or 'm^(1/2)'; '' is a mere number."
_MERE_NUMBERS = ("", "1", "-", "–", "—")
_LONGEST, _LARGEST, _MOST_PARTS = 200, 40, 12  # signs of a text, and of an exponent the size and the denominator
_SUPERSCRIPTS = {ord(raised): plain for raised, plain in zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+", strict=True)}
_NUMBER = r"\d+(?:\.\d*)?(?:[eE][-+]?\d+)?|\.\d+(?:[eE][-+]?\d+)?"
_EXPONENT = r"\(\s*[-+]?[\d.]+\s*(?:/\s*\d+\s*)?\)|[-+]?[\d.]+"
_NAME = r"[^\W\d][^\W]*|[°Δ%‰‱$€′″'\"][^\W\d]*(?:°[^\W\d]+)?"
_TOKEN = re.compile(
    rf"(?P<number>{_NUMBER})|(?P<name>{_NAME})|(?P<power>(?:\*\*|\^)\s*(?:{_EXPONENT}))|(?P<raised>[-+]\d+)"
    r"|(?P<times>[*·⋅×∙])|(?P<over>[/÷])|(?P<open>\()|(?P<close>\))"
)


def parse(text: str) -> Unit:
    """The unit that a text names.

    Args:
        text: names that pint knows, with their prefixes; products by a space, `*` or `·`, one `/` or several, powers
            by `^`, `**`, superscripts, or as in `m s-2`; a number in front. `""`, `"1"` and `"-"` are mere numbers, and
            so are angles. What stands after a `/` is one unit, or in brackets: `J/(kg K)`.

    Raises:
        ValueError: for text that is no unit; for scales with an offset (°C) or of logarithms (dB); without pint.

    Example:
        >>> parse("N m").exponents[:3], parse("km").factor, parse("rad").dimensionless
        ((Fraction(1, 1), Fraction(2, 1), Fraction(-2, 1)), 1000.0, True)
        >>> parse("J/kg K")
        Traceback (most recent call last):
        ...
        ValueError: What follows a `/` must be one unit, or several in brackets. Got 'J/kg K'. Write J/(kg K) or K J/kg.
    """
    if not isinstance(text, str):
        raise TypeError(f"A unit must be text or a Unit. Got {type(text).__name__}. Write for example 'm/s'.")
    plain = text.strip()
    if plain in _MERE_NUMBERS:
        return DIMENSIONLESS
    if len(plain) > _LONGEST:
        raise ValueError(f"{_RULE} Got {len(plain)} signs. Write at most {_LONGEST}.")
    found = _Reader(plain).all()
    return Unit(found.exponents, found.factor, printable(plain))


def as_unit(unit: "str | Unit") -> Unit:
    """The unit itself, or that of a text."""
    return unit if isinstance(unit, Unit) else parse(unit)


class _Reader:
    """One text, read from left to right."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = self._tokens()

    def _tokens(self) -> list[tuple[str, str]]:
        raised = re.sub("[⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺]+", lambda found: "^" + found[0].translate(_SUPERSCRIPTS), self.text)
        rest, tokens = raised.replace("−", "-").strip(), list[tuple[str, str]]()
        while rest:
            found = _TOKEN.match(rest)
            if found is None or found.lastgroup is None:
                self.refuse(f"Leave {rest[0]!r} out.")
            tokens.append((found.lastgroup, found[0]))
            rest = rest[found.end() :].lstrip()
        return tokens[::-1]  # so that the next one is the last

    def refuse(self, remedy: str) -> NoReturn:
        raise ValueError(f"{_RULE} Got {printable(self.text)!r}. {remedy}")

    def all(self) -> Unit:
        found = self._product()
        if self.tokens:
            self.refuse("Close each bracket that is open.")
        return found

    def _product(self) -> Unit:
        """Factors until a bracket closes or all is read."""
        found, divided = self._factor(first=True), False
        while self.tokens and self.tokens[-1][0] != "close":
            over = self._take("over")
            if not over:
                self._take("times")
                if divided:
                    self._refuse_order()
            divided = bool(over)
            factor = self._factor(first=False)
            found = found / factor if over else found * factor
        return found

    def _refuse_order(self) -> NoReturn:
        head, _, tail = self.text.rpartition("/")
        first, *others = re.split(r"[\s*·⋅×∙]+", tail.strip())
        raise ValueError(
            f"What follows a `/` must be one unit, or several in brackets. Got {printable(self.text)!r}. "
            f"Write {head}/({' '.join([first, *others])}) or {' '.join(others)} {head}/{first}."
        )

    def _factor(self, *, first: bool) -> Unit:
        """A number, a name, or what stands in brackets; with its power."""
        if self._take("open"):
            found = self._product()
            if not self._take("close"):
                self.refuse("Close each bracket that is open.")
        elif name := self._take("name"):
            found = self._named(name)
        elif (number := self._take("number")) and first:
            found = self._number(number)
        else:
            self.refuse("Put a number in front, exponents in brackets." if number else "Write a unit beside each sign.")
        power = self._take("power") or self._take("raised")
        return found ** self._exponent(power) if power else found

    def _take(self, kind: str) -> str:
        """The next token if it is of a kind, else nothing."""
        return self.tokens.pop()[1] if self.tokens and self.tokens[-1][0] == kind else ""

    def _number(self, text: str) -> Unit:
        return Unit(DIMENSIONLESS.exponents, float(text))

    def _named(self, name: str) -> Unit:
        """A name that pint knows; one that ends with digits may have its exponent there, as in `m2`."""
        found = _pint.of_name(name)
        if found is None and (split := re.fullmatch(r"(.*?\D)(\d+)", name)):
            found = _pint.of_name(split[1])
            found = found if found is None else found ** self._exponent(split[2])
        if found is None:
            near = _pint.near(name)
            remedy = f"Did you mean {near}?" if near else "Use its usual sign or its English name."
            raise ValueError(f"A unit must be one that pint knows. Got {printable(name)!r}. {remedy}")
        return found

    def _exponent(self, text: str) -> Fraction:
        digits = re.sub(r"[\s*^()]", "", text)
        try:
            over, _, under = digits.partition("/")
            exponent = Fraction(over) / Fraction(under or 1)
        except (ValueError, ZeroDivisionError):
            self.refuse(f"Write exponents as numbers. {digits!r} is none.")
        if abs(exponent) > _LARGEST or exponent.denominator > _MOST_PARTS:
            self.refuse(f"Exponents are fractions up to {_LARGEST}, of at most {_MOST_PARTS} parts: m^(1/3).")
        return exponent
