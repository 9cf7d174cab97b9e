"""Run folders: what may be written there, and what is read from them."""

import json
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

from scalaremlp._files import read_json
from scalaremlp._lock import InUseError, alone_in
from scalaremlp._run_files import clear, drop, drop_halves, only_leftovers, written
from scalaremlp.cli._asked import checked_settings
from scalaremlp.cli._errors import BadInput, reading_input
from scalaremlp.runs import FORMAT, write_asked
from scalaremlp.train import load, read_config


class SavedRun(NamedTuple):
    """A model and what was asked for when it was made."""

    model: Any
    settings: dict[str, Any]


class State(Enum):
    """What is in a folder."""

    EMPTY, OTHERS, UNFINISHED, FINISHED = range(4)


def open_run(folder: Path) -> SavedRun:
    """The run in a folder."""
    if state_of(folder) is State.UNFINISHED and not (folder / "config.json").is_file():
        raise BadInput(f"a run has a model when it is finished. Got {folder}, whose fit is not. {_go_on(folder)}")
    settings = read_config(folder).get("settings")
    return SavedRun(load(folder), checked_settings(settings, folder / "config.json"))


def read_asked(folder: Path) -> dict[str, Any]:
    """What was asked of the run in a folder, finished or not."""
    file = folder / "run.json"
    if not file.is_file():
        raise BadInput(f"a run is a folder with a run.json. Got {folder}, which has none. Check the path")
    try:
        asked = read_json(file)
        number, settings = asked["format"], asked["settings"]
    except (ValueError, KeyError, TypeError):
        number = settings = None
    if type(number) is int and number > FORMAT:
        raise BadInput(f"runs are read up to format {FORMAT}. Got format {number} in {file}. Upgrade scalaremlp")
    return checked_settings(settings if type(number) is int and number > 0 else None, file)


def state_of(folder: Path) -> State:
    """What is in a folder: nothing, other files than a run, a run that can go on, or one that is finished."""
    if only_leftovers(folder):
        return State.EMPTY
    asked = _asked(folder)
    if asked is None:
        return State.OTHERS
    result, checkpoint = folder / "result.json", folder / "checkpoint" / "config.json"
    finished = result.exists() and not checkpoint.exists() and not asked.get("replaces")
    return State.FINISHED if finished else State.UNFINISHED


def begun_alike(folder: Path, settings: Mapping[str, Any]) -> bool:
    """Whether the folder holds a run that was begun with just these settings and is not finished."""
    if state_of(folder) is not State.UNFINISHED:
        return False
    asked = _asked(folder)
    return asked is not None and asked["format"] == FORMAT and asked["settings"] == json.loads(json.dumps(settings))


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """While this process, and no other, writes to the folder of a run."""
    if folder.exists() and not folder.is_dir():
        raise BadInput(f"a run is a folder, and {folder} is a file. Choose another --out")
    with ExitStack() as opened:
        with reading_input(f"{folder} could not be written"):
            try:
                opened.enter_context(alone_in(folder))
            except InUseError as error:
                raise BadInput(str(error)) from None
        yield


def goes_on(folder: Path, settings: Mapping[str, Any], *, fresh: bool) -> bool:
    """Whether the run in a folder, begun with the same settings and not finished, goes on; otherwise a new one begins.

    To be asked while no other process writes there.

    Raises:
        BadInput: if the folder holds other files and, without `fresh`, also if it holds another run.
    """
    state = state_of(folder)
    if state is State.OTHERS:
        raise BadInput(f"{folder} holds other files than a run. Choose another --out")
    if fresh or state is State.EMPTY:
        return False
    if state is State.FINISHED:
        drop_halves(folder)  # of a process that was killed when all but that was done
        drop(folder / "checkpoint")
        raise BadInput(f"{folder} holds a run already. Choose another --out, or replace it by --fresh")
    if not begun_alike(folder, settings):
        raise BadInput(
            f"{folder} holds a run already, which was begun otherwise and is not finished. {_go_on(folder)}, choose "
            "another --out, or replace it by --fresh"
        )
    return True


def begin(folder: Path, settings: Mapping[str, Any]) -> None:
    """Put down what is asked, in the place of an earlier run.

    That is one step: before it the earlier run is whole, after it the new one has begun, and has yet to clear away what
    the earlier one left; whoever goes on with it does so, whenever this process ends.
    """
    with reading_input(f"{folder} could not be written"):
        write_asked(folder / "run.json", settings, replaces=any(written(folder)))
        ready(folder)


def ready(folder: Path) -> None:
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
    for name, told in (("run.json", {}), ("run.json.new", {"replaces": True})):  # the latter of versions of old
        try:
            asked = read_json(folder / name)
        except FileNotFoundError:
            continue
        except (OSError, ValueError):
            return None
        ours = isinstance(asked, dict) and type(asked.get("format")) is int and isinstance(asked.get("settings"), dict)
        return {**asked, **told} if ours else None
    return None


def _go_on(folder: Path) -> str:
    asked = _asked(folder) or {}
    if "pendulum" in asked.get("settings", {}):
        return "Go on with it by the command that began it"
    return f"Go on with it by `scalaremlp train --resume {folder}`"
