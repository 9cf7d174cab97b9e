"""All contractions of given multidegree of vectors, before the dependent ones are dropped, as products of brackets."""

from collections.abc import Iterator
from functools import cache
from itertools import combinations

from ..contractions.candidates import connected_graphs
from ..contractions.family import Family
from ..contractions.graph import End, Graph
from ..contractions.tensor import Tensor
from .bracket import Bracket, Contraction, Degree, Slot, down, fixed_down, fixed_up, leg, up

_DUAL = {"V": "V*", "V*": "V"}


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


@cache
def open_contractions(family: Family, degree: Degree, legs: tuple[str, ...]) -> tuple[Contraction, ...]:
    """Products of brackets that carry every leg once and the inputs as often as `degree` says.

    They are the graphs in which a probe has the legs. No leg is paired with a fixed vector (see `generators`), and no
    input occurs twice in one Levi-Civita tensor. They come in the order of their legs: first those whose leg is paired
    with an input, then with another leg, then on a Levi-Civita tensor.
    """
    ups, downs = len(degree.up), len(degree.down)
    kinds = (Tensor(("V",)),) * ups + (Tensor(("V*",)),) * downs + (Tensor(tuple(_DUAL[kind] for kind in legs)),)
    tensors = tuple(kind.with_indices(family) for kind in kinds)
    found = dict[tuple, Contraction]()
    for graph in connected_graphs(family, tensors, (*degree.up, *degree.down, 1), ups + downs):
        brackets = tuple(sorted(_brackets(graph, ups, downs), key=lambda bracket: min(bracket.legs)))
        if all(map(_counts, brackets)):
            found[tuple(map(_order, brackets))] = brackets
    return tuple(found[order] for order in sorted(found))


def _brackets(graph: Graph, ups: int, downs: int) -> Iterator[Bracket]:
    def slot(end: End, kind: str) -> Slot:
        if end.is_fixed:
            return fixed_up(-1 - end.node) if kind == "down" else fixed_down(-1 - end.node)
        number = graph.nodes[end.node]
        return leg(end.leg) if number == ups + downs else up(number) if number < ups else down(number - ups)

    for kind, ends in graph.joints:
        yield Bracket(kind, tuple(sorted(slot(end, kind) for end in ends)))


def _counts(bracket: Bracket) -> bool:
    """Whether it is none of those that are left out."""
    if bracket.kind == "pair":
        return all(slot.is_leg or slot.is_input for slot in bracket.slots)
    return len(set(bracket.slots)) == len(bracket.slots)


def _order(bracket: Bracket) -> tuple:
    if bracket.kind != "pair":
        return (2, len(bracket.legs), bracket.legs, bracket.slots)
    return (0, (), (), bracket.slots) if bracket.inputs else (1, bracket.legs)
