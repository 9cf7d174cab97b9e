"""Reads the formula of a scalar or a covariant as a person does, and computes it.

A product of matrices goes by the form: A B is A^ab g_bc B^cd, where every index is up; without a form it is A^a_b B^b_c.
What stands in the index notation is summed over letters that occur twice: by the form, the first of the two on its
left, or with a lower index of ε as it is; for permutations over every letter that the output has not. In ⟨x, y⟩ of a
unitary group x is conjugated.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import reduce
from string import ascii_letters

import numpy as np

from scalaremlp.groups import Group

from ..scalars.oracles import levi_civita

OPEN = "abcdefghij"
MADE = ("sym", "alt", "sym0")
_POWERS = "⁰¹²³⁴⁵⁶⁷⁸⁹"


@dataclass(frozen=True)
class Reader:
    """Formulas for one input.

    Args:
        group: the group.
        inputs: entries by name, each with upper indices where there is a form.
        legs: the indices a, b, … of the output; what is found is lowered where they are, and g, ω and δ are as they say.
    """

    group: Group
    inputs: Mapping[str, np.ndarray]
    legs: tuple[str, ...] = ()

    def value(self, text: str) -> np.ndarray:
        """The number, or the tensor with indices a, b, … that it has before it is made symmetric."""
        parts = _split(text, " ")
        part = parts.pop(0) if parts[0] in ("Re", "Im", *MADE) else ""
        indexed = [each for each in parts if "_" in each and each[0] not in "gωδ"]
        factors = [self._factor(each) for each in parts if each not in indexed]
        found = self._product([*factors, self._indexed(indexed)] if indexed else factors)
        return {"Re": np.real, "Im": np.imag}.get(part, lambda value: value)(found)

    @property
    def form(self) -> np.ndarray:
        """Of the group, or the identity."""
        return next(
            (t.array for t in self.group.fixed_tensors if t.kind == "form" and t.p == 0), np.eye(self.group.dim)
        )

    def _product(self, factors: list[tuple[str, np.ndarray]]) -> np.ndarray:
        """Factors with their open letters, multiplied, the letters sorted."""
        letters = "".join(own for own, _ in factors)
        formula = ",".join(own for own, _ in factors) + "->" + "".join(sorted(set(letters)))
        return np.einsum(formula, *(value for _, value in factors))

    def _factor(self, text: str) -> tuple[str, np.ndarray]:
        inside, _, letters = text.replace("_", "^").rpartition("^") if "^" in text or "_" in text else (text, "", "")
        if inside.startswith(("ε", "det")):
            return letters, self._lowered(self._bracket(inside, len(letters)), letters)
        if inside in ("g", "ω", "δ"):
            return letters, self._fixed(inside, letters)
        if inside == "1":
            return "", np.ones(())
        if match := re.fullmatch(r"tr\((.*)\)", inside):
            return "", np.trace(self._word(match[1]) @ self.form)
        if match := re.fullmatch(r"[<ω]\(?(.*?)[>)]", inside):
            return "", self._pairing(*_split(match[1], ","))
        return letters, self._lowered(self._word(inside.removeprefix("(").removesuffix(")")), letters)

    def _fixed(self, name: str, letters: str) -> np.ndarray:
        if name == "δ":
            return np.eye(self.group.dim)
        return np.linalg.inv(self.form) if self._leg(letters[0]) == "V" else self.form

    def _leg(self, letter: str) -> str:
        return self.legs[OPEN.index(letter)]

    def _lowered(self, value: np.ndarray, letters: str) -> np.ndarray:
        for axis, letter in enumerate(letters):
            if self._leg(letter) == "V*":
                value = np.moveaxis(np.tensordot(self.form, value, (1, axis)), 0, axis)
        return value

    def _pairing(self, left: str, right: str) -> np.ndarray:
        first = self._word(left)
        return (first.conj() if self.group.conjugate_is_dual else first) @ self.form @ self._word(right)

    def _bracket(self, text: str, opened: int) -> np.ndarray:
        inside = text[text.index("[") + 1 : -1] if "[" in text else ""
        value = levi_civita(self.group.dim)
        for word in _split(inside, ","):
            value = np.tensordot(self._word(word), value, (0, 0))
        for axis in range(opened):
            value = np.moveaxis(np.tensordot(np.linalg.inv(self.form), value, (1, axis)), 0, axis)
        return value

    def _word(self, text: str) -> np.ndarray:
        """A product of matrices, and perhaps a vector at its end."""
        factors = []
        for each in _split(text, " "):
            match = re.fullmatch(rf"(\w+?\*?)(ᵀ?)([{_POWERS}]*)", each)
            assert match, each
            array = self._named(match[1])
            power = int("".join(str(_POWERS.index(digit)) for digit in match[3]) or 1)
            factors += [array.T if match[2] else array] * power
        return reduce(lambda one, other: one @ self.form @ other, factors)

    def _named(self, name: str) -> np.ndarray:
        if name in self.inputs:
            return self.inputs[name]
        if name.endswith("*"):
            return self.inputs[name.removesuffix("*")].conj()
        return next(t.array for t in self.group.fixed_tensors if t.name == name)

    def _indexed(self, parts: list[str]) -> tuple[str, np.ndarray]:
        """A sum over letters that occur twice, each given a name of its own at every place; the other letters."""
        if self.group.fixes_diagonals:
            return self._summed(parts)
        fresh = iter(reversed(ascii_letters))
        at: dict[str, list[tuple[str, bool]]] = {}  # letter → its places, and whether each is of ε
        formula, arrays = [], []
        for name, letters in (part.rsplit("_", 1) for part in parts):
            own = [next(fresh) for _ in letters]
            for letter, place in zip(letters, own, strict=True):
                at.setdefault(letter, []).append((place, name == "ε"))
            formula.append("".join(own))
            arrays.append(levi_civita(self.group.dim) if name == "ε" else self._named(name))
        opened = {letter: next(fresh) for letter in sorted(at) if len(at[letter]) == 1}
        for letter, ((first, low), *second) in at.items():
            lows = low or any(each for _, each in second)
            matrix = self.form if second and not lows else np.linalg.inv(self.form) if low and not second else None
            formula.append(first + second[0][0] if second else opened[letter] + first)
            arrays.append(np.eye(self.group.dim) if matrix is None else matrix)
        letters = "".join(opened)
        value = np.einsum(",".join(formula) + "->" + "".join(opened.values()), *arrays, optimize=True)
        return letters, self._lowered(value, letters)

    def _summed(self, parts: list[str]) -> tuple[str, np.ndarray]:
        """For permutations: a sum over every letter that is none of the output's, however often it occurs."""
        factors = [part.rsplit("_", 1) for part in parts]
        arrays = [np.ones(self.group.dim) if name == "1" else self._named(name) for name, _ in factors]
        letters = "".join(sorted(set(OPEN[: len(self.legs)]) & set("".join(letters for _, letters in factors))))
        return letters, np.einsum(",".join(letters for _, letters in factors) + "->" + letters, *arrays)


_FROM_LATEX = (
    (r"\\bar\{(\w)_\{(\d+)\}\}", r"\1\2*"),
    (r"(?<!\})\b([xwAe])_\{(\d+)\}", r"\1\2"),
    (r"\{([^{}]+)\}_\{(\w+)\}", r"\1_\2"),
    (r"\^\{\\mathsf T\}", "ᵀ"),
    (r"\^\{(\d+)\}", lambda match: "".join(_POWERS[int(digit)] for digit in match[1])),
    (r"\^\{(\w+)\}", r"^\1"),
    (r"\\operatorname\{(\w+)\}", r"\1"),
    (r"\\langle ", "<"),
    (r"\\rangle", ">"),
    (r"\\,", " "),
    (r"\\det\b", "det"),
    (r"\\epsilon|ε", "ε"),
    (r"\\omega", "ω"),
    (r"\\delta", "δ"),
)


def from_latex(latex: str) -> str:
    """The same formula as text; a double subscript or superscript, which LaTeX refuses, is none."""
    assert not re.search(r"_\{\w+\}_|(?<!\))\^\{[^{}]*\}\^", latex), latex
    for pattern, replacement in _FROM_LATEX:
        latex = re.sub(pattern, replacement, latex)
    assert "\\" not in latex, latex
    return latex


def _split(text: str, mark: str) -> list[str]:
    """At marks that stand in no brackets."""
    depth, found = 0, [""]
    for letter in text:
        depth += (letter in "([<") - (letter in ")]>")
        if letter == mark and depth == 0:
            found.append("")
        else:
            found[-1] += letter
    return [each for each in found if each]
