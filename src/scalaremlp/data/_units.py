"""The units of samples: one for each scalar, vector or tensor of a type, told or read from a table."""

from collections.abc import Sequence

from .._check import one_of
from .._text import printable
from ..groups import Group
from ..reps import Rep
from ..units import Unit, as_unit
from ._columns import unit_behind
from ._table import Table

_PLACES = {"header": "in brackets behind the names of columns", "row": "in a row below the names"}
GivenUnits = str | Unit | Sequence[str | Unit]


def checked_units(given: GivenUnits | None, rep: Rep, group: Group | None, what: str) -> tuple[Unit, ...] | None:
    """A unit for each term of a type: those of a list, or one for all; None if none are told.

    Args:
        given: texts or units; one alone stands for all.
        rep: the type.
        group: its group, or None if it is bound.
        what: the name of the argument.

    Raises:
        ValueError: if there are more or fewer, or one is none; the error says of which term.

    Example:
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> [str(unit) for unit in checked_units(["kg", "m/s"], T(0) + T(1), O(3), "units_in")]
        ['kg', 'm/s']
    """
    if given is None:
        return None
    names = [name for name, _ in _terms(rep, group)]
    if isinstance(given, (str, Unit)):
        return (as_unit(given),) * len(names)
    every = list(given)
    if len(every) != len(names):
        raise ValueError(
            f"`{what}` must be a unit for each scalar, vector or tensor of {rep}, {len(names)} in all, or one for all. "
            f"Got {len(every)}. Write '' for a mere number."
        )
    return tuple(_read(text, f"`{what}`, {name}") for text, name in zip(every, names, strict=True))


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
    columns = [_read(texts[at], f"column {table.names[at]}") for at in positions]
    found, start = list[Unit](), 0
    for name, size in _terms(rep, group):
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


def _read(text: str | Unit, where: str) -> Unit:
    try:
        return as_unit(text)
    except (ValueError, TypeError) as error:
        raise type(error)(f"{printable(where)}: {error}") from error


def _terms(rep: Rep, group: Group | None) -> list[tuple[str, int]]:
    """The name and the size of each term."""
    bound = rep if group is None else rep(group)
    return [
        (str(written) if copies == 1 else f"{written} {number + 1} of {copies}", term.size)
        for (copies, term), (_, written) in zip(bound.blocks, rep.blocks, strict=True)
        for number in range(copies)
    ]
