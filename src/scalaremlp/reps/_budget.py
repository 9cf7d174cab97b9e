"""Refusing what does not fit into memory, before it is tried."""

from scalaremlp._check import TooLargeError

BYTES = 2 * 10**9


def require(needed: float, allowed: float, what: str, remedy: str) -> None:
    """Check that so many bytes may be used.

    Raises:
        TooLargeError: otherwise.
    """
    if needed > allowed:
        raise TooLargeError(
            f"{what} may take {_text(allowed)}. It would take {_text(needed)}. {remedy}, or raise `max_bytes` if there "
            "is memory for it."
        )


def _text(number: float) -> str:
    """Bytes in words.

    >>> _text(2 * 10**9), _text(123.4e15)
    ('2 GB', '1.23e+08 GB')
    """
    for name, unit in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if number >= unit:
            return f"{number / unit:.3g} {name}"
    return f"{number:.0f} bytes"
