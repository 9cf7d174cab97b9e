"""What a scalar or a covariant is: its formula as text, in LaTeX and for SymPy, and its degree in each input."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from . import _exact
from .inputs import Inputs


@dataclass(frozen=True)
class Symbol:
    r"""One scalar, or one covariant.

    Attributes:
        text: its formula, as a person reads it: `tr(A1 A2²)`.
        latex: its formula in LaTeX.
        degrees: pairs (input, degree), for each input that occurs.
        sign: that of the contraction, as the engine computes it, in relation to the formula.
        part: "Re" or "Im" of the real or imaginary part of a complex number, else "".
        entries: makes it of entries that are SymPy's, where it is a polynomial.

    Example:
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import Sym, T
        >>> from scalaremlp.scalars import Invariants
        >>> symbol = Invariants(Sym(2) + T(1), O(2)).symbols[-1]
        >>> symbol.text, symbol.latex, symbol.degrees
        ('<x1,A1 x1>', '\\langle x_{1},A_{1}\\,x_{1}\\rangle', (('A1', 1), ('x1', 2)))
        >>> symbol.sympy.expand()
        A1[0, 0]*x1[0]**2 + 2*A1[0, 1]*x1[0]*x1[1] + A1[1, 1]*x1[1]**2
    """

    text: str
    latex: str
    degrees: tuple[tuple[str, int], ...]
    sign: int = 1
    part: str = ""
    entries: Callable[[], Any] | None = field(default=None, compare=False, repr=False)

    @classmethod
    def one(cls) -> "Symbol":
        """The number 1."""
        return cls("1", "1", (), entries=lambda: 1)

    @property
    def sympy(self) -> Any:
        """Its formula for SymPy, in the scalars s1, … and the components x1[0], …, A1[0, 1], … of the inputs.

        Components are those of the arrays that `split` gives; of entries that are equal by symmetry the first stands
        for all. Of a covariant it is an array of its entries, `ImmutableDenseNDimArray`, full also for a packed type.

        Raises:
            ValueError: without the package sympy, and for orientations in time, which are no polynomials.
        """
        if self.entries is None:
            raise ValueError(f"SymPy formulas are those of polynomials. Got {self.text}: call `orientations` instead.")
        return _exact.expression(self.entries(), self.part)

    @property
    def degree(self) -> int:
        """The degree in all inputs together."""
        return sum(degree for _, degree in self.degrees)

    def of_part(self, part: str) -> "Symbol":
        """Its real ("Re") or imaginary ("Im") part; itself where `part` is empty."""
        if not part:
            return self
        return replace(self, part=part, text=f"{part} {self.text}", latex=rf"\operatorname{{{part}}} {self.latex}")


def scalar_symbols(ins: Inputs) -> tuple[Symbol, ...]:
    """Those of the input scalars s1, s2, …"""
    names = [(f"s{i}", f"s_{{{i}}}") for i in range(1, ins.n_scalars + 1)]
    return tuple(Symbol(name, latex, ((name, 1),), entries=partial(_exact.of_scalar, name)) for name, latex in names)
