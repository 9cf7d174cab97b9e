"""The types and the group of samples, from texts; no JAX is needed for them."""

import ast
from collections.abc import Mapping
from typing import Any

from scalaremlp import groups, reps

_MOST_SIGNS = 10_000
_MOST_ROWS, _MOST_NUMBERS = 1000, 1_000_000  # of a group's matrices, of one sample


def parse_types(texts: Mapping[str, Any]) -> tuple[reps.Rep, reps.Rep, groups.Group]:
    """The types of inputs and outputs and the group, from texts by the names `rep_in`, `rep_out` and `group`.

    Raises:
        ValueError: if one is none, or of sizes that no memory holds.
    """
    check_group("`group`", texts["group"])
    parsers = {"rep_in": reps.parse, "rep_out": reps.parse, "group": groups.parse}
    rep_in, rep_out, group = (_said_of(name, texts, parse, texts[name]) for name, parse in parsers.items())
    if group.dim > _MOST_ROWS:
        rule = f"a group is one of matrices of at most {_MOST_ROWS} rows"
        raise ValueError(f"{rule}. Got `group` {_shown(texts['group'])}. Choose a smaller one")
    for name, rep in (("rep_in", rep_in), ("rep_out", rep_out)):
        size = _said_of(name, texts, lambda rep: rep(group).size, rep)
        if size > _MOST_NUMBERS:
            rule = f"a sample has at most {_MOST_NUMBERS} numbers"
            raise ValueError(f"{rule}. Got `{name}` {_shown(texts[name])}, {size} numbers. Choose a smaller type")
    return rep_in, rep_out, group


def check_group(what: str, text: str) -> None:
    """Raise `ValueError` for a group with a number in it that no matrices of a sensible size have.

    What is no group is left to `scalaremlp.groups.parse`.
    """
    if len(text) > _MOST_SIGNS:
        raise ValueError(f"a group is of at most {_MOST_SIGNS} signs. Got {what} {_shown(text)}. Write it shorter")
    try:
        tree = ast.parse(text.strip(), mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return
    numbers = (node.value for node in ast.walk(tree) if isinstance(node, ast.Constant))
    if any(isinstance(number, int) and number > _MOST_ROWS for number in numbers):
        rule = f"a group is one of matrices of at most {_MOST_ROWS} rows"
        raise ValueError(f"{rule}. Got {what} {_shown(text)}. Choose a smaller one")


def _said_of(name: str, texts: Mapping[str, Any], make: Any, given: Any) -> Any:
    """What is made of a text; where it cannot be, the error says of which."""
    try:
        return make(given)
    except (ValueError, TypeError, OverflowError, RecursionError, MemoryError) as error:
        raise ValueError(f"`{name}` {_shown(texts[name])}: {error}") from error


def _shown(text: str) -> str:
    return ascii(text) if len(text) <= 60 else f"{text[:60]!a}…"
