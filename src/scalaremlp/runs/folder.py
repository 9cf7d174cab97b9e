"""Run folders: what may be written there, and what was asked of the run in them."""

import platform
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from enum import Enum
from importlib.metadata import version
from os import cpu_count
from pathlib import Path
from typing import Any

from scalaremlp._files import read_json, write_json
from scalaremlp._lock import alone_in
from scalaremlp._run_files import clear, drop, drop_halves, only_leftovers, written

from .settings import RunSettings, settings_in

FORMAT = 1  # of run.json; raised when an older version of the library could no longer go on with a run
_NAMES: tuple[tuple[str, dict[str, Any]], ...] = (("run.json", {}), ("run.json.new", {"replaces": True}))  # of old


class State(Enum):
    """What is in a folder: nothing, other files than a run, a run that can go on, or one that is finished."""

    EMPTY, OTHERS, UNFINISHED, FINISHED = range(4)


class Place:
    """The folder of a run while this process, and no other, writes there.

    Args:
        folder: where it is.
        settings: what is asked, as JSON values.
        resumed: whether the run was begun earlier and goes on.
        replaces: whether there is a finished run, which stays until this one has something to show.
    """

    def __init__(
        self, folder: Path, settings: Mapping[str, Any], *, resumed: bool = False, replaces: bool = False
    ) -> None:
        self.folder, self.settings, self.resumed, self.replaces = folder, settings, resumed, replaces
        self.begun = resumed

    def begin(self) -> None:
        """Put down what is asked, if that is not done, in the place of an earlier run.

        That is one step: before it the earlier run is whole, after it the new one has begun, and has yet to clear away
        what the earlier one left; whoever goes on with it does so, whenever this process ends.
        """
        if not self.begun:
            write_asked(self.folder / "run.json", self.settings, replaces=any(written(self.folder)))
            _ready(self.folder)
            self.begun = True

    def refused(self) -> None:
        """Leave nothing of a run that could not be fitted at all; an earlier one that it did not replace stays."""
        if self.begun and not self.resumed and not (self.folder / "checkpoint").exists():
            clear(self.folder)


@contextmanager
def occupied(folder: Path, settings: RunSettings, *, fresh: bool = False, resume: bool = False) -> Iterator[Place]:
    """The place of a run: one that was begun with the same settings and is not finished goes on, or a new one begins.

    Nothing is written, and an earlier run stays, until `Place.begin` is called.

    Args:
        folder: made if it does not exist.
        settings: what is asked.
        fresh: whether an earlier run is replaced.
        resume: whether a run must be there to go on.

    Raises:
        ValueError: if the folder is a file or holds other files, and, without `fresh`, if it holds another run.
        InUseError: if another process is at work there.
        OSError: if it cannot be written.
    """
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"a run is a folder, and {folder} is a file. Choose another `out`")
    with alone_in(folder):
        state = state_of(folder)
        if resume and (state is not State.UNFINISHED or read_asked(folder) != settings):
            raise ValueError(f"the run in {folder} was changed by another process just now. Look at it, and try again")
        resumed = resume or _goes_on(folder, state, settings, fresh=fresh)
        if resumed:
            _ready(folder)
        yield Place(folder, settings.to_json(), resumed=resumed, replaces=state is State.FINISHED)


def read_asked(folder: Path) -> RunSettings:
    """What was asked of the run in a folder, finished or not.

    Raises:
        ValueError: if there is no run, or one that was made otherwise.
    """
    file = next((file for name, _ in _NAMES if (file := folder / name).is_file()), None)
    if file is None:
        raise ValueError(f"a run is a folder with a run.json. Got {folder}, which has none. Check the path")
    try:
        asked = read_json(file)
        number, settings = asked["format"], asked["settings"]
    except (ValueError, KeyError, TypeError):
        number = settings = None
    if type(number) is int and number > FORMAT:
        raise ValueError(f"runs are read up to format {FORMAT}. Got format {number} in {file}. Upgrade scalaremlp")
    return settings_in(settings if type(number) is int and number > 0 else None, file)


def state_of(folder: Path) -> State:
    """What is in a folder."""
    if only_leftovers(folder):
        return State.EMPTY
    asked = _asked(folder)
    if asked is None:
        return State.OTHERS
    result, checkpoint = folder / "result.json", folder / "checkpoint" / "config.json"
    finished = result.exists() and not checkpoint.exists() and not asked.get("replaces")
    return State.FINISHED if finished else State.UNFINISHED


def go_on(folder: Path) -> str:
    """How a person goes on with the unfinished run in a folder, in words."""
    try:
        return f"Go on with it {read_asked(folder).go_on(folder)}"
    except ValueError:
        return "Make it anew"


def write_asked(
    file: Path, settings: Mapping[str, Any], *, replaces: bool = False, made_with: Mapping[str, str] | None = None
) -> None:
    """Write what was asked of a run, and with which versions it was begun.

    `replaces` says that the files of an earlier run are beside it, and yet to be cleared away.
    """
    told = {"replaces": True} if replaces else {}
    write_json(file, {"format": FORMAT, **told, "settings": dict(settings), "made_with": dict(made_with or versions())})


def versions() -> dict[str, str]:
    """What a result was made with: versions and machine type."""
    import scalaremlp

    return {
        "scalaremlp": scalaremlp.__version__,
        "jax": version("jax"),
        "python": platform.python_version(),
        "machine": f"{platform.machine()} with {cpu_count()} cores, {sys.platform}",
    }


def _goes_on(folder: Path, state: State, settings: RunSettings, *, fresh: bool) -> bool:
    """Whether the run in a folder, begun with the same settings and not finished, goes on."""
    if state is State.OTHERS:
        raise ValueError(f"{folder} holds other files than a run. Choose another `out`")
    if fresh or state is State.EMPTY:
        return False
    if state is State.FINISHED:
        drop_halves(folder)  # of a process that was killed when all but that was done
        drop(folder / "checkpoint")
        raise ValueError(f"{folder} holds a run already. Choose another `out`, or replace it by `fresh`")
    if not _begun_alike(folder, settings):
        raise ValueError(
            f"{folder} holds a run already, which was begun otherwise and is not finished. {go_on(folder)}, choose "
            "another `out`, or replace it by `fresh`"
        )
    return True


def _begun_alike(folder: Path, settings: RunSettings) -> bool:
    try:
        return read_asked(folder) == settings
    except ValueError:
        return False


def _ready(folder: Path) -> None:
    """Clear away what an earlier run has left, where the run in a folder has not come to that, and half files."""
    drop_halves(folder)
    asked = _asked(folder)
    if asked is None or not asked.get("replaces"):
        return
    settings, made_with = asked["settings"], asked.get("made_with")
    if not (folder / "run.json").exists():
        write_asked(folder / "run.json", settings, made_with=made_with, replaces=True)
    clear(folder, keep=("run.json",))
    write_asked(folder / "run.json", settings, made_with=made_with)


def _asked(folder: Path) -> dict[str, Any] | None:
    """What the run.json of a run says; `None` if there is none that is ours."""
    for name, told in _NAMES:
        try:
            asked = read_json(folder / name)
        except FileNotFoundError:
            continue
        except (OSError, ValueError):
            return None
        ours = isinstance(asked, dict) and type(asked.get("format")) is int and isinstance(asked.get("settings"), dict)
        return {**asked, **told} if ours else None
    return None
