"""Which columns of a table are meant."""

import difflib
import re
from collections.abc import Sequence

from ._blocks import block
from ._table import Table

Columns = str | Sequence[str | int]  # "1-10", "E1, px1", [1, 2, 3]

_UNIT = re.compile(r"(.*[^ _])[ _]*(\[[^\[\]]*\]|\([^()]*\))")
_INDEX = re.compile(r"\d+(?:, ?\d+)*|[xyz](?:, ?[xyz])*")
_RANGE = re.compile(r"([0-9]{1,9})(?:\s*-\s*([0-9]{1,9}))?")


def chosen(table: Table, columns: Columns, what: str) -> list[int]:
    """The positions of columns given by name, by the name of their block, by number from 1, or by ranges such as 1-6.

    Raises:
        ValueError: if one is not there, is meant twice, or may be another.
    """
    parts = [part.strip() for part in columns.split(",")] if isinstance(columns, str) else list(columns)
    positions = [position for part in parts for position in _positions(table, str(part), what)]
    if len(set(positions)) < len(positions):
        raise ValueError(f"`{what}` must name every column once. Got {columns!r}. Remove what comes twice.")
    return positions


def listed(names: Sequence[str]) -> str:
    """Names for a message, not too many; an index without a name is called so."""
    shown = [name or "(index)" for name in names]
    return ", ".join(shown[:20]) + (", …" if len(shown) > 20 else "")


def _positions(table: Table, part: str, what: str) -> list[int]:
    if part in table.names:
        return [table.names.index(part)]
    bare = [without_unit(name) for name in table.names]
    if bare.count(part) == 1:
        return [bare.index(part)]
    if without_unit(part) in table.names:
        return [table.names.index(without_unit(part))]
    if match := _RANGE.fullmatch(part):
        return _range(table, part, int(match[1]), int(match[2] or match[1]), what)
    try:
        if found := block(table.names, part) or _of_one_unit(table.names, block(bare, part)):
            return found
    except ValueError as error:
        raise ValueError(f"`{what}` must be names of columns. Got {part}: {error}. Name them one by one.") from error
    near = difflib.get_close_matches(part, table.names, 1)
    remedy = f"Did you mean {near[0]}?" if near else f"There are {listed(table.names)}."
    raise ValueError(f"`{what}` must be names or numbers of columns. Got {part!r}. {remedy}")


def without_unit(name: str) -> str:
    """A name without a unit in brackets behind it; an index in brackets stays.

    >>> [without_unit(name) for name in ("m1x [A m^2]", "v_(m/s)", "E[0]", "S(x,y)", "[1]")]
    ['m1x', 'v', 'E[0]', 'S(x,y)', '[1]']
    """
    match = _UNIT.fullmatch(name)
    return name if match is None or _INDEX.fullmatch(match[2][1:-1]) else match[1]


def unit_behind(name: str) -> str:
    """The unit in brackets behind a name, without them; nothing if there is none.

    >>> [unit_behind(name) for name in ("m1x [A m^2]", "v_(m/s)", "E[0]", "q")]
    ['A m^2', 'm/s', '', '']
    """
    match = _UNIT.fullmatch(name)
    return "" if match is None or _INDEX.fullmatch(match[2][1:-1]) else match[2][1:-1]


def _of_one_unit(names: Sequence[str], positions: list[int]) -> list[int]:
    """These positions, if the units of the columns are one and the same."""
    found = [names[position] for position in positions]
    if len({name.removeprefix(without_unit(name)).strip("_ ") for name in found}) > 1:
        raise ValueError(f"components in several units, {', '.join(found[:20])}")
    return positions


def _range(table: Table, part: str, low: int, high: int, what: str) -> list[int]:
    """Columns by number; where names are numbers as well, these are meant."""
    count = len(table.names)
    if table.named and any(name.isdigit() for name in table.names):
        wanted = [str(number) for number in range(low, high + 1)] if high - low < count else [part]
        if not wanted or not set(wanted) <= set(table.names):
            there = listed(table.names)
            raise ValueError(f"`{what}` must be names where names are numbers. Got {part}. There are {there}.")
        return [table.names.index(name) for name in wanted]
    if not 1 <= low <= high <= count:
        raise ValueError(f"`{what}` must be columns from 1 to {count}. Got {part}. Count the first column as 1.")
    return list(range(low - 1, high))
