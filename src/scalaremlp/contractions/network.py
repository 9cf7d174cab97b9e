"""Graphs as chains of products of two tensors, in which equal intermediate results are computed once.

A network is a list of steps. Each makes one tensor from inputs and from tensors before it; `evaluate` runs them over
any arrays, with whatever does the arithmetic: residues modulo a prime, NumPy or JAX.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations, product
from math import prod
from string import ascii_lowercase
from typing import Any, NamedTuple

import numpy as np

from .family import Family
from .graph import End, Graph, Joint
from .tensor import Tensor

Axes = tuple[tuple[int, int], ...]
"""What each axis of a tensor is joined to: (joint, place), the same for axes that are summed with each other."""


class Step(NamedTuple):
    """One tensor.

    Attributes:
        kind: "input", "fixed_up", "fixed_down", "epsilon", "ones", "delta", "form" or "inverse" (fixed tensors of one
            or two indices), "lower" or "raise" (one axis, by the form or its inverse), or "einsum".
        sources: the steps it is made from; for an input or a fixed vector its number.
        formula: of the einsum; of "lower" and "raise" the axis.
    """

    kind: str
    sources: tuple[int, ...]
    formula: str = ""


class Network(NamedTuple):
    """Steps, and for each graph the step that is its value, with a sign."""

    steps: tuple[Step, ...]
    outputs: tuple[int, ...]
    signs: tuple[int, ...]


class _Operand(NamedTuple):
    """A tensor, and the ways to lay its axes on what they are joined to, each with a sign: several by symmetry."""

    step: int
    layouts: tuple[tuple[Axes, int], ...]

    @property
    def axes(self) -> Axes:
        return self.layouts[0][0]


def network(
    family: Family, tensors: Sequence[Tensor], graphs: Iterable[Graph], legs: tuple[str, ...] | None = None
) -> Network:
    """The steps that compute the values of some graphs of inputs of these kinds.

    Args:
        family: the group.
        tensors: the kinds of the inputs, with their indices as the family has them.
        graphs: the graphs.
        legs: where the last input is a probe, the indices of the output that it is contracted with: the values are then
            tensors with these, without the probe.
    """
    builder = _Builder(family, tuple(tensors), legs)
    found = [builder.add(graph) for graph in graphs]
    return Network(tuple(builder.steps), tuple(step for step, _ in found), tuple(sign for _, sign in found))


class _Builder:
    def __init__(self, family: Family, tensors: tuple[Tensor, ...], legs: tuple[str, ...] | None):
        self.family, self.tensors, self.legs = family, tensors, legs
        self._probe = None if legs is None else len(tensors) - 1
        self.steps: dict[Step, int] = {}
        self._plain = family.form is None or np.array_equal(family.form, np.eye(family.dim))

    def add(self, graph: Graph) -> tuple[int, int]:
        """The step that is the value of a graph, and its sign."""
        opened = _opened(graph, self._probe)
        operands = _traced_all(self, self._operands(graph), opened)
        while len(operands) > 1:
            one, other = min(combinations(operands, 2), key=lambda pair: _cost(pair, operands, opened))
            operands = [operand for operand in operands if operand is not one and operand is not other]
            operands.append(self.einsum((one, other), operands, opened))
        if not operands:
            return self.step("one"), 1
        if not opened and operands[0].axes:  # of a single node, the indices of which are summed
            operands = [self.einsum((operands[0],), [], ())]
        return self._placed(operands[0], opened, graph) if opened else (operands[0].step, operands[0].layouts[0][1])

    def _placed(self, operand: _Operand, opened: "Axes", graph: Graph) -> tuple[int, int]:
        """With its axes in the order of the output's indices, each up or down as it is there."""
        exact = [(axes, sign) for axes, sign in operand.layouts if axes == opened]
        axes, sign = exact[0] if exact else operand.layouts[0]
        step = operand.step if exact else self.step("einsum", (operand.step,), _formula([axes], opened))
        for axis, (number, place) in enumerate(opened):
            step = self._moved(step, axis, graph.joints[number], place)
        return step, sign

    def _moved(self, step: int, axis: int, joint: Joint, place: int) -> int:
        """One axis raised or lowered, where a joint leaves it otherwise than the output has it."""
        assert self.legs is not None
        fixed = place < 0  # a fixed tensor with indices of the output alone, made as they are
        if self._plain or self.family.form is None or fixed:
            return step
        is_up, wants_up = joint.kind == "pair", self.legs[axis] == "V"
        return step if is_up == wants_up else self.step("raise" if wants_up else "lower", (step,), str(axis))

    def step(self, kind: str, sources: tuple[int, ...] = (), formula: str = "") -> int:
        """The number of a step, which is made where it is new."""
        return self.steps.setdefault(Step(kind, sources, formula), len(self.steps))

    def einsum(self, factors: tuple[_Operand, ...], others: list[_Operand], opened: "Axes") -> _Operand:
        """One or two tensors multiplied and summed over the axes that nothing else has, by the first formula."""
        later = {axis for operand in others for axis in operand.axes} | set(opened)
        factors = tuple(sorted(factors, key=lambda operand: operand.step))
        orders = [factors, factors[::-1]] if len({operand.step for operand in factors}) == 1 else [factors]
        found: dict[str, dict[Axes, int]] = {}
        for ordered in dict.fromkeys(orders):
            for chosen in product(*(operand.layouts for operand in ordered)):
                every = [axes for axes, _ in chosen]
                left = _left(every, later)
                found.setdefault(_formula(every, left), {}).setdefault(left, prod(sign for _, sign in chosen))
        formula = min(found)
        layouts = tuple(sorted(found[formula].items()))
        return _Operand(self.step("einsum", tuple(operand.step for operand in factors), formula), layouts)

    def _operands(self, graph: Graph) -> list[_Operand]:
        """The tensors that are multiplied, with their indices lowered where a joint says so."""
        axes: list[dict[int, tuple[int, int]]] = [{} for _ in graph.nodes]
        lowered: list[set[int]] = [set() for _ in graph.nodes]
        operands = []
        for number, joint in enumerate(graph.joints):
            opened = [self._is_probe(graph, end) for end in joint.ends]
            if joint.kind in ("up", "down"):
                places = tuple((number, place) for place in range(len(joint.ends)))
                operands.append(_Operand(self.step("epsilon"), ((places, 1),)))
            elif joint.kind == "all":
                operands += self._diagonal(number, opened)
            elif all(opened):
                operands.append(self._fixed_pair(number, joint))
            for place, end in enumerate(joint.ends):
                joined = (number, place if joint.kind in ("up", "down") else 0)
                low = joint.kind == "pair" and place == 1 and not self._plain and not any(opened)
                if end.is_fixed:
                    operands.append(_Operand(self._fixed(joint.kind, place, end, low), (((joined,), 1),)))
                elif not opened[place]:
                    axes[end.node][end.leg] = joined
                    lowered[end.node] |= {end.leg} if low else set()
        inputs = [
            self._input(i, at, low) for i, at, low in zip(graph.nodes, axes, lowered, strict=True) if i != self._probe
        ]
        return inputs + operands

    def _diagonal(self, number: int, opened: list[bool]) -> list[_Operand]:
        """What makes several indices of the output equal; ones, where there is nothing but one of them."""
        deltas = [_Operand(self.step("delta"), ((((number, 0), (number, -k)), 1),)) for k in range(1, sum(opened))]
        alone = opened == [True]
        return [_Operand(self.step("ones"), ((((number, 0),), 1),))] if alone else deltas

    def _is_probe(self, graph: Graph, end: End) -> bool:
        return not end.is_fixed and graph.nodes[end.node] == self._probe

    def _fixed_pair(self, number: int, joint: Joint) -> _Operand:
        """The form, its inverse or the identity, with two indices of the output."""
        assert self.legs is not None
        kinds = [self.legs[end.leg] for end in joint.ends]
        same = kinds[0] == kinds[1] and not self._plain and self.family.form is not None
        step = self.step(("inverse" if kinds[0] == "V" else "form") if same else "delta")
        return _Operand(step, ((((number, -1), (number, -2)), 1),))

    def _fixed(self, kind: str, place: int, end: End, low: bool) -> int:
        upper = self.family.form is not None or kind == "down" or (kind == "pair" and place == 1)
        vector = self.step("fixed_up" if upper else "fixed_down", (-1 - end.node,))
        return self.step("lower", (vector,), "0") if low else vector

    def _input(self, number: int, axes: dict[int, tuple[int, int]], lowered: set[int]) -> _Operand:
        layouts = [
            (tuple(leg in lowered for leg in order), tuple(axes[leg] for leg in order), sign)
            for order, sign in self.tensors[number].group
        ]
        first = min(low for low, _, _ in layouts)
        step = self.step("input", (number,))
        for axis in range(len(first)):
            if first[axis]:
                step = self.step("lower", (step,), str(axis))
        return _Operand(step, tuple({axes: sign for low, axes, sign in layouts if low == first}.items()))


def _opened(graph: Graph, probe: int | None) -> Axes:
    """What each index of a probe is joined to: (joint, place), places −1, −2 where both ends are its own."""
    if probe is None or probe not in graph.nodes:
        return ()
    node = graph.nodes.index(probe)
    found: dict[int, tuple[int, int]] = {}
    for number, (kind, ends) in enumerate(graph.joints):
        own = [end for end in ends if end.node == node]
        both = kind == "pair" and len(own) == 2
        for count, end in enumerate(own):
            place = -1 - count if both else ends.index(end) if kind in ("up", "down") else -count
            found[end.leg] = (number, place)
    return tuple(found[leg] for leg in range(len(found)))


def _traced_all(builder: _Builder, operands: list[_Operand], opened: Axes) -> list[_Operand]:
    """With the axes summed that are joined to others of the same tensor alone."""
    found = []
    for operand in operands:
        others = [other for other in operands if other is not operand]
        alone = len(set(operand.axes)) < len(operand.axes)
        found.append(builder.einsum((operand,), others, opened) if alone else operand)
    return found


def _left(every: list[Axes], later: set[tuple[int, int]]) -> Axes:
    """The axes of a product: those that something else has, each once."""
    return tuple(axis for axis in dict.fromkeys(a for axes in every for a in axes) if axis in later)


def _cost(pair: tuple[_Operand, _Operand], operands: list[_Operand], opened: Axes) -> tuple:
    """Small results first, then small factors; products of what is not joined last."""
    one, other = pair
    others = [operand for operand in operands if operand is not one and operand is not other]
    later = {a for operand in others for a in operand.axes} | set(opened)
    joined = set(one.axes) & set(other.axes)
    size = len(_left([one.axes, other.axes], later))
    return (not joined, size, len(one.axes) + len(other.axes), sorted((one.step, other.step)))


def _formula(every: list[Axes], left: Axes) -> str:
    names = dict(zip(dict.fromkeys(a for axes in every for a in axes), ascii_lowercase, strict=False))
    words = ["".join(names[axis] for axis in axes) for axes in (*every, left)]
    return f"{','.join(words[:-1])}->{words[-1]}"


def evaluate(
    steps: Sequence[Step],
    leaf: Callable[[Step], Any],
    move: Callable[[str, Any, int], Any],
    einsum: Callable[..., Any],
) -> list[Any]:
    """The values of all steps.

    Args:
        steps: of a network.
        leaf: the tensor of a step without sources, of an input or of a fixed vector.
        move: applies the form ("lower") or its inverse ("raise") to one axis of a tensor, counted from 0.
        einsum: multiplies one or two tensors by a formula.
    """
    values: list[Any] = []
    for step in steps:
        if step.kind == "einsum":
            values.append(einsum(step.formula, *(values[i] for i in step.sources)))
        elif step.kind in ("lower", "raise"):
            values.append(move(step.kind, values[step.sources[0]], int(step.formula)))
        else:
            values.append(leaf(step))
    return values
