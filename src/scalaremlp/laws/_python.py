"""A formula as the source of a function that needs NumPy alone."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import numpy as np

from ..scalars.inputs import Inputs, inputs
from ._atoms import Atoms, Tensors
from ._expression import Constant, Expression, Function, Named, Number, Product, Sum, leaves
from ._problem import Parts

_NAMES = {"asin": "arcsin", "acos": "arccos", "atan": "arctan"}


def source(atoms: Atoms, tensors: Tensors, parts: Parts, constants: Sequence[float], title: str) -> str:
    """The source of `law(x)`, of inputs (..., size_in), with outputs (..., size_out)."""
    plan = inputs(atoms.rep_in, atoms.group)
    used = sorted({leaf.name for _, scalar in parts for leaf in leaves(scalar) if isinstance(leaf, Named)})
    names = {name: f"a{i}" for i, name in enumerate(used, 1)}
    formulas = dict(zip((atom.name for atom in atoms.atoms), atoms.sympy, strict=True))
    lines = ["import numpy as np", "", "", "def law(x):", f'    """{title}"""', "    x = np.asarray(x, dtype=float)"]
    lines += [f"    {name} = {_input(plan, name, at)}" for name, at in plan.columns.items()]
    lines += [f"    {names[name]} = {_entry(formulas[name])}  # {name}" for name in used]
    lines += _sum(tensors, parts, constants, names)
    return "\n".join([*lines, ""])


def _input(plan: Inputs, name: str, at: slice) -> str:
    """A number, a list of components, or a dictionary of entries by their indices."""
    tensor = next((tensor for tensor in plan.tensors if tensor.name == name), None)
    if tensor is None:
        return f"x[..., {at.start}]"
    if tensor.symmetry.rank == 1:
        return f"[{', '.join(f'x[..., {i}]' for i in range(at.start, at.stop))}]"
    matrix = tensor.symmetry.unpack.reshape(-1, tensor.symmetry.size)
    indices = np.ndindex((tensor.symmetry.dim,) * tensor.symmetry.rank)
    pairs = [f"{index}: {_combination(row, at.start)}" for index, row in zip(indices, matrix, strict=True)]
    return "{" + ", ".join(pairs) + "}"


def _combination(row: np.ndarray, start: int) -> str:
    terms = [f"{_root(value)}x[..., {start + i}]" for i, value in enumerate(row) if abs(value) > 1e-14]
    return " + ".join(terms) or "0 * x[..., 0]"


def _root(value: float) -> str:
    """A factor that is the root of a fraction; whole numbers only, since these are none of the law's constants.

    >>> _root(-0.5**0.5), _root(1.0)
    ('-np.sqrt(1 / 2) * ', '')
    """
    square, sign = Fraction(value * value).limit_denominator(10_000), "-" if value < 0 else ""
    if square == 1:
        return "-1 * " if sign else ""
    return f"{sign}np.sqrt({square.numerator} / {square.denominator}) * "


def _entry(formula: Any) -> str:
    """What SymPy has for a scalar or one component."""
    from sympy.printing.numpy import NumPyPrinter

    class Printer(NumPyPrinter):
        def _print_Indexed(self, expr: Any) -> str:
            return f"{expr.base.label}[{', '.join(map(str, expr.indices))}]"

    return str(Printer({"fully_qualified_modules": False}).doprint(formula)).replace("sqrt(", "np.sqrt(")


def _sum(tensors: Tensors, parts: Parts, constants: Sequence[float], names: dict[str, str]) -> list[str]:
    size = tensors.rep_out(tensors.group).size
    lines, terms = list[str](), [list[str]() for _ in range(size)]
    for number, (tensor, scalar) in enumerate(parts, 1):
        lines.append(f"    c{number} = {_code(scalar, constants, names)}")
        for i, entry in enumerate(tensors.components(tensor)):
            if entry != 0:
                terms[i].append(f"c{number}" if entry == 1 else f"c{number} * ({_entry(entry)})")
    lines.append("    zero = np.zeros(x.shape[:-1])")
    outputs = [" + ".join(["zero", *own]) for own in terms]
    return [*lines, "    return np.stack([", *(f"        {each}," for each in outputs), "    ], axis=-1)"]


def _code(expression: Expression, constants: Sequence[float], names: dict[str, str]) -> str:
    def made(of: Expression) -> str:
        match of:
            case Named(name):
                return names[name]
            case Constant(index):
                return f"({constants[index]!r})" if constants[index] < 0 else repr(constants[index])
            case Number(value, pi):
                return _exact(value) + (f" * np.pi ** {pi}" if pi else "")
            case Sum(terms):
                return f"({' + '.join(map(made, terms))})"
            case Function(name, argument):
                return f"np.{_NAMES.get(name, name)}({made(argument)})"
            case Product(factors):
                return " * ".join(_power(made(base), base, exponent) for base, exponent in factors) or "1"

    return made(expression)


def _power(inner: str, base: Expression, exponent: Fraction) -> str:
    if exponent == 1:
        return inner
    inner = f"({inner})" if isinstance(base, Product | Number) else inner
    return f"{inner} ** {exponent}" if exponent.denominator == 1 and exponent > 0 else f"{inner} ** ({exponent})"


def _exact(value: Fraction) -> str:
    return f"({value})" if value < 0 or value.denominator > 1 else str(value)
