"""The factors that a formula is made of, and how each is written: as text, and in LaTeX."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple, Protocol

_POWERS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_SYMBOLS = {"δ": r"\delta", "ω": r"\omega", "ε": r"\epsilon", "g": "g", "1": "1"}


class Letter(NamedTuple):
    """A matrix in a word."""

    name: str
    transposed: bool


Word = tuple[Letter, ...]
"""A product of matrices."""


@dataclass(frozen=True)
class Style:
    """How things are written."""

    latex: bool

    @property
    def gap(self) -> str:
        """Between factors."""
        return r"\," if self.latex else " "

    def name(self, name: str) -> str:
        """An input, a fixed vector or a fixed tensor."""
        if not self.latex:
            return name
        return _SYMBOLS.get(name) or latex_name(name)

    def raised(self, text: str, indices: str) -> str:
        """With upper indices."""
        return f"{text}^{{{indices}}}" if self.latex else f"{text}^{indices}"

    def word(self, word: Sequence[Letter]) -> str:
        """A product of matrices, with powers."""
        parts: list[str] = []
        for (name, transposed), run in groupby(word):
            power, text = len(list(run)), self.name(name)
            if transposed:
                parts += [text + (r"^{\mathsf T}" if self.latex else "ᵀ")] * power
            elif power == 1:
                parts.append(text)
            else:
                parts.append(text + (f"^{{{power}}}" if self.latex else "".join(_POWERS[int(d)] for d in str(power))))
        return self.gap.join(parts)

    def applied(self, word: Sequence[Letter], vector: str) -> str:
        """A word before a vector."""
        return self.gap.join([self.word(word), self.name(vector)]) if word else self.name(vector)


def latex_name(name: str) -> str:
    """The name of an input or a fixed vector in LaTeX: x1 is x with an index, x1* its conjugate."""
    letter, number = name[:1], name[1:].rstrip("*")
    base = f"{letter}_{{{number}}}" if number else letter
    return rf"\bar{{{base}}}" if name.endswith("*") else base


class Factor(Protocol):
    """One factor of a formula.

    Attributes:
        opened: the indices of the output that it has, in order.
    """

    @property
    def opened(self) -> str: ...

    def written(self, style: Style) -> str: ...


@dataclass(frozen=True)
class Trace:
    """tr(W)."""

    word: Word
    opened: str = ""

    def written(self, style: Style) -> str:
        trace = r"\operatorname{tr}" if style.latex else "tr"
        return f"{trace}({style.word(self.word)})"


@dataclass(frozen=True)
class Paired:
    """⟨v, W w⟩, or ω(v, W w)."""

    first: str
    word: Word
    last: str
    antisymmetric: bool
    opened: str = ""

    def written(self, style: Style) -> str:
        inside = f"{style.name(self.first)},{style.applied(self.word, self.last)}"
        if self.antisymmetric:
            return f"{style.name('ω')}({inside})"
        return rf"\langle {inside}\rangle" if style.latex else f"<{inside}>"


@dataclass(frozen=True)
class Bracket:
    """ε[v, W w, …], with open indices last; of vectors alone a determinant."""

    held: tuple[tuple[Word, str], ...]
    opened: str

    def written(self, style: Style) -> str:
        inside = ",".join(style.applied(*each) for each in self.held)
        plain = not self.opened and not any(word for word, _ in self.held)
        symbol = ("\\det" if style.latex else "det") if plain else style.name("ε")
        text = f"{symbol}[{inside}]" if inside else symbol
        return style.raised(text, self.opened) if self.opened else text


@dataclass(frozen=True)
class Open:
    """(W)^ab, (W v)^a, or a fixed tensor with indices of the output."""

    word: Word
    name: str
    opened: str

    def written(self, style: Style) -> str:
        text = style.applied(self.word, self.name) if self.name else style.word(self.word)
        one = len(self.word) + bool(self.name) == 1 and not any(letter.transposed for letter in self.word)
        return style.raised(text if one else f"({text})", self.opened)


@dataclass(frozen=True)
class Indexed:
    """A tensor with its indices, summed where they occur twice."""

    name: str
    indices: str
    opened: str = ""

    def written(self, style: Style) -> str:
        return f"{{{style.name(self.name)}}}_{{{self.indices}}}" if style.latex else f"{self.name}_{self.indices}"
