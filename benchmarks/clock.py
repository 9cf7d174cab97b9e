"""A limit of CPU seconds, which does not depend on what runs beside."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def cpu_limit(seconds: float) -> Iterator[None]:
    """Raise `TimeoutError` within, once this process has used so many seconds more of the CPU, all threads together.

    Limits do not nest: the inner one ends the outer.

    Example:
        >>> with cpu_limit(0.01):
        ...     while True:
        ...         pass
        Traceback (most recent call last):
        TimeoutError: not finished after 0.01 CPU seconds
    """

    def over(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(f"not finished after {seconds:g} CPU seconds")

    before = signal.signal(signal.SIGPROF, over)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)
