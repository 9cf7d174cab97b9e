"""Bad input: what went wrong, on one line."""

from collections.abc import Iterator
from contextlib import contextmanager


class BadInput(Exception):
    """The person's input cannot be used: the rule, the value, the remedy."""


@contextmanager
def reading_input(what: str = "") -> Iterator[None]:
    """Errors raised while input is read and checked become `BadInput`; later ones stay errors of the program."""
    try:
        yield
    except (ValueError, TypeError, KeyError, OSError) as error:
        text = f"{what}: {error}" if what else str(error)
        raise BadInput(" ".join(text.split())) from error
