"""A formula for SymPy, in which every scalar and every tensor is one symbol."""

from collections.abc import Sequence
from typing import Any

from ..scalars.formulas import sympy
from ._expression import Constant, Expression, Function, Named, Number, Product, Sum
from ._functions import FUNCTIONS
from ._numbers import simple

_ROUNDING = 1e-14


def to_sympy(expression: Expression, constants: Sequence[float]) -> Any:
    """The formula."""
    sp = sympy()

    def made(of: Expression) -> Any:
        match of:
            case Named(name):
                return symbol(name)
            case Constant(index):
                return number(constants[index])
            case Number(value, pi):
                return sp.Rational(value.numerator, value.denominator) * sp.pi**pi
            case Sum(terms):
                return sp.Add(*map(made, terms))
            case Function(name, argument):
                return getattr(sp, FUNCTIONS[name].sympy)(made(argument))
            case Product(factors):
                return sp.Mul(*(made(b) ** sp.Rational(e.numerator, e.denominator) for b, e in factors))

    return made(expression)


def symbol(name: str) -> Any:
    """The symbol of a scalar or a tensor; lengths are positive."""
    return sympy().Symbol(name, positive=True) if name.startswith("|") else sympy().Symbol(name, real=True)


def number(value: float) -> Any:
    """A constant: exactly where it is a simple number to the last digits."""
    sp, found = sympy(), simple(value, _ROUNDING)
    if found is None:
        return sp.Float(repr(value), 15)
    fraction = sp.Rational(found.fraction.numerator, found.fraction.denominator)
    return fraction * sp.pi ** sp.Rational(str(found.pi)) * sp.sqrt(found.root)
