"""The static plan of the invariants: which entries of which arrays, and what they are called."""

from collections import Counter
from collections.abc import Iterable
from functools import cache, partial
from itertools import combinations
from typing import NamedTuple

import numpy as np

from ..contractions.words import latex_name
from ..groups import Group
from ..reps import Rep
from . import _exact
from ._symbols import Symbol, scalar_symbols
from .bracket import Bracket, up
from .generators import invariant_generators
from .inputs import Inputs, inputs


class InvariantPlan(NamedTuple):
    """What `Invariants` looks up; index arrays are rows of the upper or lower vectors, fixed ones last."""

    inputs: Inputs
    symbols: tuple[Symbol, ...]  # what each is
    pairs: np.ndarray  # (k, 2) rows of the left and the right factor
    triangle: int | None  # the pairs are all [i, j] with j ≥ i + triangle, row after row
    down: np.ndarray  # (k, d) upper vectors of each lower Levi-Civita tensor
    up: np.ndarray  # (k, d) lower vectors of each upper one
    part: np.ndarray  # of which complex value each scalar is the real or
    imaginary: np.ndarray  # the imaginary part
    squares: dict[int, int]  # row of a vector → position of ⟨x, x⟩
    products: tuple[tuple[int, tuple[int, int]], ...]  # position and rows of ⟨x, y⟩
    dropped: str  # what a cut in degree has dropped that changes the group

    def vector(self, row: int) -> str:
        """What the vector in a row is called."""
        return self.inputs.name(up(row))


@cache
def invariant_plan(rep_in: Rep, group: Group, degree: int | None) -> InvariantPlan:
    """The plan for inputs of type `rep_in`, of degree at most `degree`."""
    ins = inputs(rep_in, group)
    every = [b for b in invariant_generators(ins.family, ins.n_up, ins.n_down) if not _repeats_conjugate(b, ins)]
    kept = [b for b in every if degree is None or len(b.inputs) <= degree]
    lost = any(b.kind != "pair" and degree is not None and len(b.inputs) > degree for b in every)
    parts = [*((i, part) for i in range(ins.n_scalars) for part in _parts(group)), *_bracket_parts(kept, ins)]
    rows = {kind: [ins.rows(b.slots) for b in kept if b.kind == kind] for kind in ("pair", "down", "up")}
    pairs = _index(rows["pair"], 2)
    placed = [(position, rows["pair"][i - ins.n_scalars]) for position, i in _pair_positions(parts, ins, len(pairs))]
    return InvariantPlan(
        ins,
        (*_symbols(kept, ins, parts), *(orientation_symbols(ins) if degree is None else ())),
        pairs,
        _triangle(pairs, ins),
        _index(rows["down"], group.dim),
        _index(rows["up"], group.dim),
        np.array([i for i, _ in parts], dtype=int),
        np.array([part == "Im" for _, part in parts], dtype=bool),
        {i: position for position, (i, j) in placed if i == j},
        tuple((position, (i, j)) for position, (i, j) in placed if i != j),
        " and ".join(["determinants"] * lost + ["orientations"] * (group.orthochronous and degree is not None)),
    )


def _pair_positions(parts: list[tuple[int, str]], ins: Inputs, pairs: int) -> list[tuple[int, int]]:
    """Position and number of each product of two vectors; that of a covector and a vector is none."""
    if ins.family.form is None and not ins.group.conjugate_is_dual:
        return []
    return [(position, i) for position, (i, _) in enumerate(parts) if ins.n_scalars <= i < ins.n_scalars + pairs]


def _repeats_conjugate(bracket: Bracket, ins: Inputs) -> bool:
    """For unitary groups lower vectors are the conjugates of the upper ones, row by row, so ⟨j,i⟩ conjugates ⟨i,j⟩."""
    if not ins.group.conjugate_is_dual:
        return False
    first, *others = ins.rows(bracket.slots)
    return first > others[0] if bracket.kind == "pair" else bracket.kind == "up"


def _parts(group: Group) -> tuple[str, ...]:
    return ("",) if group.field == "real" else ("Re", "Im")


def _bracket_parts(brackets: list[Bracket], ins: Inputs) -> Iterable[tuple[int, str]]:
    """Real and imaginary part of each complex value; ⟨x, x⟩ is real."""
    for i, bracket in enumerate(brackets):
        square = bracket.kind == "pair" and len(set(ins.rows(bracket.slots))) == 1
        for part in _parts(ins.group)[: 1 if square else 2]:
            yield ins.n_scalars + i, part


def _symbols(brackets: list[Bracket], ins: Inputs, parts: list[tuple[int, str]]) -> Iterable[Symbol]:
    every = [*scalar_symbols(ins), *(_symbol(bracket, ins) for bracket in brackets)]
    return (every[i].of_part(part) for i, part in parts)


def _symbol(bracket: Bracket, ins: Inputs) -> Symbol:
    slots = bracket.slots
    if bracket.kind == "pair" and ins.group.conjugate_is_dual:  # ⟨x, y⟩ says by itself that x is conjugated
        slots = tuple(up(row) for row in ins.rows(slots))
    names = [ins.name(slot) for slot in slots]
    counts = Counter(ins.input_name(slot) for slot in bracket.inputs)
    entries = partial(_exact.of_brackets, ins, (bracket,), ())
    latex = ",".join(map(latex_name, names))
    if bracket.kind != "pair":
        return Symbol(f"det[{','.join(names)}]", rf"\det[{latex}]", tuple(counts.items()), entries=entries)
    if ins.family.antisymmetric:
        return Symbol(f"ω({','.join(names)})", rf"\omega({latex})", tuple(counts.items()), entries=entries)
    return Symbol(f"<{','.join(names)}>", rf"\langle {latex}\rangle", tuple(counts.items()), entries=entries)


def orientation_symbols(ins: Inputs) -> tuple[Symbol, ...]:
    """Those of the orientations in time, for SO⁺(1,q)."""
    if not ins.group.orthochronous:
        return ()
    names = [ins.name(up(i)) for i in range(ins.n_up)]
    single = [Symbol(f"τ({name})", rf"\tau({latex_name(name)})", ((name, 2),)) for name in names]
    several = [
        Symbol(f"τ[{','.join(chosen)}]", rf"\tau[{','.join(map(latex_name, chosen))}]", tuple((n, 2) for n in chosen))
        for chosen in combinations(names, ins.group.dim - 1)
    ]
    return (*single, *several)


def _index(rows: list[tuple[int, ...]], width: int) -> np.ndarray:
    return np.array(rows, dtype=int).reshape(-1, width)


def _triangle(pairs: np.ndarray, ins: Inputs) -> int | None:
    if ins.family.form is not None and not len(ins.family.fixed_up):
        for skip in (0, 1):
            if np.array_equal(pairs.T, np.triu_indices(ins.n_up, skip)):
                return skip
    return None
