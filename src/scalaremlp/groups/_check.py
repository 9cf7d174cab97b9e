"""Checks of the integers that groups are made of."""

import operator
from typing import Any


def integers(group: Any, *names: str, least: int, example: str = "") -> None:
    """Check that the fields `names` of a frozen dataclass are integers of at least `least`; keep them as plain ints.

    The error shows `example`, or a call with integers alone.

    Raises:
        ValueError: otherwise.
    """
    label = type(group).__name__
    for name in names:
        value = getattr(group, name)
        try:
            number = None if isinstance(value, bool) else operator.index(value)
        except TypeError:
            number = None
        if number is None or number < least:
            kind = "an integer" if len(names) == 1 else "integers"
            example = example or f"{label}({', '.join(str(max(least, 3)) for _ in names)})"
            raise ValueError(
                f"{label}({', '.join(names)}) needs {kind} of at least {least}. Got {name} = {value!r}. "
                f"Write for example {example}."
            )
        object.__setattr__(group, name, number)  # the dataclass is frozen; numpy integers become plain ones
