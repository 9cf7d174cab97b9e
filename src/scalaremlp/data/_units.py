"""The units of samples: one for each scalar, vector or tensor of a type, told or read from a table."""

from collections.abc import Sequence

from .._check import one_of
from ..groups import Group
from ..reps import Rep
from ..reps.measured import GivenUnits, checked_units, named_sizes, read_unit
from ..units import Unit, parse
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


def units_of_side(
    table: Table,
    positions: Sequence[int],
    rep: Rep,
    group: Group,
    where: str | None,
    told: GivenUnits | None,
    what: str,
) -> tuple[Unit, ...] | None:
    """The units of inputs or outputs: those that a table tells, or those that are told, which it must not contradict.

    Raises:
        ValueError: as of `units_of_columns`; if the table tells another unit of a column than `told`.
    """
    if where is not None:
        return units_of_columns(table, positions, rep, group, where, what)
    units = checked_units(told, rep, group, what)
    if units is not None:
        sizes = (size for _, size in named_sizes(rep, group))
        of_columns = [unit for unit, size in zip(units, sizes, strict=True) for _ in range(size)]
        for at, unit in zip(positions, of_columns, strict=True):
            _check_not_denied(table, at, unit, what)
    return units


def _check_not_denied(table: Table, at: int, unit: Unit, what: str) -> None:
    """Raise `ValueError` if what a table says of a column is a unit, and another one."""
    behind = unit_behind(table.names[at]) if table.named else ""
    below = _without_brackets(table.units[at]) if table.units is not None else ""
    for text in filter(None, (behind, below)):
        try:
            own = parse(text)
        except ValueError:  # a remark
            continue
        if own != unit:
            raise ValueError(
                f"`{what}` must be the units of the table. Got {unit} for column {table.names[at]}, which is in {own}. "
                "Convert the column, or correct what is not right."
            )


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
    if where == "header" and table.named and any(texts := [unit_behind(name) for name in table.names]):
        return texts
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
