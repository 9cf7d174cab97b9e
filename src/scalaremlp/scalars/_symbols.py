"""What a scalar or a covariant is: its formula as text and in LaTeX, and its degree in each input."""

from dataclasses import dataclass, replace

from .inputs import Inputs


@dataclass(frozen=True)
class Symbol:
    """One scalar, or one covariant.

    Attributes:
        text: its formula, as a person reads it: `tr(A1 A2²)`.
        latex: its formula in LaTeX.
        degrees: pairs (input, degree), for each input that occurs.
        sign: that of the contraction, as the engine computes it, in relation to the formula.
    """

    text: str
    latex: str
    degrees: tuple[tuple[str, int], ...]
    sign: int = 1

    @classmethod
    def one(cls) -> "Symbol":
        """The number 1."""
        return cls("1", "1", ())

    @property
    def degree(self) -> int:
        """The degree in all inputs together."""
        return sum(degree for _, degree in self.degrees)

    def of_part(self, part: str) -> "Symbol":
        """Its real ("Re") or imaginary ("Im") part; itself where `part` is empty."""
        if not part:
            return self
        return replace(self, text=f"{part} {self.text}", latex=rf"\operatorname{{{part}}} {self.latex}")


def scalar_symbols(ins: Inputs) -> tuple[Symbol, ...]:
    """Those of the input scalars s1, s2, …"""
    return tuple(Symbol(f"s{i}", f"s_{{{i}}}", ((f"s{i}", 1),)) for i in range(1, ins.n_scalars + 1))
