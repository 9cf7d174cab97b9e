"""Several groups on the command line: `--groups "O(3) SO(3), S(4)*O(3)"`."""

import re
from itertools import accumulate

from scalaremlp import groups
from scalaremlp.cli._errors import BadInput
from scalaremlp.groups import Group
from scalaremlp.runs.types import check_group


def names_of(text: str) -> list[str]:
    """The groups of a text, which have spaces, commas or semicolons between.

    >>> names_of("O(3) SO(3), O(1, 3); S(4) * O(3)")
    ['O(3)', 'SO(3)', 'O(1, 3)', 'S(4)*O(3)']
    """
    text = re.sub(r"\s*([*×⊗])\s*", r"\1", text)
    depths = accumulate((letter == "(") - (letter == ")") for letter in text)
    parted = "".join(
        ";" if letter in " ,;" and depth <= 0 else letter for letter, depth in zip(text, depths, strict=True)
    )
    found = [name for name in parted.split(";") if name]
    if not found:
        raise BadInput('groups are compared. Got none. Write --groups "O(3) SO(3) Trivial(3)"')
    return found


def groups_of(names: list[str]) -> list[Group]:
    """The groups of these names; an error says which of them is none."""
    return [_group_of(name, place, len(names)) for place, name in enumerate(names, 1)]


def _group_of(name: str, place: int, count: int) -> Group:
    try:
        check_group(f"number {place} of {count},", name)
        return groups.parse(name)
    except (ValueError, TypeError, OverflowError, RecursionError, MemoryError) as error:
        raise BadInput(f"--groups has a group that is none, number {place} of {count}, {name!r}. {error}") from error
