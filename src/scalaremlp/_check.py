"""Rules for single values that many places have, each with one wording: rule, value, remedy."""

from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

import numpy as np


class TooLargeError(ValueError):
    """What was asked for would take more time or memory than a limit allows, which the error names."""


def whole_number(name: str, value: Any, least: int = 1, *, remedy: str = "Leave it out for the default.") -> int:
    """`value`, if it is a whole number of at least `least`; truth values are none.

    Raises:
        ValueError: otherwise.

    Example:
        >>> whole_number("steps", 0)
        Traceback (most recent call last):
        ...
        ValueError: `steps` must be a whole number of at least 1. Got 0. Leave it out for the default.
    """
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)) or value < least:
        raise ValueError(f"`{name}` must be a whole number of at least {least}. Got {value!r}. {remedy}")
    return int(value)


def truth_value(name: str, value: Any) -> None:
    """Raise `TypeError` unless a value is True or False; a word such as "no" would count as true."""
    if not isinstance(value, bool | np.bool_):
        raise TypeError(f"`{name}` must be True or False. Got {value!r}. Write {name}=True or leave it out.")


def positive(name: str, value: Any, *, zero: bool = False, remedy: str = "Leave it out for the default.") -> None:
    """Raise `ValueError` unless a value is a finite number above 0, or with `zero` at least 0."""
    real = np.asarray(value).dtype.kind in "iuf"
    if not real or not np.isfinite(value) or not (value >= 0 if zero else value > 0):
        bound = "of at least 0" if zero else "above 0"
        raise ValueError(f"`{name}` must be a number {bound}. Got {value!r}. {remedy}")


def one_of(name: str, value: Any, names: Iterable[str], *, remedy: str = "Use one of them.") -> None:
    """Raise `ValueError` unless a value is one of some names; of one that is near to it that is said.

    Example:
        >>> one_of("solver", "Dopri9", ["Dopri8", "Kvaerno5"])
        Traceback (most recent call last):
        ...
        ValueError: `solver` must be one of Dopri8, Kvaerno5. Got 'Dopri9'. Did you mean Dopri8?
    """
    known = list(names)
    if value not in known:
        near = get_close_matches(value, known, n=1) if isinstance(value, str) else []
        remedy = f"Did you mean {near[0]}?" if near else remedy
        raise ValueError(f"`{name}` must be one of {', '.join(known)}. Got {value!r}. {remedy}")
