"""Good folders, files and words with something changed at random: by seed, so that they are the same every time."""

import json
import random
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from scalaremlp import groups, reps

from .case import Case, train
from .edits import model_swapped

#: What each file of the folder is read by.
COMMANDS: dict[str, tuple[str, ...]] = {
    "evaluate": ("evaluate", "run", "--json"),
    "check": ("check", "run", "--json"),
    "info": ("info", "run", "--json"),
    "predict": ("predict", "run", "mine.npz", "--out", "out.npz", "--json"),
    "predict a table": ("predict", "run", "mine.csv", "--x-columns", "1-6", "--out", "out.npz", "--json"),
    "predict Parquet": ("predict", "run", "mine.parquet", "--x-columns", "1-6", "--out", "out.npz", "--json"),
    "resume": ("train", "--resume", "stopped", "--json"),
    "plot": ("plot", "efficiency", "study", "--json"),
}
_READ_BY = {
    "run/config.json": ("evaluate", "check", "info", "predict"),
    "run/metrics.jsonl": ("evaluate",),
    "run/model": ("evaluate", "check", "info", "predict"),
    "stopped/run.json": ("resume",),
    "stopped/checkpoint/config.json": ("resume",),
    "stopped/checkpoint/metrics.jsonl": ("resume",),
    "stopped/checkpoint/model": ("resume",),
    "study/results.json": ("plot",),
    "mine.npz": ("predict",),
    "mine.csv": ("predict a table",),
    "mine.parquet": ("predict Parquet",),
}
_VALUES: tuple[Any, ...] = (
    None, True, -1, 0, 3, 10**40, 0.5, float("nan"), float("inf"), "", "x", "\ud800", "\x1b[31m", "../../x",
    "$(touch x)", [], {}, [[]], ["a"] * 50, {"format": 1}, "9" * 5000, "__import__('os').system('touch x')",
)  # fmt: skip
_SIGNS = "()[]{}*+-^>.,;:'\"\\/ \t\n\x00\x1b\u202e½٣∞TVOSx019"
_NEVER_A_COLUMN = "()[]{}*^;:'\"\\/\x00\x1b½∞"


def mutations(number: int, seed: int = 14) -> list[Case]:
    """So many cases: two thirds of them changed files, the others changed words."""
    draw = random.Random(seed)
    cases = [(_file if n % 3 else _words)(draw) for n in range(number)]
    return [replace(case, name=f"{n}, {case.name}") for n, case in enumerate(cases)]


def _file(draw: random.Random) -> Case:
    file = draw.choice([*_READ_BY])
    command = draw.choice(_READ_BY[file])
    kinds: list[Callable[..., Any]] = [_cut, _flipped, _doubled, _other, _filled]
    if file.endswith("json"):
        kinds += [_retyped] * 4
    kind, seed = draw.choice(kinds), draw.random()
    told = f"{file} {kind.__name__.strip('_')} ({command})"
    return Case(told, COMMANDS[command], "", partial(_changed, file=file, kind=kind, seed=seed))


def _words(draw: random.Random) -> Case:
    option = draw.choice(("--rep-in", "--rep-out", "--group", "--x-columns"))
    if option == "--x-columns":
        text = _scribbled("1-3,b1,5-6", draw, _NEVER_A_COLUMN)
        return Case(f"{option} {text!a}", train("mine.csv", f"{option}={text}"), "")
    good = {"--rep-in": "2*T(1) + T(0)", "--rep-out": "T(2) >> V", "--group": "SO(3) * O(1,2)"}
    parse = groups.parse if option == "--group" else reps.parse
    while _reads(parse, text := _scribbled(good[option], draw, _SIGNS)):  # as another type, which is none to be refused
        pass
    given = {"--rep-in": "2*T(1)", "--rep-out": "T(0)", "--group": "O(3)", option: text}
    return Case(f"{option} {text!a}", ("info", *(f"{name}={value}" for name, value in given.items())), "")


def _reads(parse: Callable[[str], object], text: str) -> bool:
    try:
        parse(text)
    except ValueError:
        return False
    return True


def _scribbled(text: str, draw: random.Random, signs: str) -> str:
    for _ in range(draw.randrange(1, 5)):
        at, sign = draw.randrange(len(text) + 1), draw.choice(signs) * draw.choice((1, 1, 1, 300))
        text = text[:at] + sign + text[at + draw.randrange(2) :]
    return text


def _changed(here: Path, file: str, kind: Callable[[Path, bytes, random.Random], bytes | None], seed: float) -> None:
    path = next((here / file).parent.glob("model-*.npz")) if file.endswith("model") else here / file
    draw = random.Random(seed)
    changed = kind(path, path.read_bytes(), draw)
    if changed is None:
        return
    if file.endswith("model") and draw.random() < 0.7:
        model_swapped(path.parent, changed)  # with the checksum that it has now
    else:
        path.write_bytes(changed)


def _cut(path: Path, data: bytes, draw: random.Random) -> bytes:
    return data[: draw.randrange(len(data))]


def _flipped(path: Path, data: bytes, draw: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(draw.choice((1, 1, 10, 100))):
        changed[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    return bytes(changed)


def _doubled(path: Path, data: bytes, draw: random.Random) -> bytes:
    start, length = draw.randrange(len(data)), draw.randrange(1, 2000)
    part = data[start : start + length]
    return data[:start] + part * draw.choice((2, 2, 100)) + data[start + length :]


def _other(path: Path, data: bytes, draw: random.Random) -> bytes:
    """The content of another file."""
    others = sorted(each for each in path.parents[1].rglob("*") if each.is_file() and each != path)
    return draw.choice(others).read_bytes()


def _filled(path: Path, data: bytes, draw: random.Random) -> bytes | None:
    """Noise, nothing, no file, or a folder."""
    what = draw.randrange(4)
    if what < 2:
        return draw.randbytes(len(data)) if what else bytes(len(data))
    path.unlink()
    if what == 3:
        path.mkdir()
    return None


def _retyped(path: Path, data: bytes, draw: random.Random) -> bytes:
    """One value of a JSON file, however deep, replaced or taken away."""
    content = json.loads(data)
    inner: Any = content
    while True:
        keys = [*inner] if isinstance(inner, dict) else [*range(len(inner))]
        key = draw.choice(keys)
        if not isinstance(inner[key], dict | list) or not inner[key] or draw.random() < 0.2:
            break
        inner = inner[key]
    if draw.random() < 0.2:
        del inner[key]
    else:
        inner[key] = draw.choice(_VALUES)
    return json.dumps(content).encode()
