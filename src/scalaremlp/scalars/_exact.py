"""Scalars and covariants as SymPy has them: contractions of entries that are symbols, in whole numbers."""

from collections.abc import Callable
from fractions import Fraction
from itertools import product
from typing import Any, NamedTuple

import numpy as np

from ..contractions.graph import Graph
from ..contractions.network import Step, evaluate, network
from ..contractions.tensor import Tensor
from ..reps.index_symmetry import IndexSymmetry
from ._fixed_tensors import fixed_array, fixed_tensor, moves
from .bracket import Bracket, Contraction, Slot
from .inputs import Inputs, TensorInput

_MOST_DENOMINATOR = 10_000  # of the projection to a symmetry; those of four indices have denominators of 24 and less


def sympy() -> Any:
    """The package; `ValueError` if it is missing."""
    try:
        import sympy
    except ImportError as error:
        raise ValueError("Formulas in SymPy need the package sympy. Run: pip install 'scalaremlp[laws]'.") from error
    return sympy


def expression(entries: Any, part: str) -> Any:
    """What SymPy makes of exact entries: an expression, or an array of those of a tensor.

    Args:
        entries: an array of numbers and expressions.
        part: "Re" or "Im" for that part of a number, "" for itself.
    """
    sp, entries = sympy(), np.asarray(entries, dtype=object)
    if entries.shape:
        return sp.ImmutableDenseNDimArray([sp.sympify(entry) for entry in entries.ravel()], entries.shape)
    taken = {"Re": sp.re, "Im": sp.im, "": lambda value: value}[part]
    return taken(sp.sympify(entries.item()))


def of_scalar(name: str) -> Any:
    """An input scalar."""
    return sympy().Symbol(name)


def of_brackets(inputs: Inputs, contraction: Contraction, legs: tuple[str, ...]) -> np.ndarray:
    """The value of a product of brackets, of input vectors, with the indices of the output."""
    rows = _rows(inputs)
    value, order = np.array(1, dtype=object), list[int]()
    for bracket in contraction:
        value = np.multiply.outer(value, _bracket(inputs, bracket, [legs[n] for n in bracket.legs], rows))
        order += bracket.legs
    return np.asarray(value, dtype=object).transpose(np.argsort(np.array(order, dtype=int)))


def of_graph(
    inputs: Inputs, kinds: tuple[Tensor, ...], graph: Graph, sign: int, symmetry: IndexSymmetry | None
) -> np.ndarray:
    """The value of a graph of tensors, times a sign, with the indices and the symmetry of the output."""
    legs = None if symmetry is None else symmetry.legs
    built = network(inputs.family, kinds, [graph], legs)
    arithmetic = _Arithmetic(inputs)
    steps = evaluate(built.steps, arithmetic.leaf, arithmetic.move, np.einsum)
    value = np.asarray(steps[built.outputs[0]] * (built.signs[0] * sign), dtype=object)
    if symmetry is None or symmetry.packing is None:
        return value
    entries = np.broadcast_to(value, (symmetry.dim,) * symmetry.rank)
    return (_projection(symmetry) @ entries.ravel()).reshape(entries.shape)


class _Arithmetic(NamedTuple):
    inputs: Inputs

    def leaf(self, step: Step) -> np.ndarray:
        """An input with its indices raised where there is a form, or a fixed tensor."""
        if step.kind != "input":
            return _exact(fixed_array(self.inputs.family, step))
        tensors = self.inputs.tensors
        number = step.sources[0]
        tensor = tensors[number % len(tensors)]
        entries = _entries(tensor)
        if self.inputs.family.form is not None:
            for axis, leg in enumerate(tensor.symmetry.legs):
                entries = self.move("raise", entries, axis) if leg == "V*" else entries
        return _conjugate(entries) if number >= len(tensors) else entries

    def move(self, kind: str, value: np.ndarray, axis: int) -> np.ndarray:
        """One axis raised or lowered."""
        matrix = self.inputs.family.form if kind == "lower" else self.inputs.family.inverse_form
        assert matrix is not None
        return _moved(value, matrix, axis)


def _bracket(inputs: Inputs, bracket: Bracket, wanted: list[str], rows: Callable[[Slot], np.ndarray]) -> np.ndarray:
    held = [rows(slot) for slot in bracket.slots if not slot.is_leg]
    if not held:
        return _exact(fixed_tensor(inputs.family, bracket.kind, wanted))
    if bracket.kind == "pair" and not wanted:
        form = np.eye(inputs.group.dim) if inputs.family.form is None else inputs.family.form
        return np.asarray(held[0] @ _exact(form) @ held[1], dtype=object)
    value = held[0] if bracket.kind == "pair" else _exact(inputs.family.levi_civita)
    for row in () if bracket.kind == "pair" else held:
        value = np.asarray(np.tensordot(row, value, 1), dtype=object)
    for axis, matrix in moves(inputs.family, bracket.kind, wanted):
        value = _moved(value, matrix, axis)
    return value


def _rows(inputs: Inputs) -> Callable[[Slot], np.ndarray]:
    """The components of what is in a slot: as `Inputs.vectors` has the rows."""
    vectors, covectors = (
        [_entries(tensor) for tensor in inputs.tensors if tensor.symmetry.legs == (leg,)] for leg in ("V", "V*")
    )
    family = inputs.family
    if family.inverse_form is not None:
        ups, downs = [*vectors, *(_moved(each, family.inverse_form, 0) for each in covectors)], []
    elif inputs.group.conjugate_is_dual:
        ups, downs = [*vectors, *map(_conjugate, covectors)], [*map(_conjugate, vectors), *covectors]
    else:
        ups, downs = vectors, covectors
    found: dict[str, Any] = {
        "up": ups,
        "down": downs,
        "fixed_up": _exact(family.fixed_up),
        "fixed_down": _exact(family.fixed_down),
    }
    return lambda slot: found[slot.kind][slot.number]


def _entries(tensor: TensorInput) -> np.ndarray:
    """Symbols `A1[0, 1]`, of entries that are equal by symmetry the first."""
    base: Any = sympy().IndexedBase(tensor.name)
    dim = tensor.symmetry.dim
    found = np.zeros((dim,) * tensor.symmetry.rank, dtype=object)
    for index in product(range(dim), repeat=tensor.symmetry.rank):
        same = {(tuple(index[axis] for axis in order), sign) for order, sign in tensor.kind.group}
        first, sign = min(same)
        found[index] = 0 if (first, -sign) in same else sign * base[first]
    return found


def _projection(symmetry: IndexSymmetry) -> np.ndarray:
    """The orthogonal projection to the tensors of a symmetry, in fractions."""
    unpack = symmetry.unpack.reshape(-1, symmetry.size)
    rational = sympy().Rational

    def exact(number: float) -> Any:
        found = Fraction(number).limit_denominator(_MOST_DENOMINATOR)
        return rational(found.numerator, found.denominator) if found else 0

    return np.vectorize(exact, otypes=[object])(unpack @ unpack.T)


def _exact(array: np.ndarray) -> np.ndarray:
    """With whole numbers where they are whole."""
    return np.vectorize(lambda x: int(x) if float(x).is_integer() else float(x), otypes=[object])(array)


def _conjugate(entries: np.ndarray) -> np.ndarray:
    return np.vectorize(sympy().conjugate, otypes=[object])(entries)


def _moved(value: np.ndarray, matrix: np.ndarray, axis: int) -> np.ndarray:
    return np.moveaxis(np.tensordot(_exact(matrix), value, (1, axis)), 0, axis)
