"""Which real and imaginary parts of complex invariants to keep."""

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

from ..contractions.echelon import Echelon, residue
from ..contractions.graph import Graph, Joint
from ..contractions.residues import Residues
from ..contractions.series import Characters
from ..contractions.tensor import Tensor
from .inputs import Inputs

_MARGIN = 20  # more points than functions
_FLIPPED = {"pair": "pair", "up": "down", "down": "up"}

Degrees = tuple[int, ...]


def real_parts(graphs: Sequence[Graph], ins: Inputs, kinds: tuple[Tensor, ...]) -> list[tuple[Graph, tuple[str, ...]]]:
    """Each graph that is kept, with the parts of its value to take: ("",) for a real group.

    The conjugate of an invariant of x and x̄ is one with x and x̄ exchanged. Of two multidegrees that are so exchanged
    one is kept, with real and imaginary parts. Of one that is its own, those parts are kept that no product of lower
    invariants, and no part before it, replaces: as many as it has generators.

    Args:
        graphs: a minimal set of generators, low degrees first.
        ins: the inputs.
        kinds: their kinds and those of their conjugates.
    """
    if not ins.group.conjugate_is_dual:
        return [(graph, ("",)) for graph in graphs]
    kept: list[tuple[Graph, tuple[str, ...]]] = []
    for degrees, group in groupby(graphs, key=lambda graph: graph.degrees(len(kinds))):
        other = degrees[len(ins.tensors) :] + degrees[: len(ins.tensors)]
        if degrees > other:
            kept += [(graph, ("Re", "Im")) for graph in group]
        elif degrees == other:
            kept += _own(list(group), graphs, degrees, ins, kinds)
    return kept


def _own(
    group: list[Graph], graphs: Sequence[Graph], degrees: Degrees, ins: Inputs, kinds: tuple[Tensor, ...]
) -> Iterator[tuple[Graph, tuple[str, ...]]]:
    """The parts to take of the generators of a multidegree that is its own conjugate."""
    points = Characters(ins.family, kinds).count(degrees) + _MARGIN
    residues, echelon = Residues(ins.family, kinds, points), Echelon(points)
    lower = [(graph, graph.degrees(len(kinds))) for graph in graphs if len(graph.nodes) < sum(degrees)]
    products = list(_products(degrees, lower, residues.values([graph for graph, _ in lower])))
    if products:
        echelon.extend(np.array(products))
    values = residues.values(group)
    others = residues.values([_conjugated(graph, len(ins.tensors)) for graph in group])
    for graph, value, other in zip(group, values, others, strict=True):
        parts = {"Re": residue(value + other), "Im": residue(value - other)}
        if own := tuple(part for part, each in parts.items() if echelon.extend(each[None])[0]):
            yield graph, own


def _products(
    degrees: Degrees, lower: Sequence[tuple[Graph, Degrees]], values: np.ndarray, first: int = 0
) -> Iterator[np.ndarray]:
    """The values of all products of a multidegree."""
    if not any(degrees):
        yield np.ones(values.shape[1])
    for i in range(first, len(lower)):
        rest = tuple(a - b for a, b in zip(degrees, lower[i][1], strict=True))
        if min(rest) >= 0:
            yield from (residue(value * values[i]) for value in _products(rest, lower, values, i))


def _conjugated(graph: Graph, count: int) -> Graph:
    """With every input and its conjugate exchanged."""
    nodes = tuple((number + count) % (2 * count) for number in graph.nodes)
    joints = tuple(Joint(_FLIPPED[kind], ends[::-1] if kind == "pair" else ends) for kind, ends in graph.joints)
    return Graph(nodes, joints)
