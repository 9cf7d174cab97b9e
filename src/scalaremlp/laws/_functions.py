"""The functions of one argument that formulas are made of."""

from collections.abc import Callable
from typing import Any, NamedTuple


class Known(NamedTuple):
    """A function: `of(value, array module)`, its name in SymPy and NumPy."""

    of: Callable[[Any, Any], Any]
    sympy: str


FUNCTIONS = {
    "sin": Known(lambda x, xp: xp.sin(x), "sin"),
    "cos": Known(lambda x, xp: xp.cos(x), "cos"),
    "tan": Known(lambda x, xp: xp.tan(x), "tan"),
    "exp": Known(lambda x, xp: xp.exp(x), "exp"),
    "log": Known(lambda x, xp: xp.log(x), "log"),
    "tanh": Known(lambda x, xp: xp.tanh(x), "tanh"),
    "sinh": Known(lambda x, xp: xp.sinh(x), "sinh"),
    "cosh": Known(lambda x, xp: xp.cosh(x), "cosh"),
    "asin": Known(lambda x, xp: xp.arcsin(x), "asin"),
    "acos": Known(lambda x, xp: xp.arccos(x), "acos"),
    "atan": Known(lambda x, xp: xp.arctan(x), "atan"),
}
