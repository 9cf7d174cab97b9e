"""A graph of vectors and matrices taken apart into chains: traces, products of two vectors, determinants."""

from collections.abc import Sequence
from itertools import groupby

from ._factors import Bracket, Factor, Letter, Open, Paired, Trace, Word
from .family import Family
from .graph import End, Graph, Joint
from .permutations import parity
from .tensor import Tensor

OPEN = "abcdefghij"
"""The letters of the indices of an output."""


class Chains:
    """One graph.

    Attributes:
        sign: that of the value of the graph in relation to the formula.

    Args:
        family: the group.
        tensors: the kinds of the inputs.
        names: what they are called.
        fixed: what the fixed vectors are called.
        legs: the indices of the output, if the last input is a probe.
        graph: the graph.
    """

    def __init__(
        self,
        family: Family,
        tensors: tuple[Tensor, ...],
        names: tuple[str, ...],
        fixed: tuple[str, ...],
        legs: tuple[str, ...] | None,
        graph: Graph,
    ):
        self.family, self.tensors, self.names, self.fixed, self.legs = family, tensors, names, fixed, legs
        self.graph = Graph(graph.nodes, tuple(_own_ends(number, joint) for number, joint in enumerate(graph.joints)))
        self.sign = 1
        self._probe = None if legs is None else len(tensors) - 1
        self._back = -1 if family.antisymmetric else 1
        self._next: dict[End, tuple[End, int]] = {}
        for kind, ends in self.graph.joints:
            if kind == "pair":  # an index of the output is where its joint leaves it, whatever the order of the ends
                turned = 1 if sum(map(self._is_probe, ends)) == 1 else self._back
                self._next |= {ends[0]: (ends[1], 1), ends[1]: (ends[0], turned)}
        self._lower = {ends[0] for kind, ends in self.graph.joints if kind == "pair"}
        self._seen: set[int] = set()
        self._done: set[End] = set()

    def factors(self) -> list[Factor] | None:
        """The factors; None where the graph is not made of chains."""
        matrices = all(self.tensors[i].rank <= 2 for i in self.graph.nodes if i != self._probe)
        if not matrices or any(joint.kind == "all" for joint in self.graph.joints):
            return None
        found: list[Factor] = []
        for joint in self.graph.joints:
            if joint.kind != "pair":
                bracket = self._bracket(joint.ends)
                if bracket is None:
                    return None
                found.append(bracket)
        for end in self._ends():
            if end not in self._done:
                found += self._between(end)
        for node, number in enumerate(self.graph.nodes):
            if node not in self._seen and number != self._probe:
                found.append(self._cycle(node))
        return found

    def _is_probe(self, end: End) -> bool:
        return not end.is_fixed and self.graph.nodes[end.node] == self._probe

    def _is_end(self, end: End) -> bool:
        return end.is_fixed or self._is_probe(end) or self.tensors[self.graph.nodes[end.node]].rank == 1

    def _ends(self) -> list[End]:
        """Ends of pairs at which a chain stops, open ones first."""
        every = [end for joint in self.graph.joints if joint.kind == "pair" for end in joint.ends if self._is_end(end)]
        return sorted(every, key=lambda end: (not self._is_probe(end), end))

    def _name(self, end: End) -> str:
        return self.fixed[-1 - end.node] if end.is_fixed else self.names[self.graph.nodes[end.node]]

    def _letter(self, name: str, leg: int) -> tuple[Letter, int]:
        """A matrix that is entered by an index: transposed by the second one, or itself with a sign by symmetry."""
        group = dict(self.tensors[self.names.index(name)].group)
        if leg == 1 and (1, 0) in group:
            return Letter(name, False), group[1, 0]
        return Letter(name, leg == 1), 1

    def _backwards(self, word: Sequence[Letter]) -> tuple[Word, int]:
        """A word walked through in the other direction, and its sign."""
        turned = [self._letter(name, int(not transposed)) for name, transposed in reversed(word)]
        sign = self._back ** len(word)
        for _, factor in turned:
            sign *= factor
        return tuple(letter for letter, _ in turned), sign

    def _through(self, here: End) -> tuple[Word, End]:
        """The matrices from an index on to the next vector or probe, or to an index without a pair."""
        word: list[Letter] = []
        while not self._is_end(here):
            self._seen.add(here.node)
            letter, sign = self._letter(self.names[self.graph.nodes[here.node]], here.leg)
            word.append(letter)
            self.sign *= sign
            other = End(here.node, 1 - here.leg)
            if other not in self._next:
                return tuple(word), other
            here, sign = self._next[other]
            self.sign *= sign
        if not here.is_fixed and not self._is_probe(here):
            self._seen.add(here.node)
        self._done.add(here)
        return tuple(word), here

    def _between(self, start: End) -> list[Factor]:
        """The chain from one end to another."""
        if not (start.is_fixed or self._is_probe(start)):
            self._seen.add(start.node)
        self._done.add(start)
        here, sign = self._next[start]
        if self._is_probe(start) and self._is_probe(here):
            return [self._fixed_tensor(start.leg, here.leg, sign)]
        self.sign *= sign
        word, stop = self._through(here)
        if self._is_probe(stop):  # then both are, since open ends come first
            return [Open(word, "", OPEN[start.leg] + OPEN[stop.leg])]
        if self._is_probe(start):
            return [Open(word, self._name(stop), OPEN[start.leg])]
        return [self._product(word, start, stop)]

    def _fixed_tensor(self, first: int, second: int, sign: int) -> Factor:
        """The form, its inverse or δ, with two indices of the output."""
        self._done |= {end for end in self._next if self._is_probe(end) and end.leg in (first, second)}
        legs = self.legs or ()
        if legs[first] != legs[second] or self.family.form is None:
            return Open((), "δ", OPEN[first] + OPEN[second])
        self.sign *= sign
        return Open((), "ω" if self.family.antisymmetric else "g", OPEN[first] + OPEN[second])

    def _product(self, word: Word, start: End, stop: End) -> Factor:
        """⟨v, W w⟩, with the covector first, or of two vectors the one that comes first in the alphabet."""
        back, sign = self._backwards(word)
        ways = [(self._name(start), word, self._name(stop), 1), (self._name(stop), back, self._name(start), sign)]
        if self.family.form is None:  # the lower index is that of the first
            first, word, last, sign = ways[start not in self._lower]
        else:
            first, word, last, sign = min(ways[0], (*ways[1][:3], sign * self._back))
        self.sign *= sign
        if self.family.group.conjugate_is_dual:  # ⟨x, y⟩ says by itself that x is conjugated
            first = first.removesuffix("*") if first.endswith("*") else f"{first}*"
        return Paired(first, word, last, self.family.antisymmetric)

    def _cycle(self, node: int) -> Factor:
        """tr(W), from where it comes first in the alphabet, in the direction that does."""
        start = End(node, 0)
        word: Word = ()
        here = start
        while True:
            self._seen.add(here.node)
            letter, turned = self._letter(self.names[self.graph.nodes[here.node]], here.leg)
            word = (*word, letter)
            here, sign = self._next[End(here.node, 1 - here.leg)]
            self.sign *= sign * turned
            if here == start:
                break
        turns = [(word[i:] + word[:i], 1) for i in range(len(word))]
        if self.family.form is not None:
            back, sign = self._backwards(word)
            turns += [(back[i:] + back[:i], sign) for i in range(len(back))]
        word, sign = min(turns, key=lambda turn: (sum(letter.transposed for letter in turn[0]), _runs(turn[0]), turn))
        self.sign *= sign
        return Trace(word)

    def _bracket(self, ends: tuple[End, ...]) -> Factor | None:
        """ε[…], with open indices last; None where two of its indices, or one and the output, are joined by a chain."""
        held: list[tuple[Word, str, int]] = []
        opened: list[tuple[str, int]] = []
        for place, end in enumerate(ends):
            if self._is_probe(end):
                opened.append((OPEN[end.leg], place))
                continue
            word, here = self._through(end)
            if not self._is_end(here) or self._is_probe(here):
                return None
            held.append((word, self._name(here), place))
        held.sort(key=lambda each: (each[1], each[0]))
        opened.sort()
        self.sign *= parity([place for *_, place in held] + [place for _, place in opened])
        return Bracket(tuple((word, name) for word, name, _ in held), "".join(letter for letter, _ in opened))


def _own_ends(number: int, joint: Joint) -> Joint:
    """A joint in which each fixed vector is an end of its own, since one may be joined several times."""
    return Joint(joint.kind, tuple(End(end.node, number) if end.is_fixed else end for end in joint.ends))


def _runs(word: Sequence[Letter]) -> int:
    """How many different matrices follow each other."""
    return len(list(groupby(word)))
