"""All connected graphs of given degrees, up to symmetries of the nodes and to the order of equal ones.

The first index that is not joined yet, of the nodes reached so far, is joined in every way that makes a difference: an
index of a node not reached is taken of the first of its kind, and one of each orbit under its symmetries. Some graphs
come twice; their values say so.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import combinations

from .family import Family
from .graph import End, Graph, Joint
from .tensor import Tensor


def connected_graphs(
    family: Family, tensors: tuple[Tensor, ...], degrees: tuple[int, ...], start: int | None = None
) -> Iterator[Graph]:
    """Connected graphs in which input i, a tensor of kind `tensors[i]`, occurs `degrees[i]` times.

    A product of two Levi-Civita tensors is a sum of products of the form, or of δ where they are of opposite kind,
    and left out.

    Args:
        family: the group.
        tensors: the kinds of the inputs, with their indices as the family has them.
        degrees: how often each occurs.
        start: the input to begin with; that of the lowest degree by default.
    """
    nodes = tuple(i for i, degree in enumerate(degrees) for _ in range(degree))
    if not nodes:
        return
    if start is None:
        start = min((i for i, degree in enumerate(degrees) if degree), key=lambda i: (degrees[i], -tensors[i].rank))
    first = nodes.index(start)
    nodes = (nodes[first], *nodes[:first], *nodes[first + 1 :])
    search = _Search(family, tensors, nodes)
    if not tensors[start].rank:
        if len(nodes) == 1:
            yield Graph(nodes, ())
        return
    yield from search.complete(_State((), frozenset({0}), None))


@dataclass(frozen=True)
class _State:
    joints: tuple[Joint, ...]
    reached: frozenset[int]
    epsilon: str | None  # the kind of Levi-Civita tensor in it, if any

    @property
    def used(self) -> frozenset[End]:
        return frozenset(end for joint in self.joints for end in joint.ends)


@dataclass(frozen=True)
class _Search:
    family: Family
    tensors: tuple[Tensor, ...]
    nodes: tuple[int, ...]

    def complete(self, state: _State) -> Iterator[Graph]:
        """All ways to join what is left."""
        used = state.used
        free = self._free(state, used)
        if free is None:
            if len(state.reached) == len(self.nodes):
                yield Graph(self.nodes, state.joints)
            return
        for joint in self._joints(free, state, used):
            reached = state.reached | {end.node for end in joint.ends if not end.is_fixed}
            epsilon = joint.kind if joint.kind in ("up", "down") else state.epsilon
            yield from self.complete(_State((*state.joints, joint), reached, epsilon))

    def _free(self, state: _State, used: frozenset[End]) -> End | None:
        """The next index to be joined: of the node with the fewest free ones, the last reached of equal ones."""
        best: tuple[int, End] | None = None
        for node in sorted(state.reached, reverse=True):
            left = [leg for leg in range(self._tensor(node).rank) if End(node, leg) not in used]
            if left and (best is None or len(left) < best[0]):
                best = len(left), End(node, left[0])
        return None if best is None else best[1]

    def _tensor(self, node: int) -> Tensor:
        return self.tensors[self.nodes[node]]

    def _kind(self, end: End) -> str:
        return self._tensor(end.node).legs[end.leg]

    def _joints(self, free: End, state: _State, used: frozenset[End]) -> Iterator[Joint]:
        if self.family.diagonal:
            yield from self._diagonals(free, state, used)
            return
        form, kind = self.family.form is not None, self._kind(free)
        wanted = kind if form else ("V" if kind == "V*" else "V*")
        for other in self._others(free, state, used, wanted):
            yield Joint("pair", (other, free) if not form and kind == "V" else (free, other))
        fixed = self.family.fixed_up if form or kind == "V*" else self.family.fixed_down
        for number in range(len(fixed)):
            vector = End(-1 - number, 0)
            yield Joint("pair", (vector, free) if not form and kind == "V" else (free, vector))
        epsilon = "down" if form or kind == "V" else "up"
        if self.family.epsilon and (state.epsilon is None or (not form and state.epsilon == epsilon)):
            yield from self._brackets(free, state, used, epsilon)

    def _diagonals(self, free: End, state: _State, used: frozenset[End]) -> Iterator[Joint]:
        """Any number of indices with this one, few first."""
        left = sum(self._tensor(node).rank for node in range(len(self.nodes))) - len(used) - 1
        for more in range(left + 1):
            for chosen in self._sets((free,), state, used | {free}, more):
                yield Joint("pair" if more == 1 else "all", chosen)

    def _brackets(self, free: End, state: _State, used: frozenset[End], kind: str) -> Iterator[Joint]:
        """Levi-Civita tensors with this index, others of the same kind and fixed vectors."""
        fixed = self.family.fixed_up if kind == "down" else self.family.fixed_down
        for along in range(min(len(fixed), self.family.dim - 1) + 1):
            for vectors in combinations(range(len(fixed)), along):
                held = tuple(End(-1 - number, 0) for number in vectors)
                for chosen in self._sets((free,), state, used | {free}, self.family.dim - 1 - along):
                    yield Joint(kind, (*chosen, *held))

    def _sets(
        self, chosen: tuple[End, ...], state: _State, used: frozenset[End], more: int
    ) -> Iterator[tuple[End, ...]]:
        """`chosen` with `more` indices of the same kind, one for each choice that makes a difference."""
        if not more:
            yield chosen
            return
        for other in self._others(chosen[0], state, used, self._kind(chosen[0])):
            if len(chosen) > 1 and other < chosen[-1] and other.node in state.reached:
                continue  # sets, not sequences; nodes not reached come in order by themselves
            reached = _State(state.joints, state.reached | {other.node}, state.epsilon)
            yield from self._sets((*chosen, other), reached, used | {other}, more - 1)

    def _others(self, free: End, state: _State, used: frozenset[End], kind: str) -> Iterator[End]:
        """Indices that are not joined yet, of one kind, up to symmetry."""
        seen: set[int] = set()
        for node in range(len(self.nodes)):
            if node not in state.reached:
                if self.nodes[node] in seen:
                    continue
                seen.add(self.nodes[node])
            taken = tuple(leg for leg in range(self._tensor(node).rank) if End(node, leg) in used)
            if node == free.node:
                if self._tensor(node).traceless:
                    continue
                taken = tuple(sorted({*taken, free.leg}))
            for leg in _orbits(self._tensor(node), taken):
                if self._tensor(node).legs[leg] == kind:
                    yield End(node, leg)


@cache
def _orbits(tensor: Tensor, taken: tuple[int, ...]) -> tuple[int, ...]:
    """One free index of each orbit under the symmetries that leave every taken one where it is."""
    orders = [order for order, _ in tensor.group if all(order[leg] == leg for leg in taken)]
    free = [leg for leg in range(tensor.rank) if leg not in taken]
    return tuple(leg for leg in free if leg == min(order[leg] for order in orders))
