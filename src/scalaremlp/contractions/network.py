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
from .graph import End, Graph
from .tensor import Tensor

Axes = tuple[tuple[int, int], ...]
"""What each axis of a tensor is joined to: (joint, place), the same for axes that are summed with each other."""


class Step(NamedTuple):
    """One tensor.

    Attributes:
        kind: "input", "fixed_up", "fixed_down", "epsilon", "lower" or "einsum".
        sources: the steps it is made from; for an input or a fixed vector its number.
        formula: of the einsum; for "lower" the axis that the form is applied to.
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


def network(family: Family, tensors: Sequence[Tensor], graphs: Iterable[Graph]) -> Network:
    """The steps that compute the values of some graphs of inputs of these kinds."""
    builder = _Builder(family, tuple(tensors))
    found = [builder.add(graph) for graph in graphs]
    return Network(tuple(builder.steps), tuple(step for step, _ in found), tuple(sign for _, sign in found))


class _Builder:
    def __init__(self, family: Family, tensors: tuple[Tensor, ...]):
        self.family, self.tensors = family, tensors
        self.steps: dict[Step, int] = {}
        self._plain = family.form is None or np.array_equal(family.form, np.eye(family.dim))

    def add(self, graph: Graph) -> tuple[int, int]:
        """The step that is the value of a graph, and its sign."""
        operands = _traced_all(self, self._operands(graph))
        while len(operands) > 1:
            one, other = min(combinations(operands, 2), key=lambda pair: _cost(*pair, operands))
            operands = [operand for operand in operands if operand is not one and operand is not other]
            operands.append(self.einsum((one, other), operands))
        return operands[0].step, operands[0].layouts[0][1]

    def step(self, kind: str, sources: tuple[int, ...] = (), formula: str = "") -> int:
        """The number of a step, which is made where it is new."""
        return self.steps.setdefault(Step(kind, sources, formula), len(self.steps))

    def einsum(self, factors: tuple[_Operand, ...], others: list[_Operand]) -> _Operand:
        """One or two tensors multiplied and summed over the axes that nothing else has, by the first formula."""
        later = {axis for operand in others for axis in operand.axes}
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
        for number, (kind, ends) in enumerate(graph.joints):
            bracket = kind in ("up", "down")
            if bracket:
                places = tuple((number, place) for place in range(len(ends)))
                operands.append(_Operand(self.step("epsilon"), ((places, 1),)))
            for place, end in enumerate(ends):
                joined, low = (number, place * bracket), kind == "pair" and place == 1 and not self._plain
                if end.is_fixed:
                    operands.append(_Operand(self._fixed(kind, place, end, low), (((joined,), 1),)))
                else:
                    axes[end.node][end.leg] = joined
                    lowered[end.node] |= {end.leg} if low else set()
        inputs = [self._input(i, at, low) for i, at, low in zip(graph.nodes, axes, lowered, strict=True)]
        return inputs + operands

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


def _traced_all(builder: _Builder, operands: list[_Operand]) -> list[_Operand]:
    """With the axes summed that are joined to others of the same tensor alone."""
    found = []
    for operand in operands:
        others = [other for other in operands if other is not operand]
        alone = len(set(operand.axes)) < len(operand.axes)
        found.append(builder.einsum((operand,), others) if alone else operand)
    return found


def _left(every: list[Axes], later: set[tuple[int, int]]) -> Axes:
    """The axes of a product: those that something else has, each once."""
    return tuple(axis for axis in dict.fromkeys(a for axes in every for a in axes) if axis in later)


def _cost(one: _Operand, other: _Operand, operands: list[_Operand]) -> tuple:
    """Small results first, then small factors; products of what is not joined last."""
    later = {a for operand in operands if operand is not one and operand is not other for a in operand.axes}
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
    lower: Callable[[Any, int], Any],
    einsum: Callable[..., Any],
) -> list[Any]:
    """The values of all steps.

    Args:
        steps: of a network.
        leaf: the tensor of an "input", "fixed_up", "fixed_down" or "epsilon" step.
        lower: applies the form to one axis, counted from 0.
        einsum: multiplies one or two tensors by a formula.
    """
    values: list[Any] = []
    for step in steps:
        if step.kind == "einsum":
            values.append(einsum(step.formula, *(values[i] for i in step.sources)))
        elif step.kind == "lower":
            values.append(lower(values[step.sources[0]], int(step.formula)))
        else:
            values.append(leaf(step))
    return values
