"""Bad input: what went wrong, on one line."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from typing import Any, get_args, get_type_hints

from tyro.conf import Positional

_LONGEST = 800  # characters of a refusal


class BadInput(Exception):
    """The person's input cannot be used: the rule, the value, the remedy."""


@contextmanager
def reading_input(what: str = "") -> Iterator[None]:
    """Errors raised while input is read and checked become `BadInput`; later ones stay errors of the program."""
    try:
        yield
    except (ValueError, TypeError, KeyError, OSError, OverflowError, MemoryError, RecursionError) as error:
        raise BadInput(one_line(f"{what}: {_said(error)}" if what else _said(error))) from error


def _said(error: Exception) -> str:
    """What the library said, or what the system said with a rule and a remedy around it."""
    if isinstance(error, OSError) and error.errno is not None:
        return f"files are read and written by a path that allows it. Got: {error}. Check the path and the room left"
    if isinstance(error, OverflowError | MemoryError | RecursionError):
        return f"sizes must be such that memory can hold them. Got: {error}. Choose smaller ones"
    return str(error)


def one_line(text: str) -> str:
    """A text on one line, without its middle if it is very long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST // 2]} … {line[-_LONGEST // 2 :]}"


def with_options(text: str, command: Any) -> str:
    """What the library said of settings, with the options of a command in their place.

    >>> from scalaremlp.cli.commands import Study
    >>> with_options("`ntest` must be at least 2. Got 1. See `x`", Study())
    '--ntest must be at least 2. Got 1. See `x`'
    """
    hints = get_type_hints(type(command), include_extras=True)
    positional = get_args(Positional[str])[1]
    names = {each.name for each in fields(command) if positional not in getattr(hints[each.name], "__metadata__", ())}
    return re.sub(
        "`([a-z_]+)`", lambda found: f"--{found[1].replace('_', '-')}" if found[1] in names else found[0], text
    )


def check_number(name: str, value: float, least: float, most: float) -> None:
    """Refuse a number out of its range."""
    if not least <= value <= most:
        bound = f"at most {most}" if value > most else f"at least {least}"
        raise BadInput(f"--{name} must be {bound}. Got {value}")
