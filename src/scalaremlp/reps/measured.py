"""Units beside types: one for each term."""

from collections.abc import Sequence

from scalaremlp._text import printable
from scalaremlp.groups import Group
from scalaremlp.units import Unit, as_unit

from ._rep import Rep

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
        TypeError: if they are no list.

    Example:
        >>> from scalaremlp.groups import O
        >>> from scalaremlp.reps import T
        >>> [str(unit) for unit in checked_units(["kg", "m/s"], T(0) + T(1), O(3), "units_in")]
        ['kg', 'm/s']
    """
    if given is None:
        return None
    names = [name for name, _ in named_sizes(rep, group)]
    if isinstance(given, (str, Unit)):
        return (as_unit(given),) * len(names)
    if not isinstance(given, list | tuple):
        raise TypeError(
            f"`{what}` must be a unit, or a list of units in the order of the type. Got a {type(given).__name__}. "
            "Write for example ['kg', 'm/s']."
        )
    every = list(given)
    if len(every) != len(names):
        raise ValueError(
            f"`{what}` must be a unit for each scalar, vector or tensor of {rep}, {len(names)} in all, or one for all. "
            f"Got {len(every)}. Write '' for a mere number."
        )
    return tuple(read_unit(text, f"`{what}`, {name}") for text, name in zip(every, names, strict=True))


def read_unit(text: str | Unit, where: str) -> Unit:
    """A unit; an error says where it stands."""
    try:
        return as_unit(text)
    except (ValueError, TypeError) as error:
        raise type(error)(f"{printable(where)}: {error}") from error


def named_sizes(rep: Rep, group: Group | None) -> list[tuple[str, int]]:
    """The name and the size of each term."""
    bound = rep if group is None else rep(group)
    return [
        (str(written) if copies == 1 else f"{written} {number + 1} of {copies}", term.size)
        for (copies, term), (_, written) in zip(bound.blocks, rep.blocks, strict=True)
        for number in range(copies)
    ]
