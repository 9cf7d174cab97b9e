"""A formula as a person reads it, on one line."""

from collections.abc import Sequence
from fractions import Fraction

from ._expression import Constant, Expression, Function, Named, Number, Product, Sum
from ._numbers import Simple, simple

_ROUNDING = 1e-14


def text(expression: Expression, constants: Sequence[float]) -> str:
    """The formula.

    >>> from ._expression import ONE, times
    >>> text(times(Constant(0), Named("s1"), Product(((Named("|x1|"), Fraction(-3)),))), [0.25])
    '1/4 s1 |x1|^-3'
    """
    match expression:
        case Named(name):
            return name
        case Constant(index):
            return number(constants[index])
        case Number(value, pi):
            return _of_simple(Simple(value, pi))
        case Sum(terms):
            return f"({joined([text(term, constants) for term in terms])})"
        case Function(name, argument):
            inner = text(argument, constants)
            return f"{name}{inner}" if isinstance(argument, Sum) else f"{name}({inner})"
        case Product(factors):
            return _product([_power(base, exponent, constants) for base, exponent in factors]) or "1"


def _product(words: list[str]) -> str:
    if len(words) > 1 and words[0] in ("1", "-1"):
        return words[0][:-1] + " ".join(words[1:])
    return " ".join(words)


def _power(base: Expression, exponent: Fraction, constants: Sequence[float]) -> str:
    inner = text(base, constants)
    if exponent == 1:
        return inner
    if (isinstance(base, Product) and len(base.factors) > 1) or (isinstance(base, Constant) and inner.startswith("-")):
        inner = f"({inner})"
    return f"{inner}^{exponent}" if exponent.denominator == 1 else f"{inner}^({exponent})"


def joined(terms: Sequence[str]) -> str:
    """A sum of terms.

    >>> joined(["a", "-2 b"])
    'a - 2 b'
    """
    found = terms[0]
    for term in terms[1:]:
        found += f" - {term[1:]}" if term.startswith("-") else f" + {term}"
    return found


def number(value: float) -> str:
    """A constant: exactly where it is a simple number to the last digits, else to six."""
    found = simple(value, _ROUNDING)
    return f"{value:.6g}" if found is None else _of_simple(found)


def _of_simple(value: Simple) -> str:
    above, below = str(value.fraction.numerator), str(value.fraction.denominator)
    roots = (f"√{value.root}" if value.root > 1 else "") + (_pi(value.pi) if value.pi > 0 else "")
    if roots:
        above = above.removesuffix("1") + roots if above in ("1", "-1") else above + roots
    if value.pi < 0:
        below = _pi(-value.pi) if below == "1" else f"({below}{_pi(-value.pi)})"
    return above if below == "1" else f"{above}/{below}"


def _pi(power: Fraction | int) -> str:
    return "π" if power == 1 else f"π^{power}" if power == int(power) else f"π^({power})"
