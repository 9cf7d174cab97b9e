"""Saving a model in a folder of plain files, and loading it."""

import hashlib
import io
import json
import os
import re
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import equinox as eqx
import jax
import numpy as np
from jaxtyping import PyTree

from .._check import TooLargeError
from .._files import read_json, read_text, write_bytes
from .._model import AbstractModel, offers
from .._npz import UNREADABLE, opened
from .._registry import find, name_of
from ._history import History
from ._leaves import Leaf, check_leaves, put_leaves, take_leaves, without_later

_TRIES = 100  # to read a model that is being replaced
FORMAT = 2  # of the folder; raised when an older version of the library could no longer read it
_FOR_HEADERS = 1024  # bytes at most beside the numbers of an array and its name
_MOST_RECORDED = 2**23  # bytes of a history, of forty thousand records
_WIDEST = 1_000_000  # units of a layer
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
    folder = Path(path)
    for _ in range(_TRIES):  # where another process saves a model meanwhile, the old one or the new
        stamp, config = _stamp(folder), read_config(folder)
        try:
            return _loaded(folder, config, like)
        except (ValueError, OSError):
            if _stamp(folder) == stamp:
                raise
    raise ValueError(f"A model is read between two changes. Got {folder}, which changed {_TRIES} times. Try again.")


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
        if not isinstance(summary, dict):
            raise ValueError(f"{summary!r:.40} for how the fit went")
        return History.from_jsonl(read_text(file, _MOST_RECORDED), summary)
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


def _stamp(folder: Path) -> tuple[int, int] | None:
    """What tells a config from one that replaced it, which may say the same: the model before, saved again."""
    try:
        about = (folder / "config.json").stat()
    except OSError:
        return None
    return about.st_ino, about.st_mtime_ns


def _loaded(folder: Path, config: dict[str, Any], like: PyTree) -> Any:
    """The model that a config speaks of; its arrays are read when it is known that they are those of such a model."""
    try:
        leaves = [Leaf.from_description(*each) for each in config["arrays"]["leaves"].items()]
        told = config["class"]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(_foreign(folder)) from error
    narrowed = [leaf for leaf in leaves if leaf.narrowed]
    if narrowed:
        raise ValueError(
            f"A model is loaded in the precision it was saved in. Got {narrowed[0].dtype} in {folder} while JAX is "
            "limited to 32 bits. Call scalaremlp.enable_x64() first."
        )
    if like is None:
        kind = find(str(told))
        if kind is None:
            raise ValueError(
                f"Only models whose class is known are loaded by the path alone. Got {told or 'another model'} in "
                f"{folder}. Import the module that defines its class, or pass `like=` a model of the same structure."
            )
        try:
            _check_sizes(config["config"], leaves)
            like = _outlined(kind, config["config"])
        except TooLargeError as error:
            raise ValueError(f"A saved model is one that can be made. Got {folder}, where {error}") from error
        except (KeyError, TypeError, ValueError, AttributeError, NotImplementedError, OverflowError) as error:
            raise ValueError(_foreign(folder)) from error
    like = without_later(like, leaves)
    check_leaves(like, leaves, str(folder))
    return put_leaves(like, leaves, _arrays(folder, config, leaves))


def _check_sizes(config: Any, leaves: list[Leaf]) -> None:
    """Raise `ValueError` if a model would have more layers than arrays, or layers that are wider than any."""
    if not isinstance(config, dict):
        return
    most = {"depth": len(leaves), "width": _WIDEST}
    if any(type(config.get(name)) is int and config[name] > size for name, size in most.items()):
        raise ValueError("a network of other sizes")
    for inner in config.values():
        _check_sizes(inner, leaves)


def _outlined(kind: type[AbstractModel], config: Any) -> PyTree:
    """The model of a config with shapes in the place of arrays, so that nothing large is made before it is known.

    Of a class that looks at its numbers when it is made, the model itself.
    """
    try:
        return eqx.filter_eval_shape(kind.from_config, config)
    except jax.errors.JAXTypeError:
        return kind.from_config(config)


def _arrays(folder: Path, config: dict[str, Any], leaves: list[Leaf]) -> list[np.ndarray]:
    """The arrays that a config speaks of: of the sizes that their descriptions say, before they are read."""
    try:
        name, digest = config["arrays"]["file"], config["arrays"]["sha256"]
        known = {"class", "config"} <= config.keys() and _ARRAYS.fullmatch(name)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ValueError(_foreign(folder)) from error
    if not known:
        raise ValueError(_foreign(folder))
    if not (folder / name).is_file():
        raise ValueError(f"A saved model needs its arrays. Got no {name} in {folder}. Copy the whole folder again.")
    names = [leaf.path if config["format"] > 1 else f"{index:05d}" for index, leaf in enumerate(leaves)]
    most = sum(leaf.size + 4 * len(name) + _FOR_HEADERS for leaf, name in zip(leaves, names, strict=True))
    if (folder / name).stat().st_size > most + _FOR_HEADERS:
        raise ValueError(_foreign(folder))
    data = (folder / name).read_bytes()
    if hashlib.sha256(data).hexdigest() != digest:
        raise ValueError(
            f"The arrays must be those that were saved. Got {folder / name} with another checksum, so it is truncated "
            "or changed. Copy the whole folder again."
        )
    try:
        with opened(data) as file:
            for leaf, name in zip(leaves, names, strict=True):
                found = file.header(name)
                if (found.shape, str(found.dtype)) != (leaf.shape, leaf.dtype):
                    raise ValueError(name)
            return [file.read(name) for name in names]
    except (KeyError, *UNREADABLE) as error:
        raise ValueError(_foreign(folder)) from error


def _foreign(folder: Path) -> str:
    return f"A saved model must be as `save` wrote it. Got a folder {folder} whose files do not agree. Save it again."


def _version() -> str:
    try:
        return version("scalaremlp")
    except PackageNotFoundError:  # run from the source tree
        return "unknown"
