"""The ways to lay fixed tensors on the indices of one tensor: the graphs of that tensor alone."""

from collections.abc import Iterator
from typing import NamedTuple

from ..groups import Group
from ._candidates import connected_graphs
from .family import family
from .tensor import Tensor


class Placement(NamedTuple):
    """Which indices each fixed tensor has.

    Attributes:
        epsilons: the indices of each Levi-Civita tensor, ascending.
        pairs: those of each form, ascending; without a form, of the kind that there is more of, and of the other.
    """

    epsilons: tuple[tuple[int, ...], ...]
    pairs: tuple[tuple[int, int], ...]

    @property
    def indices(self) -> tuple[int, ...]:
        """All of them, Levi-Civita tensors first."""
        return tuple(leg for each in (*self.epsilons, *self.pairs) for leg in each)


def placements(group: Group, legs: tuple[str, ...]) -> list[Placement]:
    """All ways, those without Levi-Civita tensors first, then by the indices of these, then of the others.

    A product of two Levi-Civita tensors that is a sum of products of the form, or of δ, is left out.

    Args:
        group: with a first fundamental theorem; nothing is laid along fixed vectors.
        legs: "V" or "V*" for each index.

    Example:
        >>> from scalaremlp.contractions.placements import placements
        >>> from scalaremlp.groups import SO
        >>> [placement.indices for placement in placements(SO(4), ("V",) * 4)]
        [(0, 1, 2, 3), (0, 2, 1, 3), (0, 3, 1, 2), (0, 1, 2, 3)]
    """
    return sorted(_placements(group, legs), key=lambda placement: (len(placement.epsilons), *placement))


def _placements(group: Group, legs: tuple[str, ...]) -> Iterator[Placement]:
    of = family(group)
    tensor = Tensor(legs).with_indices(of)
    fewer = "V" if 2 * legs.count("V") < len(legs) else "V*"
    for graph in connected_graphs(of, (tensor,), (1,)):
        epsilons, pairs = [], []
        for kind, ends in graph.joints:
            own = sorted(end.leg for end in ends)
            if kind != "pair":
                epsilons.append(tuple(own))
            elif of.form is None and legs[own[0]] == fewer:
                pairs.append((own[1], own[0]))
            else:
                pairs.append((own[0], own[1]))
        yield Placement(tuple(sorted(epsilons)), tuple(sorted(pairs)))
