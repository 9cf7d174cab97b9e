"""A contraction as a graph: copies of the inputs, whose indices are joined by fixed tensors.

A joint is one fixed tensor and the ends it joins. `pair` joins two indices by the form, or a lower and an upper one by
the identity; `down` is the lower Levi-Civita tensor, which takes upper indices, and `up` the upper one; `all` joins any
number of indices by the tensor that is 1 where all of them are equal. An end is an index of a node; fixed vectors are
nodes of their own, numbered −1, −2, …
"""

from typing import NamedTuple


class End(NamedTuple):
    """An index of a node; of the fixed vector a, where node = −1 − a."""

    node: int
    leg: int

    @property
    def is_fixed(self) -> bool:
        """Whether it belongs to a fixed vector."""
        return self.node < 0


class Joint(NamedTuple):
    """One fixed tensor and the ends it joins, in order."""

    kind: str
    ends: tuple[End, ...]


class Graph(NamedTuple):
    """A product of inputs, all of whose indices are joined.

    Attributes:
        nodes: the number of the input that each node is a copy of.
        joints: what joins their indices.
    """

    nodes: tuple[int, ...]
    joints: tuple[Joint, ...]

    def relabel(self, names: tuple[int, ...]) -> "Graph":
        """The same graph of other inputs: i becomes `names[i]`."""
        return Graph(tuple(names[i] for i in self.nodes), self.joints)

    def degrees(self, count: int) -> tuple[int, ...]:
        """How often each of `count` inputs occurs."""
        return tuple(self.nodes.count(i) for i in range(count))
