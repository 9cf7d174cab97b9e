"""Groups that no memory holds, told from their text before anything is made of it."""

import ast

from scalaremlp.cli._errors import BadInput
from scalaremlp.groups.spelling import shown

_MOST_SIGNS, _MOST_ROWS = 10_000, 1000


def check_group(option: str, text: str) -> None:
    """Refuse a group with a number in it that no matrices of a sensible size have; the rest is left to `parse`."""
    if len(text) > _MOST_SIGNS:
        raise BadInput(f"a group is of at most {_MOST_SIGNS} signs. Got {option} {shown(text)}. Write it shorter")
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    numbers = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    if any(isinstance(number, int) and number > _MOST_ROWS for number in numbers):
        rule = f"a group is one of matrices of at most {_MOST_ROWS} rows"
        raise BadInput(f"{rule}. Got {option} {shown(text)}. Choose a smaller one")
