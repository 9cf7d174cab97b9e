"""Representations from text: `parse("5*T(0) + 5*T(1)")`."""

import ast
from collections.abc import Callable, Mapping
from typing import Any

from scalaremlp.groups import Group
from scalaremlp.groups import parse as parse_group
from scalaremlp.groups.parsing import unknown
from scalaremlp.groups.spelling import read, shown
from scalaremlp.groups.table import GROUPS

from ._bounds import check_length, check_size
from ._rep import Rep
from ._symmetric import Alt, Sym, Sym0, Symmetric
from ._tensor import Scalar, T, V

_TENSORS: dict[str, Callable[..., Rep]] = {"T": T, "Sym": Sym, "Alt": Alt, "Sym0": Sym0}
_NAMES: dict[str, Any] = {"V": V, "Vector": V, "Scalar": Scalar, **_TENSORS, "Symmetric": Symmetric}
_RULE = "A representation is written like '5*T(0) + 5*T(1)' or 'V**2 >> V'."


def parse(text: str, names: Mapping[str, Rep | Group] | None = None) -> Rep:
    """The representation that `text` names: the inverse of `str`. The text is read, never executed.

    Arguments:
        text: an expression of `V`, `Scalar`, `T(p,q)`, `Sym(p)`, `Alt(p)`, `Sym0(p)`, `Symmetric(T(p), "ij=ji")`, whole
            numbers, `+`, `*`, `**`, `>>`, `.T`, `.conj()`, brackets and bindings to groups, such as `T(2)(O(3))`. Other
            signs are understood: `3T(1) ⊕ 2 Scalar`, `V²`.
        names: further names that may stand for representations and groups, such as a user's own.

    Raises:
        ValueError: for anything else, with the part that was not understood, or what was probably meant; for a type
            of more than a million terms, or tensors of order above 64, before anything is made of it.

    Example:
        >>> from scalaremlp.reps import parse
        >>> parse("5*T(0) + 5*T(1)"), parse("V**2 >> V"), parse("(2*V(Z(3)) + 1)*V(S(4))").size
        (5*T(0) + 5*T(1), T(1,2), 28)
    """
    names = names or {}
    if isinstance(text, str):
        check_length(text)
    return read(text, lambda plain: _strictly(plain, names), [*_NAMES, *GROUPS, *names], _RULE, " + ")


def _strictly(text: str, names: Mapping[str, Any]) -> Rep:
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, AttributeError, TypeError, RecursionError, MemoryError) as error:
        raise ValueError(f"{_RULE} Got {shown(text)}. Check the brackets and operators.") from error
    check_size(tree, text)
    try:
        value = _evaluate(tree, names)
    except (TypeError, OverflowError) as error:  # of an operator or T(...)
        raise ValueError(f"{_RULE} Got {shown(text)}. {error}") from error
    except RecursionError as error:
        raise ValueError(f"{_RULE} Got {shown(text)}. Write fewer brackets and operators.") from error
    return value if isinstance(value, Rep) else Scalar * value


def _evaluate(node: ast.AST, names: Mapping[str, Any]) -> Any:
    """The representation, or whole number, that a syntax tree stands for."""
    match node:
        case ast.Constant(value=int(number)) if not isinstance(number, bool):
            return number
        case ast.Name(id="V" | "Vector" | "Scalar" as name):
            return _NAMES[name]
        case ast.Name(id=name) if isinstance(names.get(name), Rep):
            return names[name]
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in _TENSORS:
            return _TENSORS[name](*(_evaluate(arg, names) for arg in args))
        case ast.Call(func=ast.Name(id="Symmetric"), args=[tensor, ast.Constant(value=str(equations))], keywords=[]):
            return Symmetric(_rep(tensor, names), equations)
        case ast.Call(func=ast.Name(id="Symmetric")):
            raise ValueError(f'{_RULE} Got {ast.unparse(node)!r}. Write for example Symmetric(T(2), "ij=-ji").')
        case ast.Call(func=ast.Attribute(value=value, attr="conj"), args=[], keywords=[]):
            return _rep(value, names).conj()
        case ast.Attribute(value=value, attr="T"):
            return _rep(value, names).T
        case ast.Call(func=function, args=[group], keywords=[]) if not _is_unknown(function, names):
            return _rep(function, names)(parse_group(ast.unparse(group), names))
        case ast.BinOp(left=left, op=op, right=right):
            return _operate(node, op, _evaluate(left, names), _evaluate(right, names))
        case ast.Name(id=name) | ast.Call(func=ast.Name(id=name)):
            raise ValueError(unknown("representation", name, [*_NAMES, *names]))
    raise ValueError(f"{_RULE} Got {ast.unparse(node)!r}. Use names, whole numbers, +, *, **, >> and .T alone.")


def _operate(node: ast.AST, op: ast.operator, left: Any, right: Any) -> Any:
    match op:
        case ast.Add():
            return left + right
        case ast.Mult():
            return left * right
        case ast.Pow() if isinstance(left, Rep):
            return left**right
        case ast.RShift() if isinstance(left, Rep) or isinstance(right, Rep):
            return left >> right
    raise ValueError(f"{_RULE} Got {ast.unparse(node)!r}. The operators are +, *, ** and >>, of representations.")


def _rep(node: ast.AST, names: Mapping[str, Any]) -> Rep:
    value = _evaluate(node, names)
    return value if isinstance(value, Rep) else Scalar * value


def _is_unknown(node: ast.AST, names: Mapping[str, Any]) -> bool:
    return isinstance(node, ast.Name) and node.id not in _NAMES and not isinstance(names.get(node.id), Rep)
