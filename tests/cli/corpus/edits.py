"""Ways to damage one file of a run folder."""

import hashlib
import io
import json
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from .case import to_folder

GONE = object()  # instead of a value: the key taken away
NUMBERS: tuple[Any, ...] = (GONE, None, "1", 1.5, [], {}, True)  # no whole numbers

Damage = tuple[str, str, Callable[[Path], object], str]  # of which file, what is wrong, how, and what is to be shown


def as_json(file: str) -> Iterator[Damage]:
    """The whole file as something else."""
    draw = random.Random(7)
    for name, data in {
        "empty": b"", "half": None, "a list": b"[]", "a number": b"3", "a text": b'"x"', "null": b"null",
        "no JSON": b"seed: 0\n",
        "no text": b"\xff\xfe" + draw.randbytes(50), "UTF-16": '{"format": 1}'.encode("utf-16"),
        "brackets": b"[" * 100_000,
        "NaN": b"NaN", "a long number": b'{"format": ' + b"9" * 5000 + b"}",
    }.items():  # fmt: skip
        yield file, name, rewritten(file, data), file
    yield file, "a folder", lambda run: to_folder(run / file), file.split("/")[0]
    if not file.startswith("checkpoint"):
        yield file, "gone", lambda run: (run / file).unlink(), file


def said(value: Any) -> str:
    return "gone" if value is GONE else repr(value)[:30]


def edited(file: str, keys: list[str], value: Any) -> Callable[[Path], None]:
    return lambda run: edit(run / file, keys, value)


def edit(file: Path, keys: list[str], value: Any) -> None:
    """One value of a JSON file replaced, or its key taken away."""
    content = json.loads(file.read_text())
    inner = content
    for key in keys[:-1]:
        inner = inner[key]
    if value is GONE:
        del inner[keys[-1]]
    else:
        inner[keys[-1]] = value
    file.write_text(json.dumps(content))


def rewritten(file: str, content: bytes | None) -> Callable[[Path], object]:
    """The content of a file; `None` for the first half of what is there."""

    def write(run: Path) -> None:
        data = (run / file).read_bytes()
        (run / file).write_bytes(data[: len(data) // 2] if content is None else content)

    return write


def inside(damage: Callable[[Path], object]) -> Callable[[Path], object]:
    return lambda run: damage(run / "checkpoint")


def arrays_file(run: Path) -> Path:
    (file,) = run.glob("model-*.npz")
    return file


def model_flipped(run: Path, seed: float) -> None:
    """Any byte counts here: the checksum is of the whole file."""
    file, draw = arrays_file(run), random.Random(seed)
    data = bytearray(file.read_bytes())
    data[draw.randrange(len(data))] ^= draw.randrange(1, 256)
    file.write_bytes(data)


def model_cut(run: Path, part: float) -> None:
    file = arrays_file(run)
    file.write_bytes(file.read_bytes()[: int(part * file.stat().st_size)])


def model_remade(run: Path, change: Callable[[dict[str, np.ndarray]], dict[str, np.ndarray]]) -> None:
    with np.load(arrays_file(run)) as file:
        arrays = {name: file[name] for name in file.files}
    model_swapped(run, packed(change(arrays)))


def model_swapped(run: Path, content: bytes) -> None:
    """Other content under the checksum that it has."""
    arrays_file(run).unlink()
    digest = hashlib.sha256(content).hexdigest()
    (run / f"model-{digest[:12]}.npz").write_bytes(content)
    edit(run / "config.json", ["arrays", "file"], f"model-{digest[:12]}.npz")
    edit(run / "config.json", ["arrays", "sha256"], digest)


def packed(arrays: dict[str, np.ndarray]) -> bytes:
    packed = io.BytesIO()
    np.savez(packed, **arrays)  # type: ignore[arg-type]
    return packed.getvalue()
