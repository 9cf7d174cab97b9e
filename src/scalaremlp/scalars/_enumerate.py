"""All contractions of given multidegree, before the dependent ones are dropped."""

from collections.abc import Iterator
from itertools import combinations

from ..contractions.family import Family
from .bracket import Bracket, Contraction, Degree, Slot, down, fixed_down, fixed_up, leg, up

Supply = dict[Slot, int]
"""How many of each input are left to be used."""


def closed_brackets(family: Family, n_up: int, n_down: int) -> list[Bracket]:
    """Brackets without legs in which an input occurs: the candidates for invariants."""
    ups = [up(i) for i in range(n_up)] + [fixed_up(i) for i in range(len(family.fixed_up))]
    downs = [down(i) for i in range(n_down)] + [fixed_down(i) for i in range(len(family.fixed_down))]
    if family.form is None:
        found = [Bracket("pair", (a, b)) for a in downs for b in ups]
    else:
        skip = 1 if family.antisymmetric else 0
        found = [Bracket("pair", (a, b)) for i, a in enumerate(ups) for b in ups[i + skip :]]
    if family.epsilon:
        found += [Bracket("down", slots) for slots in combinations(ups, family.dim)]
        if family.form is None:
            found += [Bracket("up", slots) for slots in combinations(downs, family.dim)]
    return [bracket for bracket in found if bracket.inputs]


def open_contractions(family: Family, degree: Degree, legs: tuple[str, ...]) -> Iterator[Contraction]:
    """Products of brackets that carry every leg once and the inputs as often as `degree` says.

    No leg is paired with a fixed vector (see `generators`).

    A product of two Levi-Civita tensors of opposite kind (of any kind, where there is a form) is a polynomial in the
    pairings and is left out.
    """
    supply = {up(i): e for i, e in enumerate(degree.up)} | {down(i): e for i, e in enumerate(degree.down)}
    yield from _complete(family, supply, legs, tuple(range(len(legs))), None)


def _complete(
    family: Family, supply: Supply, legs: tuple[str, ...], remaining: tuple[int, ...], epsilon: str | None
) -> Iterator[Contraction]:
    if not remaining:
        if not any(supply.values()):
            yield ()
        return
    if sum(supply.values()) > len(remaining) * max(1, family.dim - 1):
        return
    for bracket in _brackets_on(family, supply, legs, remaining, epsilon):
        rest = dict(supply)
        for slot in bracket.inputs:
            rest[slot] -= 1
        used = epsilon if bracket.kind == "pair" else bracket.kind
        left = tuple(number for number in remaining if number not in bracket.legs)
        for others in _complete(family, rest, legs, left, used):
            yield (bracket, *others)


def _brackets_on(
    family: Family, supply: Supply, legs: tuple[str, ...], remaining: tuple[int, ...], epsilon: str | None
) -> Iterator[Bracket]:
    """Brackets that carry the first remaining leg."""
    first, others = remaining[0], remaining[1:]
    for partner in _inputs(supply, "up" if family.form is not None or legs[first] == "V" else "down"):
        yield Bracket("pair", (partner, leg(first)))
    for other in others:
        if family.form is not None or legs[other] != legs[first]:
            yield Bracket("pair", (leg(first), leg(other)))
    # An open upper index belongs to the upper Levi-Civita tensor, which takes lower slots. With a form all is upper.
    kind = "down" if family.form is not None else ("up" if legs[first] == "V" else "down")
    if family.epsilon and (epsilon is None or (family.form is None and epsilon == kind)):
        same = [other for other in others if family.form is not None or legs[other] == legs[first]]
        slots = _available(family, supply, "up" if kind == "down" else "down")
        for more in range(min(len(same), family.dim - 1) + 1):
            for chosen in combinations(same, more):
                for taken in combinations(slots, family.dim - 1 - more):
                    yield Bracket(kind, (*taken, *(leg(number) for number in (first, *chosen))))


def _inputs(supply: Supply, kind: str) -> list[Slot]:
    return [slot for slot, left in supply.items() if slot.kind == kind and left]


def _available(family: Family, supply: Supply, kind: str) -> list[Slot]:
    if kind == "up":
        return _inputs(supply, kind) + [fixed_up(i) for i in range(len(family.fixed_up))]
    return _inputs(supply, kind) + [fixed_down(i) for i in range(len(family.fixed_down))]
