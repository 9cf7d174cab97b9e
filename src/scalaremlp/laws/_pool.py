"""Factors that a product may have besides powers of scalars: 1 ± π, exp π, sin π, … of dimensionless monomials π."""

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

import numpy as np

from ._expression import Expression, Function, Number, Sum, times
from ._functions import FUNCTIONS
from ._table import Table

_ONE = Number(Fraction(1))
_SIZES = ("1", "1/2", "2", "1/3", "3", "1/4", "4", "2/3")
_BESIDE_ONE = tuple(Number(sign * Fraction(size)) for size in _SIZES for sign in (1, -1))
_INSIDE = (
    _ONE, Number(Fraction(1, 2)), Number(Fraction(2)), Number(Fraction(1, 2), -1), Number(Fraction(2), 1),
    Number(Fraction(1), 1),
)  # fmt: skip
_MOST_ARGUMENT = 300.0


class Factors(NamedTuple):
    """One kind of factor, for each of some monomials: its values (n, m), and the formula of that of monomial i."""

    values: np.ndarray
    expression: "Kind"


class Kind(NamedTuple):
    """A factor g(c π): `outer` + f(c π), with f a function or the identity; 0 for `outer` is none."""

    function: str
    inside: Number
    outer: int

    def of(self, argument: Expression) -> Expression:
        """The formula for one monomial."""
        inner = argument if self.inside == _ONE else times(self.inside, argument)
        own = Function(self.function, inner) if self.function else inner
        return Sum((Number(Fraction(self.outer)), own)) if self.outer else own


_KINDS = (
    *(Kind("", c, 1) for c in _BESIDE_ONE),
    *(Kind(f, c, 0) for f in ("sin", "cos") for c in _INSIDE),
    *(Kind("exp", c, outer) for outer in (-1, 1) for c in _INSIDE[:5]),
    *(Kind(f, c, 0) for f in ("tanh", "cosh", "sinh") for c in _INSIDE[:3]),
    Kind("log", _ONE, 0), Kind("log", _ONE, 1),
    *(Kind("cos", c, outer) for outer in (-1, 1) for c in _INSIDE[:1]),
    Kind("sin", _ONE, 1), Kind("sin", _ONE, -1),
)  # fmt: skip
_PERIODIC = 60.0  # an argument beyond says nothing that a sample is near


def factors(table: Table, exponents: np.ndarray) -> Iterator[Factors]:
    """All kinds of factors of some dimensionless monomials, NaN where they are not finite or too large."""
    logs, signs = table.of_monomials(exponents)
    with np.errstate(all="ignore"):
        argument = signs * np.exp(np.clip(logs, -700, 700))
        for kind in _KINDS:
            inner = argument * float(kind.inside)
            most = _PERIODIC if kind.function in ("sin", "cos") else _MOST_ARGUMENT
            inner = np.where(np.abs(inner) < most, inner, np.nan)
            if kind.function:
                inner = FUNCTIONS[kind.function].of(inner, np)
            yield Factors(inner + kind.outer, kind)
