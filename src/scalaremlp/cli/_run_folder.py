"""Run folders: what may be written there, and what is read from them."""

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from scalaremlp._files import read_json
from scalaremlp.cli._asked import checked_settings
from scalaremlp.cli._errors import BadInput, reading_input
from scalaremlp.runs import FORMAT, write_asked
from scalaremlp.train import load, read_config

# and the model's arrays
_MADE = (
    "run.json", "metrics.jsonl", "result.json", "config.json", "errors.csv", "figures", "checkpoint", "tensorboard",
)  # fmt: skip


class SavedRun(NamedTuple):
    """A model and what was asked for when it was made."""

    model: Any
    settings: dict[str, Any]


def open_run(folder: Path) -> SavedRun:
    """The run in a folder."""
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


def begun_alike(folder: Path, settings: Mapping[str, Any]) -> bool:
    """Whether the folder holds a run that was begun with just these settings and is not finished."""
    try:
        asked = read_json(folder / "run.json")
        return asked["format"] == FORMAT and asked["settings"] == settings and not (folder / "result.json").exists()
    except (OSError, ValueError, KeyError, TypeError):
        return False


def check_folder(folder: Path, fresh: bool) -> None:
    """A folder for a new run is empty or not there; with `fresh` a run may be replaced, but never anything else."""
    if folder.exists() and not folder.is_dir():
        raise BadInput(f"a run is a folder, and {folder} is a file. Choose another --out")
    if not folder.is_dir() or not any(folder.iterdir()):
        return
    if not (folder / "run.json").is_file():
        raise BadInput(f"{folder} holds other files than a run. Choose another --out")
    if not fresh:
        raise BadInput(f"{folder} holds a run already. Choose another --out, or replace it by --fresh")


def begin(folder: Path, settings: Mapping[str, Any]) -> None:
    """Put down what is asked, in the place of an earlier run; nothing of that is lost if there is no room for it."""
    asked = folder / "run.json.new"
    with reading_input(f"{folder} could not be written"):
        write_asked(asked, settings)
    clear(folder)
    asked.replace(folder / "run.json")


def clear(folder: Path) -> None:
    """Take away what a run has left."""
    for path in [*(folder / name for name in _MADE), *folder.glob("model-*.npz")]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
