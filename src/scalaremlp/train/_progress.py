"""A progress bar with the loss and the time that is left."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import monotonic

import jax

from ._history import Record


@contextmanager
def progress_bar(title: str, show: bool | None = None) -> Iterator[list[Callable[[Record], None]]]:
    """A bar on standard error while the block runs; yields the callbacks, one or none, that move it.

    Args:
        title: a line printed above the bar.
        show: whether to show it; `None`: if standard error is a terminal, of several processes in the first.

    Example:
        >>> with progress_bar("Adam: chosen by hand", show=False) as callbacks:
        ...     len(callbacks)
        0
    """
    if not (sys.stderr.isatty() and jax.process_index() == 0 if show is None else show):
        yield []
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    console = Console(stderr=True)
    columns = (BarColumn(), TextColumn("{task.percentage:3.0f} %"), TextColumn("{task.fields[losses]}"))
    times = (TextColumn("elapsed"), TimeElapsedColumn(), TextColumn("left"), TimeRemainingColumn())
    with Progress(*columns, *times, console=console) as bar:
        console.print(title, markup=False, highlight=False)
        task = bar.add_task("fit", total=None, losses="compiling")

        def move(record: Record) -> None:
            bar.update(task, total=record.steps, completed=record.step, losses=losses_of(record))

        yield [move]


class ProgressLines:
    """A callback of `fit` that says now and then how far it is, where there is no terminal for a bar.

    That is after half a minute, and whenever half as much time again has passed.

    Args:
        say: what takes a line.
        first: seconds to the first line.

    Example:
        >>> lines = ProgressLines(print, first=0.0)
        >>> lines(Record(step=3, steps=200, loss=0.25))
        step 3 of at most 200: loss 2.50e-01, 0 s
    """

    def __init__(self, say: Callable[[str], object], first: float = 30.0) -> None:
        self._say, self._began, self._due = say, monotonic(), first

    def __call__(self, record: Record) -> None:
        """Say a line, if one is due."""
        if (passed := monotonic() - self._began) >= self._due:
            self._due = 1.5 * passed
            self._say(f"step {record.step} of at most {record.steps}: {losses_of(record)}, {passed:.0f} s")


def losses_of(record: Record) -> str:
    """The losses of a record in words.

    Example:
        >>> losses_of(Record(step=1, steps=2, loss=0.25, validation=0.5))
        'loss 2.50e-01, validation 5.00e-01'
    """
    validation = "" if record.validation is None else f", validation {record.validation:.2e}"
    return f"loss {record.loss:.2e}{validation}"
