"""Graphs as formulas that a person reads: traces of words, products of vectors with words between them, determinants.

A matrix after a matrix is contracted with it by the form, A² is A A, and Aᵀ has the indices in the other order. What is
no chain (a tensor of three indices or more, two indices of ε on one matrix) is written with indices, summed where they
occur twice and, for permutations, wherever they are not the output's.
"""

from collections.abc import Sequence
from string import ascii_lowercase

from ._chains import OPEN, Chains
from ._factors import Factor, Indexed, Style
from ._factors import latex_name as latex_name
from .family import Family
from .graph import End, Graph
from .tensor import Tensor


class Words:
    """Writes graphs of inputs of some kinds.

    Args:
        family: the group.
        tensors: the kinds of the inputs, with their indices as the family has them; the last is a probe where the
            graphs have one.
        names: what the inputs are called.
        fixed: what the fixed vectors are called.
        legs: the indices of the output, where the last input is a probe.
    """

    def __init__(
        self,
        family: Family,
        tensors: Sequence[Tensor],
        names: tuple[str, ...],
        fixed: tuple[str, ...],
        legs: tuple[str, ...] | None = None,
    ):
        self.family, self.tensors, self.names, self.fixed, self.legs = family, tuple(tensors), names, fixed, legs
        self._probe = None if legs is None else len(self.tensors) - 1

    def text(self, graph: Graph) -> tuple[str, int]:
        """The formula of a graph, and the sign with which its value is that of the formula."""
        factors, sign = self._factors(graph)
        return _written(factors, Style(latex=False)), sign

    def latex(self, graph: Graph) -> str:
        """The same formula in LaTeX."""
        return _written(self._factors(graph)[0], Style(latex=True))

    def _factors(self, graph: Graph) -> tuple[list[Factor], int]:
        chains = Chains(self.family, self.tensors, self.names, self.fixed, self.legs, graph)
        found = chains.factors()
        if found is None:
            return self._with_indices(graph)
        return sorted(found, key=lambda factor: (factor.opened[:1], factor.written(Style(latex=False)))), chains.sign

    def _with_indices(self, graph: Graph) -> tuple[list[Factor], int]:
        """Every tensor with its indices, and a sign: of two equal letters the first is on the left of the form."""
        letters = iter(ascii_lowercase[len(self.legs or ()) :])
        at: dict[End, str] = {}
        fixed: list[Factor] = []
        for kind, ends in graph.joints:
            own = [OPEN[end.leg] if self._is_probe(graph, end) else "" for end in ends]
            open_ones = [letter for letter in own if letter]
            if kind in ("up", "down"):
                places = [letter or next(letters) for letter in own]
                fixed.append(Indexed("ε", "".join(places)))
            else:
                places = [open_ones[0] if open_ones else next(letters)] * len(ends)
                fixed += [Indexed(self._equal(kind), open_ones[0] + other) for other in open_ones[1:]]
                fixed += [Indexed("1", places[0])] if kind == "all" and own == open_ones[:1] else []
            for end, letter in zip(ends, places, strict=True):
                if end.is_fixed:
                    fixed.append(Indexed(self.fixed[-1 - end.node], letter))
                else:
                    at[end] = letter
        written = [
            (Indexed(self.names[i], "".join(at[End(node, leg)] for leg in range(self.tensors[i].rank))), node)
            for node, i in enumerate(graph.nodes)
            if i != self._probe
        ]
        written.sort(key=lambda each: (each[0].name, each[0].indices))
        return [factor for factor, _ in written] + fixed, self._sign(graph, [node for _, node in written])

    def _sign(self, graph: Graph, order: list[int]) -> int:
        """−1 for each pair that an antisymmetric form joins the other way than its indices are written."""
        place = {node: number for number, node in enumerate(order)}
        pairs = [
            [(place[end.node], end.leg) for end in joint.ends]
            for joint in graph.joints
            if joint.kind == "pair" and not any(end.is_fixed or self._is_probe(graph, end) for end in joint.ends)
        ]
        return (-1) ** sum(first > second for first, second in pairs) if self.family.antisymmetric else 1

    def _equal(self, kind: str) -> str:
        """The fixed tensor with two indices of the output."""
        if kind == "all" or self.family.form is None:
            return "δ"
        return "ω" if self.family.antisymmetric else "g"

    def _is_probe(self, graph: Graph, end: End) -> bool:
        return not end.is_fixed and graph.nodes[end.node] == self._probe


def _written(factors: Sequence[Factor], style: Style) -> str:
    return style.gap.join(factor.written(style) for factor in factors) or "1"
