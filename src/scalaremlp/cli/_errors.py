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
    except (ValueError, TypeError, KeyError, OSError) as error:
        raise BadInput(one_line(f"{what}: {error}" if what else str(error))) from error
    except (OverflowError, MemoryError, RecursionError) as error:
        where = f"{what}: " if what else ""
        text = f"{where}sizes must be such that memory can hold them. Got: {error}. Choose smaller ones"
        raise BadInput(one_line(text)) from error


def one_line(text: str) -> str:
    """A text on one line, without its middle if it is very long."""
    line = " ".join(text.split())
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST // 2]} … {line[-_LONGEST // 2 :]}"


def check_number(name: str, value: float, least: float, most: float) -> None:
    """Refuse a number out of its range."""
    if not least <= value <= most:
        bound = f"at most {most}" if value > most else f"at least {least}"
        raise BadInput(f"--{name} must be {bound}. Got {value}")
