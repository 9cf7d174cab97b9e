"""Run folders: what may be written there, and what is read from them."""

import json
import shutil
from pathlib import Path
from typing import Any, NamedTuple

from scalaremlp.cli._errors import BadInput
from scalaremlp.runs import FORMAT
from scalaremlp.train import load, read_config

# and the model's arrays
_MADE = ("run.json", "metrics.jsonl", "result.json", "config.json", "figures", "checkpoint")


class SavedRun(NamedTuple):
    """A model and what was asked for when it was made."""

    model: Any
    settings: dict[str, Any]


def open_run(folder: Path) -> SavedRun:
    """The run in a folder."""
    settings = read_config(folder)["settings"]
    if "seed" not in settings:
        raise BadInput(f"{folder} holds a model that `scalaremlp train` did not make. Use scalaremlp.load")
    return SavedRun(load(folder), settings)


def read_asked(folder: Path) -> dict[str, Any]:
    """What was asked of the run in a folder, finished or not."""
    file = folder / "run.json"
    if not file.is_file():
        raise BadInput(f"a run is a folder with a run.json. Got {folder}, which has none. Check the path")
    try:
        asked = json.loads(file.read_text(encoding="utf-8"))
        newer, settings = asked["format"] > FORMAT, asked["settings"]
        whole = {"seed", "model", "fit"} <= settings.keys()
    except (ValueError, KeyError, TypeError, AttributeError):
        newer = whole = False
    if newer:
        raise BadInput(
            f"runs are read up to format {FORMAT}. Got format {asked['format']} in {file}. Upgrade scalaremlp"
        )
    if not whole:
        raise BadInput(f"run.json must be as `scalaremlp train` wrote it. Got {file}. Train anew with --fresh")
    return dict(settings)


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


def clear(folder: Path) -> None:
    """Take away what an earlier run has left, so that nothing of it stands beside the new one."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in [*(folder / name for name in _MADE), *folder.glob("model-*.npz")]:
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
