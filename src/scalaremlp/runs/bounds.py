"""Types and groups that no memory holds, told from their text before anything is made of it."""

import ast
import math
from collections.abc import Iterable

MOST_ROWS = 1000
_MOST_SIGNS, _MOST_ORDER = 10_000, 64
_MOST_TERMS = math.log(1_000_000)

Size = tuple[float, float]  # the logarithm of the number of terms, and the order of the largest tensor


def check_type(option: str, text: str) -> None:
    """Refuse a type of more than a million terms or of very high order; what is no type is left to `parse`."""
    tree = _tree(option, text)
    try:
        terms, order = (0.0, 0.0) if tree is None else _size(tree)
    except (RecursionError, OverflowError):  # of more brackets or operators than `parse` takes
        return
    if terms > _MOST_TERMS + 1e-9 or order > _MOST_ORDER:
        raise ValueError(
            f"a type has at most 1000000 terms, tensors of order {_MOST_ORDER} at most. Got {option} {short(text)}. "
            "Write a smaller one"
        )


def check_group(option: str, text: str) -> None:
    """Refuse a group with a number in it that no matrices of a sensible size have."""
    tree = _tree(option, text)
    numbers = [] if tree is None else [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    if any(isinstance(number, int) and number > MOST_ROWS for number in numbers):
        rule = f"a group is one of matrices of at most {MOST_ROWS} rows"
        raise ValueError(f"{rule}. Got {option} {short(text)}. Choose a smaller one")


def _tree(option: str, text: str) -> ast.AST | None:
    if len(text) > _MOST_SIGNS:
        rule = f"types and groups are of at most {_MOST_SIGNS} signs"
        raise ValueError(f"{rule}. Got {option} {short(text)}. Write it shorter")
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def _size(node: ast.AST) -> Size:
    match node:
        case ast.Constant(value=int(number)):
            return math.log(max(number, 1)), 0.0
        case ast.Name(id=name):
            return 0.0, float(name != "Scalar")
        case ast.Call(func=ast.Name(id="T"), args=args):
            return 0.0, sum(map(_number, args))
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


def short(text: str) -> str:
    """What was typed, for a line."""
    return ascii(text) if len(text) <= 60 else f"{text[:60]!a}…"
