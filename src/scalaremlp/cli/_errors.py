"""Bad input: what went wrong, on one line."""

from collections.abc import Iterator
from contextlib import contextmanager

_LONGEST = 800  # characters of a refusal

MOST_SAMPLES = 10_000_000  # that a command makes
MOST_SEED = 2**63 - 1


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


def check_number(name: str, value: float, least: float, most: float) -> None:
    """Refuse a number out of its range."""
    if not least <= value <= most:
        bound = f"at most {most}" if value > most else f"at least {least}"
        raise BadInput(f"--{name} must be {bound}. Got {value}")
