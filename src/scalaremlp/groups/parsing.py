"""Groups from text: `parse("O(1,3)*S(4)")`."""

import ast
import difflib
import inspect
from collections.abc import Mapping
from typing import Any

from ._base import Group
from .spelling import read, shown
from .table import GROUPS

_RULE = "A group is written like 'O(1,3)' or 'SO(3)*S(4)'."


def parse(text: str, names: Mapping[str, Any] | None = None) -> Group:
    """The group that `text` names: the inverse of `str`. The text is read, never executed.

    Arguments:
        text: a call of a name in the table `GROUPS`, or a product of such calls by `*`. Other signs are understood:
            `O(3) × S(4)`, `SO⁺(1,3)`.
        names: further names, of which those that are groups may be used.

    Raises:
        ValueError: for text that is no such expression, unknown names, and arguments that the group refuses; with
            what was probably meant, as `SO(3)` by `SO3` or `so(3)`.

    Example:
        >>> from scalaremlp.groups import parse
        >>> parse("Lorentz()"), parse("O(3) * S(4)"), parse("SU(2) * H", {"H": parse("Z(5)")})
        (O(1,3), O(3)*S(4), SU(2)*Z(5))
    """
    names = names or {}
    return read(text, lambda plain: _strictly(plain, names), [*GROUPS, *names], _RULE, "*")


def _strictly(text: str, names: Mapping[str, Any]) -> Group:
    try:
        tree = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, AttributeError, TypeError, RecursionError, MemoryError) as error:
        raise ValueError(f"{_RULE} Got {shown(text)}. Check the brackets.") from error
    try:
        return evaluate(tree, names)
    except RecursionError as error:
        raise ValueError(f"{_RULE} Got {shown(text)}. Write fewer brackets and factors.") from error


def evaluate(node: ast.AST, names: Mapping[str, Any]) -> Group:
    """The group that a syntax tree stands for; see `parse`."""
    match node:
        case ast.BinOp(left=left, op=ast.Mult(), right=right):
            return evaluate(left, names) * evaluate(right, names)
        case ast.Name(id=name) if isinstance(names.get(name), Group):
            return names[name]
        case ast.Call(func=ast.Name(id=name), args=args, keywords=keywords) if name in GROUPS:
            options = {str(keyword.arg): _argument(keyword.value, names) for keyword in keywords}
            return _call(name, [_argument(arg, names) for arg in args], options)
        case ast.Name(id=name) if name in GROUPS and not inspect.signature(GROUPS[name].constructor).parameters:
            return _call(name, [], {})
        case ast.Call(func=ast.Name(id=name)) | ast.Name(id=name):
            raise ValueError(unknown("group", name, [*GROUPS, *names]))
    raise ValueError(f"{_RULE} Got {ast.unparse(node)!r}. Use names and `*` alone.")


def unknown(what: str, name: str, known: list[str]) -> str:
    """The line that says that `name` is not among the `known` ones, and which come near."""
    near = difflib.get_close_matches(name, known, 3, 0.4)
    remedy = f"Did you mean {' or '.join(near)}?" if near else f"Use one of {', '.join(known)}."
    if name in known:
        remedy = f"Write {name}(…) with its arguments."
    return f"A {what} must have a known name. Got {name!r}. {remedy}"


def _argument(node: ast.AST, names: Mapping[str, Any]) -> Any:
    try:
        return ast.literal_eval(node)
    except ValueError:
        return evaluate(node, names)


def _call(name: str, args: list[Any], options: dict[str, Any]) -> Group:
    try:
        return GROUPS[name].constructor(*args, **options)
    except TypeError as error:  # the number or the names of the arguments
        given = ", ".join([*map(repr, args), *(f"{key}={value!r}" for key, value in options.items())])
        example = GROUPS[name].examples[-1]
        raise ValueError(f"{name} takes other arguments. Got {name}({given}). Write for example {example}.") from error
