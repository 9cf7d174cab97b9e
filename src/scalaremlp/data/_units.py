"""The units of samples: one for each scalar, vector or tensor of a type, told or read from a table."""

from collections.abc import Sequence

from .._check import one_of
from ..groups import Group
from ..reps import Rep
from ..reps.measured import GivenUnits, named_sizes, read_unit
from ..units import Unit
from ._columns import unit_behind
from ._table import Table

_PLACES = {"header": "in brackets behind the names of columns", "row": "in a row below the names"}


def check_where(units: str | None, **told: object) -> None:
    """Raise `ValueError` unless units are told, or read from a table, and not both."""
    if units is None:
        return
    one_of("units", units, _PLACES, remedy="Leave it out, and tell units_in and units_out.")
    if given := [name for name, value in told.items() if value is not None]:
        raise ValueError(f"Units are told or read. Got {given[0]} and units={units!r}. Leave one of them out.")


def units_of_sides(
    table: Table, positions: tuple[list[int], list[int]], reps: tuple[Rep, Rep], group: Group, where: str
) -> tuple[GivenUnits, GivenUnits]:
    """`units_in` and `units_out` as a table tells them: see `units_of_columns`."""
    inside = units_of_columns(table, positions[0], reps[0], group, where, "units_in")
    return inside, units_of_columns(table, positions[1], reps[1], group, where, "units_out")


def units_of_columns(
    table: Table, positions: Sequence[int], rep: Rep, group: Group, where: str, what: str
) -> tuple[Unit, ...]:
    """The units that a table tells of its columns: behind their names ("header"), or in a row below ("row").

    Raises:
        ValueError: if the table tells none there, or a vector or tensor has columns of several units.
    """
    texts = _texts(table, where)
    columns = [read_unit(texts[at], f"column {table.names[at]}") for at in positions]
    found, start = list[Unit](), 0
    for name, size in named_sizes(rep, group):
        own, start = columns[start : start + size], start + size
        if any(unit != own[0] for unit in own):
            names = ", ".join(table.names[at] for at in positions[start - size : start])
            raise ValueError(
                f"The columns of {name} of `{what}` must have one unit. Got {', '.join(map(str, dict.fromkeys(own)))} "
                f"in {names}. Convert them to one, or choose other columns."
            )
        found.append(own[0])
    return tuple(found)


def _texts(table: Table, where: str) -> Sequence[str]:
    """What is written about the unit of each column."""
    if where == "header" and table.named:
        return [unit_behind(name) for name in table.names]
    if where == "row" and table.units is not None:
        return [_without_brackets(text) for text in table.units]
    raise ValueError(
        f"Units are read {_PLACES[where]}. Got a table without. Tell them by units_in and units_out "
        "(--units-in, --units-out)."
    )


def _without_brackets(text: str) -> str:
    """A unit as it stands in a row of units: [m], (m) or m."""
    plain = text.strip()
    return plain[1:-1] if (plain[:1], plain[-1:]) in (("[", "]"), ("(", ")")) else plain
