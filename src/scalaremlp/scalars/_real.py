"""Which real and imaginary parts of complex invariants to keep."""

from collections.abc import Sequence

import numpy as np

from ..contractions.graph import Graph, Joint
from ..contractions.residues import Residues
from ..contractions.tensor import Tensor
from .inputs import Inputs

_POINTS = 8
_FLIPPED = {"pair": "pair", "up": "down", "down": "up", "all": "all"}


def real_parts(graphs: Sequence[Graph], ins: Inputs, kinds: tuple[Tensor, ...]) -> list[tuple[Graph, tuple[str, ...]]]:
    """Each graph that is kept, with the parts of its value to take: ("",) for a real group.

    The conjugate of an invariant of x and x̄ is one with x and x̄ exchanged: of the two one is kept, and of one that is
    its own conjugate the real part.
    """
    if not ins.group.conjugate_is_dual:
        return [(graph, ("",)) for graph in graphs]
    residues = Residues(ins.family, tuple(kind.with_indices(ins.family) for kind in kinds), _POINTS)
    values = residues.values(graphs)
    others = residues.values([_conjugated(graph, len(ins.tensors)) for graph in graphs])
    kept: list[tuple[Graph, tuple[str, ...]]] = []
    seen: list[np.ndarray] = []
    for graph, value, other in zip(graphs, values, others, strict=True):
        if any(np.array_equal(value, conjugate) for conjugate in seen):
            continue
        seen.append(other)
        kept.append((graph, ("Re",) if np.array_equal(value, other) else ("Re", "Im")))
    return kept


def _conjugated(graph: Graph, count: int) -> Graph:
    """With every input and its conjugate exchanged."""
    nodes = tuple((number + count) % (2 * count) for number in graph.nodes)
    joints = tuple(Joint(_FLIPPED[kind], ends[::-1] if kind == "pair" else ends) for kind, ends in graph.joints)
    return Graph(nodes, joints)
