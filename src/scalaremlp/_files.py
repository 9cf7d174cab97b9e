"""Files that are whole or not there."""

import json
import os
import stat
from collections.abc import Mapping
from contextlib import suppress
from math import isfinite
from pathlib import Path
from typing import Any

_MOST_JSON = 2**22  # bytes: twenty times as many are needed to hold the values
_MOST_BRACKETS = 100_000  # lists and objects, of which a short text can have more than memory holds


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


def read_json(path: Path, most: int = _MOST_JSON) -> Any:
    """The value in a JSON file; `ValueError` if it holds none, or is larger than any that this library writes.

    Args:
        path: the file.
        most: how many bytes are read at most.
    """
    text = read_text(path, most)
    if (brackets := text.count("[") + text.count("{")) > _MOST_BRACKETS:
        raise ValueError(f"{brackets} brackets, where at most {_MOST_BRACKETS} are read")
    return parse_json(text)


def read_text(path: Path, most: int) -> str:
    """The text of a file; `ValueError` if it is no text in UTF-8, or has more bytes than `most`."""
    told = path.stat()
    if not (stat.S_ISREG(told.st_mode) or stat.S_ISDIR(told.st_mode)):  # a device, which has no end
        raise ValueError("no file of a disk")
    if told.st_size > most:
        raise ValueError(f"{told.st_size} bytes, where at most {most} are read")
    with path.open("rb") as file:
        return file.read(most).decode()


def parse_json(text: str) -> Any:
    """The value that JSON text holds; `ValueError` if it holds none, also for brackets that are nested too deeply."""
    try:
        return json.loads(text)
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
