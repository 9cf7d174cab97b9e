"""The course of a fit as events that TensorBoard draws."""

import os
import time
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from ._history import Record

_DRAWN = ("loss", "validation", "learning_rate")


class TensorBoard:
    """A callback of `fit`: losses and learning rate by step, for `tensorboard --logdir path`.

    Needs the extra `scalaremlp[tensorboard]`.

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
        self._writer = writer(str(path))
        for record in earlier:
            self(record)

    def __call__(self, record: Record) -> None:
        """Write one record."""
        for name in _DRAWN:
            value = getattr(record, name)
            if value is not None:
                self._writer.add_scalar(name, value, record.step, walltime=time.time())
        self._writer.flush()


def summary_writer() -> Any:
    """The class that writes events; `ValueError` if its package is missing."""
    try:
        from tensorboardX import SummaryWriter
    except ImportError as error:
        raise ValueError(
            "Events for TensorBoard need the package tensorboardX. Run: pip install 'scalaremlp[tensorboard]'."
        ) from error
    return SummaryWriter
