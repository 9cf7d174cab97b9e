"""Files that are whole or not there."""

import json
import os
from collections.abc import Mapping
from contextlib import suppress
from math import isfinite
from pathlib import Path
from typing import Any

_MOST_JSON = 2**23  # bytes: twenty times as many are needed to hold the values


def write_bytes(path: Path, data: bytes) -> None:
    """Write a file in one step, so that nobody ever reads half of it, not even after a crash; its folder is made.

    Where that fails, as on a full disk, neither the file nor a new folder is left.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}.part")
    made = [folder for folder in path.parents if not folder.exists()]
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with open(beside, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, path)
    except OSError:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
            for folder in made:
                folder.rmdir()
        raise


def write_text(path: Path, text: str) -> None:
    """Write a text file in one step."""
    write_bytes(path, text.encode())


def write_json(path: Path, value: Any) -> None:
    """Write a JSON file in one step. Numbers that are not finite become null."""
    write_text(path, json.dumps(finite(value), indent=1) + "\n")


def read_json(path: Path) -> Any:
    """The value in a JSON file; `ValueError` if it holds none, or is larger than any that this library writes."""
    if (size := path.stat().st_size) > _MOST_JSON:
        raise ValueError(f"{size} bytes, where at most {_MOST_JSON} are read")
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except RecursionError as error:
        raise ValueError("brackets are nested too deeply") from error


def finite(value: Any) -> Any:
    """JSON values with null for numbers that are not finite.

    >>> finite({"a": [1.0, float("nan")]})
    {'a': [1.0, None]}
    """
    if isinstance(value, Mapping):
        return {str(name): finite(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return None if isinstance(value, float) and not isfinite(value) else value
