"""The state of a fit on disk, from which an interrupted fit goes on."""

import copy
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import jax
from jaxtyping import PyTree

from ._history import History
from ._save import load, load_history, read_config, save

_SHARE = 100  # of the time of a fit one part in so many is for writing


class Checkpoint:
    """A folder with the state of a fit and its history so far, written again and again, and at an interrupt.

    Writing takes about a hundredth of the time: after one it waits for a hundred times as long as that took. What lies
    between is done again, to the same bits, after a kill; after an interrupt or an error nothing has to be.

    The state and the number of records that belong to it are replaced in one step, so that a process that is killed at
    any moment leaves a state that some chunk ended with. Nothing is pickled.

    Args:
        path: the folder; made when first written.

    Example:
        >>> import tempfile, jax.numpy as jnp
        >>> from scalaremlp.train import Record
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     checkpoint = Checkpoint(f"{folder}/checkpoint")
        ...     print(checkpoint.read(like=jnp.zeros(2)))
        ...     checkpoint.write(jnp.arange(2.0), History(records=[Record(step=1, steps=2, loss=0.5)]))
        ...     state, history = checkpoint.read(like=jnp.zeros(2))
        None
        >>> state.tolist(), history["loss"]
        ([0.0, 1.0], [0.5])
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self.source = ""  # the file that samples are streamed from, by its fingerprint
        self._pending: tuple[PyTree, History, str] | None = None
        self._due = 0.0

    def write(self, state: PyTree, history: History, place: str = "") -> None:
        """Keep the state that the fit has after the last record of the history: on disk, if that is due.

        Args:
            state: of the fit.
            history: up to this state.
            place: the devices and processes that the fit runs on, if its last digits depend on these.
        """
        so_far = copy.copy(history)
        so_far.records = [*history.records]
        self._pending = state, so_far, place
        if time.perf_counter() >= self._due:
            self.flush()

    def flush(self) -> None:
        """Put what was given last on disk, if it is not there; of several processes the first one does so."""
        if self._pending is None or jax.process_index() > 0:
            return
        (state, history, place), began = self._pending, time.perf_counter()
        settings = {"records": len(history), "by_term": True, "place": place}
        save(self.path, state, history, settings=settings | ({"source": self.source} if self.source else {}))
        self._pending, now = None, time.perf_counter()
        self._due = now + _SHARE * (now - began)

    @contextmanager
    def kept(self) -> Iterator[None]:
        """At the end of this, however that comes, the last state is on disk, unless there is no room for it."""
        try:
            yield
        except BaseException:
            with suppress(OSError):
                self.flush()
            raise
        self.flush()

    @property
    def by_term(self) -> bool:
        """Whether outputs are shifted and weighed term by term: in all fits but those that the first version began."""
        try:
            return self.history() is None or "by_term" in read_config(self.path)["settings"]
        except ValueError:  # told by `read`
            return True

    @property
    def place(self) -> str:
        """The devices and processes of the fit that wrote what is there; nothing if that is not known."""
        return str(read_config(self.path)["settings"].get("place", ""))

    def read(self, like: PyTree) -> tuple[PyTree, History] | None:
        """The state that was kept, in the structure of `like`, and the history up to it; `None` if there is none.

        Raises:
            ValueError: if the state is of another fit, or its files are damaged.
        """
        history = self.history()
        if history is None:
            return None
        self._check_source()
        try:
            return load(self.path, like=like), history
        except ValueError as error:
            raise ValueError(
                f"A checkpoint must be of this fit and this version. Got: {error} Begin the fit anew in another folder."
            ) from error

    def _check_source(self) -> None:
        known = read_config(self.path)["settings"].get("source", "")
        if known != self.source:
            there, here = (source or "samples in memory" for source in (known, self.source))
            raise ValueError(
                f"A checkpoint must be of a fit to the same rows. Got one of {there} for {here}, in {self.path}. Begin "
                "the fit anew in another folder."
            )

    def history(self) -> History | None:
        """The history up to the state that was kept; `None` if there is none."""
        if not (self.path / "config.json").exists() and not self.path.is_file():
            return None
        try:
            history = load_history(self.path)  # its file may be one record ahead
            records = read_config(self.path)["settings"]["records"]
            if not 0 < records <= len(history):
                raise ValueError(f"{records} records of {len(history)}")
        except (OSError, KeyError, TypeError, ValueError) as error:
            raise ValueError(
                f"A checkpoint must be as the fit left it. Got: {error}, in {self.path}. Begin the fit anew in another "
                "folder."
            ) from error
        del history.records[records:]
        return history
