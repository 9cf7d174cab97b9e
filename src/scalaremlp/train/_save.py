"""Saving a model in a folder of plain files, and loading it."""

import hashlib
import io
import json
import os
import re
import zipfile
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import jax
import numpy as np
from jaxtyping import PyTree

from .._files import read_json, write_bytes
from .._model import offers
from .._registry import find, name_of
from ._history import History
from ._leaves import Leaf, put_leaves, take_leaves, without_later

_TRIES = 100  # to read a model that is being replaced
FORMAT = 2  # of the folder; raised when an older version of the library could no longer read it
_ARRAYS = re.compile(r"model-[0-9a-f]{12}\.npz")


def save(
    path: str | os.PathLike[str],
    model: PyTree,
    history: History | None = None,
    *,
    settings: Mapping[str, Any] | None = None,
) -> None:
    """Save a model in the folder `path`, which is made if need be; a model saved there before is replaced.

    The folder holds `config.json` (how to make the model again, and which arrays it has), the arrays in a `.npz` file
    whose name is in `config.json`, and `metrics.jsonl` if a history is given. Nothing is pickled. Each file is written
    under another name and then moved, `config.json` last, so after a crash either the old model or the new one is
    there, complete.

    An `AbstractModel` is saved as the name of its class, `model.config()`, and its arrays by their names. Of any other
    pytree the arrays and numbers are saved, and `load` needs a model of the same structure to put them into.

    Args:
        path: a folder, e.g. `"runs/a"`.
        model: any pytree of arrays, numbers and functions.
        history: the history of its fit.
        settings: what else to remember, as JSON: read it again with `read_config(path)["settings"]`.

    Raises:
        ValueError: if the path is a file, or something cannot be written as JSON or in a `.npz` file.

    Example:
        >>> import tempfile, jax.numpy as jnp
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     save(f"{folder}/a", {"weight": jnp.arange(3.0)})
        ...     load(f"{folder}/a", like={"weight": jnp.zeros(3)})["weight"].tolist()
        [0.0, 1.0, 2.0]
    """
    folder = Path(path)
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"A model is saved in a folder. Got the file {folder}. Choose another path, e.g. runs/a.")
    leaves, arrays = take_leaves(model)
    packed = io.BytesIO()
    np.savez(packed, allow_pickle=False, **{leaf.path: array for leaf, array in zip(leaves, arrays, strict=True)})
    digest = hashlib.sha256(packed.getvalue()).hexdigest()
    name, file = name_of(type(model)) if offers(model, "config") else None, f"model-{digest[:12]}.npz"
    config = {
        "format": FORMAT,
        "version": _version(),
        "class": name,
        "config": model.config() if name else None,
        "arrays": {"file": file, "sha256": digest, "leaves": {leaf.path: leaf.description for leaf in leaves}},
        "fit": None if history is None else history.summary,
        "settings": dict(settings or {}),
    }
    try:
        text = json.dumps(config, indent=1, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"`settings` and `config()` must be plain JSON. Got: {error}. Use numbers and strings."
        ) from error
    folder.mkdir(parents=True, exist_ok=True)
    if history is not None:
        write_bytes(folder / "metrics.jsonl", history.to_jsonl().encode())
    write_bytes(folder / file, packed.getvalue())
    write_bytes(folder / "config.json", text.encode())
    for old in folder.iterdir():
        if _ARRAYS.fullmatch(old.name) and old.name != file:
            old.unlink(missing_ok=True)


def load(path: str | os.PathLike[str], like: PyTree = None) -> Any:
    """The model that `save` wrote into the folder `path`, equal to the last bit.

    Args:
        path: the folder.
        like: a model of the same structure, shapes and dtypes, for a model that is no class of this library.

    Raises:
        FileNotFoundError: if there is no saved model.
        ValueError: if the files are damaged, foreign, or of a newer version; if `like` is needed or does not match; or
            if a dtype is not the one the model would have now: a float64 model needs `scalaremlp.enable_x64()`.
    """
    config, leaves, arrays = _read(Path(path))
    narrowed = [
        leaf for leaf in leaves if leaf.kind == "jax" and jax.dtypes.canonicalize_dtype(leaf.dtype) != leaf.dtype
    ]
    if narrowed:
        raise ValueError(
            f"A model is loaded in the precision it was saved in. Got {narrowed[0].dtype} in {path} while JAX is "
            "limited to 32 bits. Call scalaremlp.enable_x64() first."
        )
    if like is None:
        kind = find(str(config["class"]))
        if kind is None:
            raise ValueError(
                "Only models whose class is known are loaded by the path alone. Got "
                f"{config['class'] or 'another model'} in {path}. Import the module that defines its class, or pass "
                "`like=` a model of the same structure."
            )
        try:
            like = kind.from_config(config["config"])
        except (KeyError, TypeError, ValueError, AttributeError, NotImplementedError) as error:
            raise ValueError(_foreign(Path(path))) from error
    return put_leaves(without_later(like, leaves), leaves, arrays, str(path))


def load_history(path: str | os.PathLike[str]) -> History:
    """The history that was saved with a model in the folder `path`.

    Raises:
        FileNotFoundError: if there is no saved model, or it was saved without a history.
        ValueError: if a file is damaged.
    """
    summary, file = read_config(path).get("fit"), Path(path) / "metrics.jsonl"
    if summary is None or not file.is_file():
        raise FileNotFoundError(
            f"The folder must hold a history. Got none in {path}. Give it to save(path, model, history)."
        )
    try:
        return History.from_jsonl(file.read_text(encoding="utf-8"), summary)
    except (ValueError, AttributeError) as error:
        raise ValueError(f"A history must be as `save` wrote it. Got: {error}, in {path}. Save it again.") from error


def read_config(path: str | os.PathLike[str]) -> dict[str, Any]:
    """What `config.json` in the folder of a saved model says, after a check of its format.

    Raises:
        FileNotFoundError: if there is none.
        ValueError: if it was not written by `save`, or by a newer version of it.
    """
    file = Path(path) / "config.json"
    if not file.is_file():
        raise FileNotFoundError(
            f"A saved model is a folder with a config.json. Got {path}, which has none. Check the path."
        )
    try:
        config = read_json(file)
    except ValueError as error:
        raise ValueError(f"config.json must be JSON. Got: {error}, in {file}. Save the model again.") from error
    if not isinstance(config, dict) or type(config.get("format")) is not int or config["format"] < 1:
        raise ValueError(
            f"config.json must be one that `save` wrote. Got {file}, without a format number. Check the path."
        )
    if config["format"] > FORMAT:
        raise ValueError(
            f"This version reads the formats up to {FORMAT}. Got format {config['format']} in {file}, written by "
            f"version {config.get('version')}. Upgrade scalaremlp."
        )
    return config


def _read(folder: Path) -> tuple[dict[str, Any], list[Leaf], list[np.ndarray]]:
    """A config and the arrays it speaks of: where another process saves a model meanwhile, the old ones or the new."""
    for _ in range(_TRIES):
        config = read_config(folder)
        try:
            return config, *_read_arrays(folder, config)
        except (ValueError, OSError):
            if read_config(folder) == config:
                raise
    raise ValueError(f"A model is read between two changes. Got {folder}, which changed {_TRIES} times. Try again.")


def _read_arrays(folder: Path, config: dict[str, Any]) -> tuple[list[Leaf], list[np.ndarray]]:
    """The arrays that a config speaks of, with their descriptions."""
    try:
        name, digest = config["arrays"]["file"], config["arrays"]["sha256"]
        leaves = [Leaf.from_description(*each) for each in config["arrays"]["leaves"].items()]
        known = {"class", "config"} <= config.keys() and _ARRAYS.fullmatch(name)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(_foreign(folder)) from error
    if not known:
        raise ValueError(_foreign(folder))
    if not (folder / name).is_file():
        raise ValueError(f"A saved model needs its arrays. Got no {name} in {folder}. Copy the whole folder again.")
    names = [leaf.path if config["format"] > 1 else f"{index:05d}" for index, leaf in enumerate(leaves)]
    data = (folder / name).read_bytes()
    if hashlib.sha256(data).hexdigest() != digest:
        raise ValueError(
            f"The arrays must be those that were saved. Got {folder / name} with another checksum, so it is truncated "
            "or changed. Copy the whole folder again."
        )
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            arrays = [file[name] for name in names]
    except (ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise ValueError(_foreign(folder)) from error
    if any(
        (array.shape, str(array.dtype)) != (leaf.shape, leaf.dtype) for leaf, array in zip(leaves, arrays, strict=True)
    ):
        raise ValueError(_foreign(folder))
    return leaves, arrays


def _foreign(folder: Path) -> str:
    return f"A saved model must be as `save` wrote it. Got a folder {folder} whose files do not agree. Save it again."


def _version() -> str:
    try:
        return version("scalaremlp")
    except PackageNotFoundError:  # run from the source tree
        return "unknown"
