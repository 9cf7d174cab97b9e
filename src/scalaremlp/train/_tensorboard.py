"""The course of a fit as events that TensorBoard draws."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Self

from ._history import Record

_DRAWN = ("loss", "validation", "learning_rate")
_SECONDS = 5  # between writes


class TensorBoard:
    """A callback of `fit`: losses and learning rate by step, for `tensorboard --logdir path`.

    What it has been given is all on disk at the end of its `with` block. Needs the extra `scalaremlp[tensorboard]`.

    Args:
        path: a folder; made if need be. Events that an earlier fit has left there are replaced.
        earlier: records of the same fit from before it was interrupted, so that every step is there once.

    Raises:
        ValueError: without the package tensorboardX.
    """

    def __init__(self, path: str | os.PathLike[str], earlier: Iterable[Record] = ()) -> None:
        writer = summary_writer()
        for old in Path(path).glob("events.out.tfevents.*"):
            old.unlink()
        self._writer = writer(str(path), flush_secs=_SECONDS)
        for record in earlier:
            self(record)

    def __call__(self, record: Record) -> None:
        """Write one record."""
        for name in _DRAWN:
            value = getattr(record, name)
            if value is not None:
                self._writer.add_scalar(name, value, record.step)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._writer.close()


def summary_writer() -> Any:
    """The class that writes events; `ValueError` if its package is missing."""
    try:
        from tensorboardX import SummaryWriter
    except ImportError as error:
        raise ValueError(
            "Events for TensorBoard need the package tensorboardX. Run: pip install 'scalaremlp[tensorboard]'."
        ) from error
    return SummaryWriter
