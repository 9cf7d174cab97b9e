"""Formulas as text, made into SymPy's expressions without running anything, and what is asked of two of them.

Example:
    >>> from benchmarks.expressions import nodes, parse
    >>> parse("m*v/sqrt(1 - v**2/c**2)")
    m*v/sqrt(1 - v**2/c**2)
    >>> nodes(parse("k*q*R/r**3"))
    7
"""

import ast
import operator
from collections.abc import Callable, Mapping
from typing import Any

import sympy

from benchmarks.clock import cpu_limit

_OPERATORS: Mapping[type[ast.AST], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Pow: operator.pow,
}  # fmt: skip
_SIGNS: Mapping[type[ast.AST], Callable[[Any], Any]] = {ast.UAdd: operator.pos, ast.USub: operator.neg}
_FUNCTIONS = {
    "sqrt": sympy.sqrt, "exp": sympy.exp, "ln": sympy.log, "log": sympy.log, "sin": sympy.sin, "cos": sympy.cos,
    "tan": sympy.tan, "tanh": sympy.tanh, "arcsin": sympy.asin, "arccos": sympy.acos,
}  # fmt: skip


def parse(text: str, symbols: Mapping[str, Any] | None = None) -> Any:
    """The expression that the text says: numbers, names, `+ - * / **`, and functions of a short list.

    Args:
        text: as Python writes it; `pi` is the number.
        symbols: what names mean; without it every name is a symbol.

    Raises:
        ValueError: for anything else in the text.
    """
    try:
        tree = ast.parse(text, mode="eval").body
    except SyntaxError as error:
        raise ValueError(f"A formula is written as in Python. Got {text!r}: {error.msg}.") from None
    return _made(tree, symbols, text)


def _made(tree: ast.AST, symbols: Mapping[str, Any] | None, text: str) -> Any:
    match tree:
        case ast.Constant(value=int() | float() as value) if not isinstance(value, bool):
            return sympy.Integer(value) if isinstance(value, int) else sympy.Rational(str(value))
        case ast.Name(id="pi"):
            return sympy.pi
        case ast.Name(id=name) if symbols is None or name in symbols:
            return sympy.Symbol(name) if symbols is None else symbols[name]
        case ast.BinOp(left=left, op=sign, right=right) if type(sign) in _OPERATORS:
            return _OPERATORS[type(sign)](_made(left, symbols, text), _made(right, symbols, text))
        case ast.UnaryOp(op=sign, operand=operand) if type(sign) in _SIGNS:
            return _SIGNS[type(sign)](_made(operand, symbols, text))
        case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in _FUNCTIONS:
            return _FUNCTIONS[name](_made(argument, symbols, text))
    raise ValueError(f"A formula has numbers, its variables, + - * / ** and {', '.join(_FUNCTIONS)}. Got {text!r}.")


def nodes(expression: Any) -> int:
    """How many nodes SymPy counts."""
    return sum(1 for _ in sympy.preorder_traversal(expression))


def exact(expression: Any, digits: float = 1e-9) -> Any:
    """The expression with numbers near simple ones made these: small fractions, also times powers of π or √2."""
    floats = sorted(expression.atoms(sympy.Float), key=str)
    return expression.xreplace({value: _simple(value, digits) for value in floats})


def _simple(value: Any, digits: float) -> Any:
    for factor in (1, sympy.pi, 1 / sympy.pi, sympy.pi**2, 1 / sympy.pi**2, sympy.sqrt(2), sympy.sqrt(sympy.pi),
                   1 / sympy.sqrt(sympy.pi), 1 / sympy.sqrt(2 * sympy.pi), sympy.pi**3, 1 / sympy.pi**3):  # fmt: skip
        ratio = float(value / sympy.Float(factor.evalf() if factor != 1 else 1))
        fraction = sympy.Rational(str(ratio)).limit_denominator(1000)
        if abs(float(fraction) - ratio) <= digits * abs(ratio):
            return fraction * factor
    return value


def equal(one: Any, other: Any, seconds: float = 20.0) -> bool | None:
    """Whether SymPy shows that two expressions are the same; `None` if it does not say so in time."""
    try:
        with cpu_limit(seconds):
            difference = sympy.simplify(exact(one) - exact(other))
    except TimeoutError:
        return None
    return True if difference == 0 else None
