"""The static plan of the covariants: contractions of the same structure gathered into one einsum each."""

from collections import Counter
from functools import cache, partial
from typing import NamedTuple

import numpy as np

from .._check import TooLargeError
from ..contractions.words import latex_name
from ..groups import Group
from ..reps import Rep
from . import _exact
from ._fixed_tensors import fixed_tensor, moves
from ._symbols import Symbol
from ._tensor_plan import TensorBlock, tensor_block
from .bracket import Bracket, Contraction
from .generators import covariant_generators
from .inputs import Inputs, inputs, takes_tensors

_LETTERS = "abcdefghij"


class Factor(NamedTuple):
    """One bracket in all contractions of a term: rows of the inputs, or a constant array."""

    kind: str
    indices: str  # einsum indices: k (the contraction), a letter for each leg; z counts copies
    side: int  # rows of the upper (0) or the lower (1) vectors
    rows: np.ndarray  # (contractions, inputs)
    moves: tuple[tuple[int, np.ndarray], ...]  # an axis and the matrix that raises or lowers it
    array: np.ndarray | None  # the constant


class Term(NamedTuple):
    """Contractions of one structure: `formula` gives each of them, `combination` their sum with coefficients."""

    factors: tuple[Factor, ...]
    number: int  # of contractions
    formula: str
    combination: str


class Block(NamedTuple):
    """One term of the output type, `copies` times."""

    start: int
    copies: int
    size: int
    terms: tuple[Term, ...]
    contractions: tuple[Contraction, ...]
    symbols: tuple[Symbol, ...]


class CovariantPlan(NamedTuple):
    """What `Covariants` looks up."""

    inputs: Inputs
    blocks: tuple[Block | TensorBlock, ...]
    size: int
    size_out: int


@cache
def covariant_plan(
    rep_in: Rep, rep_out: Rep, group: Group, degree: int | None, limit: int, effort: int
) -> CovariantPlan:
    """The plan for maps from `rep_in` to `rep_out`."""
    ins = inputs(rep_in, group)
    of_tensors = takes_tensors(rep_in, rep_out, group)
    blocks: list[Block | TensorBlock] = []
    start = 0
    for copies, term in rep_out(group).blocks:
        if of_tensors:
            blocks.append(tensor_block(ins, term, degree, effort)._replace(start=start, copies=copies))
        else:
            blocks.append(_block(ins, term.legs, degree, limit)._replace(start=start, copies=copies))
        start += copies * blocks[-1].size
    size = sum(b.copies * len(b.symbols) for b in blocks)
    if size > limit:
        raise TooLargeError(
            f"there must be at most limit={limit} covariants. Got {size} of {rep_out}: raise limit=, or share "
            "coefficients over particles with permutation=True."
        )
    return CovariantPlan(ins, tuple(blocks), size, start)


@cache
def _block(ins: Inputs, legs: tuple[str, ...], degree: int | None, limit: int) -> Block:
    contractions = covariant_generators(ins.family, ins.n_up, ins.n_down, legs, limit) if legs else ((),)
    contractions = tuple(c for c in contractions if degree is None or sum(len(b.inputs) for b in c) <= degree)
    structures: dict[tuple, list[Contraction]] = {}
    for contraction in contractions:
        structures.setdefault(tuple(_structure(b) for b in contraction), []).append(contraction)
    terms = tuple(_term(ins, found, legs) for found in structures.values())
    ordered = tuple(c for found in structures.values() for c in found)
    return Block(0, 1, ins.group.dim ** len(legs), terms, ordered, tuple(_symbol(ins, c, legs) for c in ordered))


def _structure(bracket: Bracket) -> tuple:
    sides = tuple(_side(slot.kind) for slot in bracket.slots if not slot.is_leg)
    return bracket.kind, sides, bracket.legs


def _side(kind: str) -> int:
    return int(kind in ("down", "fixed_down"))


def _term(ins: Inputs, contractions: list[Contraction], legs: tuple[str, ...]) -> Term:
    factors = tuple(_factor(ins, [c[i] for c in contractions], legs) for i in range(len(contractions[0])))
    out = _LETTERS[: len(legs)]
    operands = ",".join(f.indices for f in factors)
    varies = any("k" in f.indices for f in factors)
    formula = f"{operands}->k{out}" if varies else f"{operands},k->k{out}".removeprefix(",")
    return Term(factors, len(contractions), formula, f"zk,{operands}->z{out}".replace(",->", "->"))


def _factor(ins: Inputs, brackets: list[Bracket], legs: tuple[str, ...]) -> Factor:
    kind, sides, own = _structure(brackets[0])
    letters = "".join(_LETTERS[number] for number in own)
    if not sides:
        array = fixed_tensor(ins.family, kind, [legs[number] for number in own])
        return Factor(kind, letters, 0, np.zeros((0, 0), int), (), array)
    rows = np.array([ins.rows(tuple(s for s in b.slots if not s.is_leg)) for b in brackets], dtype=int)
    moved = moves(ins.family, kind, [legs[number] for number in own])
    shifted = tuple((axis + 1, matrix) for axis, matrix in moved)
    return Factor(kind, "k" + letters, sides[0], rows, shifted, None)


def _symbol(ins: Inputs, contraction: Contraction, legs: tuple[str, ...]) -> Symbol:
    text = " ".join(_bracket_name(ins, bracket, legs) for bracket in contraction) or "1"
    counts = Counter(ins.input_name(slot) for bracket in contraction for slot in bracket.inputs)
    latex = r"\,".join(_bracket_latex(ins, bracket, legs) for bracket in contraction) or "1"
    return Symbol(text, latex, tuple(counts.items()), entries=partial(_exact.of_brackets, ins, contraction, legs))


def _bracket_name(ins: Inputs, bracket: Bracket, legs: tuple[str, ...]) -> str:
    held = [ins.name(slot) for slot in bracket.slots if not slot.is_leg]
    indices = "".join(f"{'^' if legs[n] == 'V' else '_'}{_LETTERS[n]}" for n in bracket.legs)
    for mark in "^_":
        indices = mark + indices.replace(mark, "") if set(indices) & set("^_") == {mark} else indices
    if bracket.kind != "pair":
        return f"ε[{','.join(held)}]{indices}" if held else f"ε{indices}"
    return (held[0] if held else _fixed_pair(ins, bracket, legs)) + indices


def _bracket_latex(ins: Inputs, bracket: Bracket, legs: tuple[str, ...]) -> str:
    held = [latex_name(ins.name(slot)) for slot in bracket.slots if not slot.is_leg]
    indices = "".join(f"{{}}{'^' if legs[n] == 'V' else '_'}{{{_LETTERS[n]}}}" for n in bracket.legs)
    if bracket.kind != "pair":
        return rf"\epsilon[{','.join(held)}]{indices}" if held else rf"\epsilon{indices}"
    symbols = {"δ": r"\delta", "ω": r"\omega", "g": "g"}
    return (f"{{{held[0]}}}" if held else symbols[_fixed_pair(ins, bracket, legs)]) + indices


def _fixed_pair(ins: Inputs, bracket: Bracket, legs: tuple[str, ...]) -> str:
    """The symbol of a fixed tensor with two indices of the output."""
    mixed = len({legs[n] for n in bracket.legs}) == 2
    return "δ" if mixed or ins.family.form is None else ("ω" if ins.family.antisymmetric else "g")
