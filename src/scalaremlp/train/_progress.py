"""A progress bar with the loss and the time that is left."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ._history import Record


@contextmanager
def progress_bar(title: str, show: bool | None = None) -> Iterator[list[Callable[[Record], None]]]:
    """A bar on standard error while the block runs; yields the callbacks, one or none, that move it.

    Args:
        title: a line printed above the bar.
        show: whether to show it; `None`: if standard error is a terminal.

    Example:
        >>> with progress_bar("Adam: chosen by hand", show=False) as callbacks:
        ...     len(callbacks)
        0
    """
    if not (sys.stderr.isatty() if show is None else show):
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


def losses_of(record: Record) -> str:
    """The losses of a record in words.

    Example:
        >>> losses_of(Record(step=1, steps=2, loss=0.25, validation=0.5))
        'loss 2.50e-01, validation 5.00e-01'
    """
    validation = "" if record.validation is None else f", validation {record.validation:.2e}"
    return f"loss {record.loss:.2e}{validation}"
