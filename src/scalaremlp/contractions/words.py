"""Graphs as formulas that a person reads: traces of words, products of vectors with words between them, determinants.

A matrix after a matrix is contracted with it by the form, A² is A A, and Aᵀ has the indices in the other order. What is
no chain (a tensor of three indices or more) is written with indices, summed where they occur twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from string import ascii_lowercase

from .family import Family
from .graph import End, Graph, Joint
from .tensor import Tensor

_POWERS = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_OPEN = "abcdefghij"


@dataclass(frozen=True)
class Names:
    """What inputs and fixed vectors are called, as text and in LaTeX."""

    inputs: tuple[str, ...]
    fixed: tuple[str, ...]
    latex: bool = False

    def of(self, name: str) -> str:
        """A name as it is written."""
        return latex_name(name) if self.latex else name


def latex_name(name: str) -> str:
    """The name of an input or a fixed vector in LaTeX: x1 is x with an index, x1* its conjugate."""
    letter, number = name[:1], name[1:].rstrip("*")
    base = f"{letter}_{{{number}}}" if number else letter
    return rf"\bar{{{base}}}" if name.endswith("*") else base


class Words:
    """Writes graphs of inputs of some kinds.

    Args:
        family: the group.
        tensors: the kinds of the inputs; the last is a probe where the graphs have one.
        names: what they are called.
        legs: the indices of the output, where the last input is a probe.
    """

    def __init__(self, family: Family, tensors: Sequence[Tensor], names: Names, legs: tuple[str, ...] | None = None):
        self.family, self.tensors, self.names, self.legs = family, tuple(tensors), names, legs
        self._probe = None if legs is None else len(self.tensors) - 1

    def of(self, graph: Graph) -> tuple[str, int]:
        """The formula of a graph, and the sign with which its value is that of the formula."""
        walk = _Walk(self, graph)
        chains = walk.chains()
        if chains is None:
            return self._with_indices(graph)
        found = sorted(chains, key=lambda each: (each.opened, each.text))
        sign = 1
        for each in found:
            sign *= each.sign
        texts = [each.text for each in found]
        return (r"\," if self.names.latex else " ").join(texts) or "1", sign

    def _with_indices(self, graph: Graph) -> tuple[str, int]:
        """Every tensor with its indices, and a sign: of two equal letters the first is on the left of the form."""
        letters = iter(ascii_lowercase[len(self.legs or ()) :])
        at: dict[End, str] = {}
        fixed = []
        for kind, ends in graph.joints:
            own = [_OPEN[end.leg] if self._is_probe(graph, end) else "" for end in ends]
            if kind == "pair":
                letter = "".join(own) if sum(map(bool, own)) == 1 else next(letters)
                for end, held in zip(ends, own, strict=True):
                    at[end] = held or letter
                if all(own):
                    fixed.append(self._indexed("δ" if self.family.form is None else "g", "".join(own)))
                fixed += [self._indexed(self.names.fixed[-1 - end.node], at[end]) for end in ends if end.is_fixed]
                continue
            places = [held or next(letters) for held in own]
            fixed.append(self._indexed("ε", "".join(places)))
            for end, letter in zip(ends, places, strict=True):
                at[end] = letter
                if end.is_fixed:
                    fixed.append(self._indexed(self.names.fixed[-1 - end.node], letter))
        written = sorted(
            (self._indexed(self.names.inputs[number], "".join(at[End(node, leg)] for leg in range(tensor.rank))), node)
            for node, number in enumerate(graph.nodes)
            if number != self._probe
            for tensor in (self.tensors[number],)
        )
        sign = self._sign(graph, [node for _, node in written])
        return " ".join([text for text, _ in written] + fixed), sign

    def _sign(self, graph: Graph, order: list[int]) -> int:
        """−1 for each pair that an antisymmetric form joins the other way than its indices are written."""
        place = {node: number for number, node in enumerate(order)}
        pairs = [
            [(place[end.node], end.leg) for end in joint.ends]
            for joint in graph.joints
            if joint.kind == "pair" and not any(end.is_fixed or self._is_probe(graph, end) for end in joint.ends)
        ]
        return (-1) ** sum(first > second for first, second in pairs) if self.family.antisymmetric else 1

    def _indexed(self, name: str, letters: str) -> str:
        return f"{{{self.names.of(name)}}}_{{{letters}}}" if self.names.latex else f"{name}_{letters}"

    def _is_probe(self, graph: Graph, end: End) -> bool:
        return not end.is_fixed and graph.nodes[end.node] == self._probe


@dataclass(frozen=True)
class _Chain:
    text: str
    sign: int
    opened: int = -1  # its first index of the output


Step = tuple[str, bool]
"""A matrix in a word, and whether it is transposed."""


class _Walk:
    """One graph, taken apart into chains of matrices."""

    def __init__(self, words: Words, graph: Graph):
        self.words = words
        self.graph = Graph(graph.nodes, tuple(_own_ends(number, joint) for number, joint in enumerate(graph.joints)))
        self.next: dict[End, tuple[End, int]] = {}
        self.antisymmetric = words.family.antisymmetric
        self.plain = replace(words.names, latex=False)
        self.lower = {ends[0] for kind, ends in self.graph.joints if kind == "pair"}
        self._done: set[End] = set()
        for kind, ends in self.graph.joints:
            if kind == "pair":
                self.next[ends[0]] = (ends[1], 1)
                self.next[ends[1]] = (ends[0], -1 if self.antisymmetric else 1)

    def chains(self) -> list[_Chain] | None:
        """The factors; None where the graph is not made of chains."""
        words = self.words
        if any(words.tensors[i].rank > 2 for i in self.graph.nodes if i != words._probe):
            return None
        found: list[_Chain] = []
        seen: set[int] = set()
        for joint in self.graph.joints:
            if joint.kind == "pair":
                continue
            bracket = self._bracket(joint.ends, seen)
            if bracket is None:
                return None
            found.append(bracket)
        for end in self._ends():
            if end.node in seen and not end.is_fixed and not words._is_probe(self.graph, end):
                continue
            chain = self._between(end, seen)
            if chain is not None:
                found.append(chain)
        for node in range(len(self.graph.nodes)):
            if node not in seen and self.graph.nodes[node] != words._probe:
                found.append(self._cycle(node, seen))
        return found

    def _rank(self, end: End) -> int:
        return 1 if end.is_fixed else self.words.tensors[self.graph.nodes[end.node]].rank

    def _is_end(self, end: End) -> bool:
        return end.is_fixed or self.words._is_probe(self.graph, end) or self._rank(end) == 1

    def _ends(self) -> list[End]:
        """Ends of pairs at which a chain stops, open ones first."""
        every = [end for joint in self.graph.joints if joint.kind == "pair" for end in joint.ends if self._is_end(end)]
        return sorted(every, key=lambda end: (not self.words._is_probe(self.graph, end), end))

    def _follow(self, end: End, seen: set[int]) -> tuple[list[Step], End, int]:
        """The matrices from the other side of the joint at `end` to the next vector, probe or bracket, and a sign."""
        steps: list[Step] = []
        here, sign = self.next[end]
        while not self._is_end(here):
            number = self.graph.nodes[here.node]
            seen.add(here.node)
            other = End(here.node, 1 - here.leg)
            step, turned = self._matrix(number, here.leg)
            steps.append(step)
            sign *= turned
            if other not in self.next:
                return steps, other, sign
            here, factor = self.next[other]
            sign *= factor
        return steps, here, sign

    def _between(self, start: End, seen: set[int]) -> _Chain | None:
        """The chain from one end to another."""
        if start in self._done:
            return None
        steps, stop, sign = self._follow(start, seen)
        if not self._is_end(stop):
            return None  # it belongs to a bracket
        self._done |= {start, stop}
        opened = [self.words._is_probe(self.graph, end) for end in (start, stop)]
        seen |= {end.node for end, held in zip((start, stop), opened, strict=True) if not (end.is_fixed or held)}
        if all(opened):
            return _Chain(self._open_matrix(steps, start.leg, stop.leg), sign, min(start.leg, stop.leg))
        if any(opened):
            return _Chain(self._open_vector(steps, stop, start.leg), sign, start.leg)
        return self._product(steps, start, stop, sign)

    def _product(self, steps: list[Step], start: End, stop: End, sign: int) -> _Chain:
        """⟨v, W w⟩, with the vector first that comes first in the alphabet."""
        backwards, turned = self._backwards(steps)
        flips = len(steps) + 1 if self.antisymmetric else 0
        ways = [
            (start, steps, stop, sign),
            (stop, backwards, start, sign * turned * (-1) ** flips),
        ]
        if self.words.family.form is None:  # the lower index is that of the first
            ways = [ways[0] if start in self.lower else ways[1]]
        one, word, other, sign = min(
            ways, key=lambda way: (self._plain_name(way[0]), self._word(way[1], self.plain), self._plain_name(way[2]))
        )
        # ⟨x, y⟩ of a unitary group says itself that x is conjugated
        first = self._conjugated(one) if self.words.family.group.conjugate_is_dual else self._name(one)
        last = self._name(other)
        middle = f"{self._word(word)}{self._gap}" if word else ""
        latex = self.words.names.latex
        if self.antisymmetric:
            omega = r"\omega" if latex else "ω"
            return _Chain(f"{omega}({first},{middle}{last})", sign)
        left, right = (r"\langle ", r"\rangle") if latex else ("<", ">")
        return _Chain(f"{left}{first},{middle}{last}{right}", sign)

    def _matrix(self, number: int, leg: int) -> tuple[Step, int]:
        """A matrix that is entered by an index: transposed by the second one, or itself with a sign by symmetry."""
        group = dict(self.words.tensors[number].group)
        if leg == 1 and (1, 0) in group:
            return (self.words.names.inputs[number], False), group[1, 0]
        return (self.words.names.inputs[number], leg == 1), 1

    def _backwards(self, steps: Sequence[Step]) -> tuple[list[Step], int]:
        """A word walked through in the other direction, and its sign."""
        found, sign = [], 1
        for name, transposed in reversed(steps):
            step, factor = self._matrix(self.words.names.inputs.index(name), int(not transposed))
            found.append(step)
            sign *= factor
        return found, sign

    def _cycle(self, node: int, seen: set[int]) -> _Chain:
        """tr(W), from where it comes first in the alphabet, in the direction that does."""
        start, steps, sign = End(node, 0), [], 1
        here = start
        while True:
            number = self.graph.nodes[here.node]
            seen.add(here.node)
            step, turned = self._matrix(number, here.leg)
            steps.append(step)
            here, factor = self.next[End(here.node, 1 - here.leg)]
            sign *= factor * turned
            if here == start:
                break
        turns = [(steps[i:] + steps[:i], sign) for i in range(len(steps))]
        if self.words.family.form is not None:
            back, turned = self._backwards(steps)
            flips = len(steps) if self.antisymmetric else 0
            turns += [(back[i:] + back[:i], sign * turned * (-1) ** flips) for i in range(len(back))]
        word, sign = min(turns, key=lambda turn: (sum(transposed for _, transposed in turn[0]), _runs(turn[0]), turn))
        trace = r"\operatorname{tr}" if self.words.names.latex else "tr"
        return _Chain(f"{trace}({self._word(word)})", sign)

    def _bracket(self, ends: tuple[End, ...], seen: set[int]) -> _Chain | None:
        """ε[…], with open indices last; None where two of its indices are joined by a chain."""
        held: list[tuple[str, int, str]] = []  # sorted by the text, also in LaTeX
        opened: list[tuple[int, str]] = []
        sign = 1
        for place, end in enumerate(ends):
            if self.words._is_probe(self.graph, end):
                opened.append((place, _OPEN[end.leg]))
                continue
            steps: list[Step] = []
            here = end
            if not self._is_end(end):
                number = self.graph.nodes[end.node]
                seen.add(end.node)
                step, factor = self._matrix(number, end.leg)
                steps, sign = [step], sign * factor
                other = End(end.node, 1 - end.leg)
                if other not in self.next:
                    return None
                more, here, factor = self._follow(other, seen)
                sign *= factor
                steps += more
                if not self._is_end(here):
                    return None
            self._done.add(here)
            if self.words._is_probe(self.graph, here):
                return None
            if not here.is_fixed:
                seen.add(here.node)
            word = f"{self._word(steps)}{self._gap}" if steps else ""
            key = " ".join([self._word(steps, self.plain), self._plain_name(here)]).strip()
            held.append((key, place, word + self._name(here)))
        held.sort()
        opened.sort(key=lambda each: each[1])
        sign *= _parity([place for _, place, _ in held] + [place for place, _ in opened])
        inside = ",".join(text for *_, text in held)
        indices = "".join(letter for _, letter in opened)
        return _Chain(self._epsilon(inside, indices), sign, _OPEN.index(indices[0]) if indices else -1)

    def _epsilon(self, inside: str, indices: str) -> str:
        if not indices and " " not in inside and not self.words.names.latex:
            return f"det[{inside}]"
        symbol = r"\epsilon" if self.words.names.latex else "ε"
        held = f"{symbol}[{inside}]" if inside else symbol
        return self._raised(held, indices) if indices else held

    def _open_matrix(self, steps: list[Step], first: int, second: int) -> str:
        indices = _OPEN[first] + _OPEN[second]
        if steps:
            word = self._word(steps)
            return self._raised(word if len(steps) == 1 and not steps[0][1] else f"({word})", indices)
        legs = self.words.legs or ()
        mixed = legs[first] != legs[second] or self.words.family.form is None
        symbol = "δ" if mixed else ("ω" if self.antisymmetric else "g")
        latex = {"δ": r"\delta", "ω": r"\omega", "g": "g"}
        return self._raised(latex[symbol] if self.words.names.latex else symbol, indices)

    def _open_vector(self, steps: list[Step], stop: End, leg: int) -> str:
        if not steps:
            return self._raised(self._name(stop), _OPEN[leg])
        return self._raised(f"({self._word(steps)}{self._gap}{self._name(stop)})", _OPEN[leg])

    def _raised(self, text: str, indices: str) -> str:
        return f"{text}^{{{indices}}}" if self.words.names.latex else f"{text}^{indices}"

    @property
    def _gap(self) -> str:
        return r"\," if self.words.names.latex else " "

    def _name(self, end: End) -> str:
        return self.words.names.of(self._plain_name(end))

    def _conjugated(self, end: End) -> str:
        name = self._plain_name(end)
        return self.words.names.of(name.removesuffix("*") if name.endswith("*") else f"{name}*")

    def _plain_name(self, end: End) -> str:
        names = self.words.names
        return names.fixed[-1 - end.node] if end.is_fixed else names.inputs[self.graph.nodes[end.node]]

    def _word(self, steps: Sequence[Step], names: Names | None = None) -> str:
        """A product of matrices, with powers."""
        names = names or self.words.names
        parts: list[str] = []
        for (name, transposed), run in groupby(steps):
            power, text = len(list(run)), names.of(name)
            if transposed:
                parts += [text + (r"^{\mathsf T}" if names.latex else "ᵀ")] * power
            elif power == 1:
                parts.append(text)
            else:
                raised = f"^{{{power}}}" if names.latex else "".join(_POWERS[int(d)] for d in str(power))
                parts.append(text + raised)
        return (r"\," if names.latex else " ").join(parts)


def _own_ends(number: int, joint: Joint) -> Joint:
    """A joint in which each fixed vector is an end of its own, since one may be joined several times."""
    return Joint(joint.kind, tuple(End(end.node, number) if end.is_fixed else end for end in joint.ends))


def _runs(steps: Sequence[Step]) -> int:
    """How many different matrices follow each other."""
    return len(list(groupby(steps)))


def _parity(order: list[int]) -> int:
    inversions = sum(a > b for i, a in enumerate(order) for b in order[i + 1 :])
    return -1 if inversions % 2 else 1
