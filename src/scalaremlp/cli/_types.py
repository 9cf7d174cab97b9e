"""Types and groups from the words of a command, for which no JAX is needed."""

import ast
from collections.abc import Mapping
from typing import Any

from scalaremlp import groups, reps
from scalaremlp.cli._errors import BadInput, reading_input
from scalaremlp.groups.spelling import shown

_MOST_ROWS, _MOST_NUMBERS = 1000, 1_000_000  # of a group's matrices, of one sample
_MOST_SIGNS = 10_000


def parse_types(texts: Mapping[str, Any]) -> tuple[reps.Rep, reps.Rep, groups.Group]:
    """The types of inputs and outputs and the group, from texts by the names `rep_in`, `rep_out` and `group`."""
    parsers = {"rep_in": reps.parse, "rep_out": reps.parse, "group": groups.parse}
    found: list[Any] = []
    for name, parse in parsers.items():
        if name == "group":
            check_group("--group", texts[name])
        with reading_input(_option(name, texts)):
            found.append(parse(texts[name]))
    rep_in, rep_out, group = found
    if group.dim > _MOST_ROWS:
        raise BadInput(f"a group is one of matrices of at most {_MOST_ROWS} rows. Got --group {_shown(texts['group'])}")
    for name, rep in (("rep_in", rep_in), ("rep_out", rep_out)):
        with reading_input(_option(name, texts)):
            if (size := rep(group).size) > _MOST_NUMBERS:
                raise BadInput(
                    f"a sample has at most {_MOST_NUMBERS} numbers. Got {_option(name, texts)}, {size} numbers"
                )
    return rep_in, rep_out, group


def parse_basis(rep: str, group: str) -> tuple[reps.Rep, groups.Group | None]:
    """A type and its group, which may be left out."""
    check_group("the group", group)
    return reps.parse(rep), groups.parse(group) if group else None


def _option(name: str, texts: Mapping[str, Any]) -> str:
    return f"--{name.replace('_', '-')} {_shown(texts[name])}"


def _shown(text: str) -> str:
    return ascii(text) if len(text) <= 60 else f"{text[:60]!a}…"


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
