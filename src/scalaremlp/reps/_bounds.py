"""Types that no memory holds, told from their text before anything is made of it."""

import ast
import math
from collections.abc import Iterable

from scalaremlp.groups.spelling import shown

_MOST_SIGNS, _MOST_ORDER = 10_000, 64
_MOST_TERMS = math.log(1_000_000)

Size = tuple[float, float]  # the logarithm of the number of terms, and the order of the largest tensor


def check_length(text: str) -> None:
    """Raise `ValueError` for a text that is longer than any type is written."""
    if len(text) > _MOST_SIGNS:
        raise ValueError(f"A type is of at most {_MOST_SIGNS} signs. Got {shown(text)}. Write it shorter.")


def check_size(tree: ast.AST, text: str) -> None:
    """Raise `ValueError` for a type of more than a million terms or of very high order; what is none is left alone."""
    if not any(isinstance(node, ast.Name) for node in ast.walk(tree)):  # numbers alone
        return
    try:
        terms, order = _size(tree)
    except (RecursionError, OverflowError):  # of more brackets or operators than `parse` takes
        return
    if terms > _MOST_TERMS + 1e-9 or order > _MOST_ORDER:
        raise ValueError(
            f"A type has at most 1000000 terms, tensors of order {_MOST_ORDER} at most. Got {shown(text)}. "
            "Write a smaller one."
        )


def _size(node: ast.AST) -> Size:
    match node:
        case ast.Constant(value=int(number)):
            return math.log(max(number, 1)), 0.0
        case ast.Name(id=name):
            return 0.0, float(name != "Scalar")
        case ast.Call(func=ast.Name(id="T" | "Sym" | "Alt" | "Sym0"), args=args):
            return 0.0, sum(map(_number, args))
        case ast.Call(func=ast.Name(id="Symmetric"), args=[tensor, *_]):
            return _size(tensor)
        case ast.BinOp(left=left, op=ast.Pow(), right=right):
            (terms, order), exponent = _size(left), _number(right)
            return terms * exponent, max(order, 1.0) * exponent
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            return _sum(map(_size, (left, right)))
        case ast.BinOp(left=left, op=ast.RShift(), right=right):  # its terms are never written out
            (terms, order), (more, higher) = _size(left), _size(right)
            return max(terms, more), order + higher
        case ast.BinOp(left=left, right=right):
            (terms, order), (more, higher) = _size(left), _size(right)
            return terms + more, order + higher
        case ast.Call(func=inner) | ast.Attribute(value=inner):
            return _size(inner)
    return 0.0, 0.0


def _sum(sizes: Iterable[Size]) -> Size:
    terms, orders = zip(*sizes, strict=True)
    most = max(terms)
    return most + math.log(sum(math.exp(each - most) for each in terms)), max(orders)


def _number(node: ast.AST) -> float:
    """The whole number that is written here, or about it."""
    if isinstance(node, ast.Constant) and node.value == 0:
        return 0.0
    return math.exp(min(_size(node)[0], 50.0))
