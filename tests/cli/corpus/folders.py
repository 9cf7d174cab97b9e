"""Damaged and foreign run folders: mutations of their files, one value at a time."""

import hashlib
import io
import json
import random
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from .case import Case, to_file, to_folder

GONE = object()  # instead of a value: the key taken away
COMMANDS = {
    "evaluate": ("evaluate", "run"),
    "check": ("check", "run"),
    "predict": ("predict", "run", "mine.npz", "--out", "out.npz"),
}
RESUME = ("train", "--resume", "stopped")


def folders() -> list[Case]:
    """Every damaged run, given to a command that reads it."""
    damaged = [(f"{file} {name}", damage, shows) for file, name, damage, shows in (*_config(), *_model())]
    cases = [
        Case(name, list(COMMANDS.values())[number % 3], shows, lambda folder, damage=damage: damage(folder / "run"))
        for number, (name, damage, shows) in enumerate(damaged)
    ]
    cases += [
        Case(f"settings {name}", ("evaluate", "run"), shows or "config.json", lambda folder, edit=edit: edit(folder / "run/config.json"))
        for name, edit, shows in _settings()
    ]
    for file, name, damage, shows in (*_asked(), *_checkpoint()):
        cases.append(Case(f"--resume, {file} {name}", RESUME, shows, lambda folder, damage=damage: damage(folder / "stopped")))
    return cases


Damage = tuple[str, str, Callable[[Path], object], str]
_NUMBERS: tuple[Any, ...] = (GONE, None, "1", 1.5, [], {}, True)


def _config() -> Iterator[Damage]:
    """config.json with values of the wrong kind, of another model, or of a newer version."""
    for value in (*_NUMBERS, 0, -1):
        yield "config.json", f"format {_said(value)}", _edited("config.json", ["format"], value), "config.json"
    for value in (2, 10**30):
        yield "config.json", f"format {value}", _edited("config.json", ["format"], value), f"format {value}"
    for value in (GONE, 3, [], "", "os:system", "scalaremlp.nn:Nothing", "scalaremlp.nothing:MLP", "scalaremlp.train:save",
                  "scalaremlp.nn:MLP", "scalaremlp.nn:ScalarMLP.config", None):  # fmt: skip
        yield "config.json", f"class {_said(value)}", _edited("config.json", ["class"], value), "run"
    for keys, values in (
        (["config"], (GONE, None, [], 1, {}, "x")),
        (["config", "rep_in"], (GONE, None, 1, "", "T(", "3*T(1)", [], "(" * 500)),
        (["config", "rep_out"], (GONE, "T(1)", 1)),
        (["config", "group"], (GONE, None, "Q(3)", "O(4)", "O(1,2)*", 3)),
        (["config", "width"], (GONE, "4", 5, -1, 2.5, None)),
        (["config", "depth"], (2, "1", -1)),
        (["config", "activation"], ("relu9", 1)),
        (["config", "quadratic"], (False,)),
        (["config", "more"], (1,)),
        (["arrays"], (GONE, None, [], "x")),
        (["arrays", "file"], (GONE, None, 1, "", "../mine.npz", "/etc/passwd", "model-000000000000.npz", "mine.npz")),
        (["arrays", "sha256"], (GONE, None, 1, "", "0" * 64)),
        (["arrays", "leaves"], (GONE, None, [], {}, "x")),
        (["arrays", "leaves", ".body.scalars.mean"], (GONE, None, "", "jax", "jax float64 7", "jax float32 6", "jax float64 x",
                                                      "numpy float64 6", "jax float64 6 6", 1)),
        (["arrays", "leaves", "more"], ("jax float64 6",)),
    ):  # fmt: skip
        for value in values:
            yield "config.json", f"{'.'.join(keys)} {_said(value)}", _edited("config.json", keys, value), "run"
    yield from _as_json("config.json")


def _model() -> Iterator[Damage]:
    """The arrays truncated, changed, of another model; with a checksum that fits, too."""
    draw = random.Random(5)
    for number in range(6):
        yield "model", f"a byte flipped, {number}", partial(_model_flipped, seed=draw.random()), "model-"
    for part in sorted(draw.sample(range(100), 4)):
        yield "model", f"cut off after {part} %", partial(_model_cut, part=part / 100), "model-"
    yield "model", "gone", lambda run: _arrays_file(run).unlink(), "model-"
    yield "model", "a folder", lambda run: to_folder(_arrays_file(run)), "model-"
    good = {"x": np.zeros(3)}
    for name, content in {
        "a text": b"hello",
        "empty": b"",
        "an archive of other arrays": _packed(good),
        "an array without its archive": _packed(good)[:0] + b"\x93NUMPY\x01\x00",
    }.items():
        yield "model", f"{name}, of a fitting checksum", partial(_model_swapped, content=content), "run"
    for name, change in {
        "an array of another shape": lambda arrays: {**arrays, "00000": np.zeros((3, 3))},
        "an array of single precision": lambda arrays: {**arrays, "00000": arrays["00000"].astype("f4")},
        "an array of objects": lambda arrays: {**arrays, "00000": arrays["00000"].astype(object)},
        "an array of text": lambda arrays: {**arrays, "00000": arrays["00000"].astype(str)},
        "an array missing": lambda arrays: {key: array for key, array in arrays.items() if key != "00003"},
        "other names": lambda arrays: {f"a{key}": array for key, array in arrays.items()},
    }.items():
        yield "model", f"{name}, of a fitting checksum", partial(_model_remade, change=change), "run"


def _settings() -> Iterator[tuple[str, Callable[[Path], None], str]]:
    """What was asked of a run, one value at a time; in config.json and run.json alike.

    Most are seen to be no settings at all, and the file is named; of the others what does not fit is shown.
    """
    wrong_count: tuple[Any, ...] = ("1", 1.5, [], -1, True)
    for keys, values in (
        ([], (GONE, None, [], {}, "x", 3)),
        (["seed"], (*_NUMBERS, -1, 10**40)),
        (["model"], (GONE, None, "mlp", [], {})),
        (["model", "name"], (GONE, None, "emlp", 1, ["mlp"])),
        (["model", "options"], (GONE, None, "x", [1], {"wdith": 3}, {"width": "4"}, {"depth": -1}, {"norms": 3})),
        (["fit"], (GONE, None, "x", [], {"optimizer": "adam"}, {"optimizer": 1}, {"epochs": "5"}, {"epochs": -1}, {"more": 1})),
        (["file"], (GONE, None, 1, "", [], "mine.txt", "/", "a\x00b")),
        (["sha256"], (GONE, None, 1)),
        (["rep_in"], (GONE, None, 1)),
        (["rep_out"], (GONE, None, 1)),
        (["group"], (GONE, None, 1)),
        (["x_columns"], (GONE, 1, [1.5], {})),
        (["ntrain"], (GONE, *wrong_count, 0)),
        (["nval"], (GONE, *wrong_count)),
        (["ntest"], (GONE, *wrong_count, 0, 10**40)),
        (["task"], ("o6", "o5", None, [])),
        (["more"], (1,)),
    ):  # fmt: skip
        for value in values:
            yield (*_setting(keys, value), "")
    for key, value, shows in (
        ("file", "none.npz", "none.npz"), ("sha256", "0" * 64, "mine.npz"), ("sha256", "", "mine.npz"), ("rep_in", "", "--rep-in ''"),
        ("rep_in", "T(", "T("), ("rep_in", "3*T(1)", "(20, 6)"), ("rep_out", "T(1)", "(20, 1)"), ("group", "Q(3)", "Q(3)"),
        ("group", "O(4)", "(20, 6)"), ("x_columns", "1-6", "mine.npz"), ("ntrain", 21, "21"), ("nval", 30, "30"),
    ):  # fmt: skip
        yield (*_setting([key], value), shows)


def _setting(keys: list[str], value: Any) -> tuple[str, Callable[[Path], None]]:
    name = f"{'.'.join(keys) or 'all'} {_said(value)}".replace("\x00", "NUL")
    return name, partial(_edit, keys=["settings", *keys], value=value)


def _asked() -> Iterator[Damage]:
    """run.json, from which a run goes on."""
    for value in (*_NUMBERS, 0, -1):
        yield "run.json", f"format {_said(value)}", _edited("run.json", ["format"], value), "run.json"
    yield "run.json", "format 2", _edited("run.json", ["format"], 2), "format 2"
    for name, edit, shows in _settings():
        yield "run.json", name, lambda run, edit=edit: edit(run / "run.json"), shows or "run.json"
    yield from _as_json("run.json")


def _checkpoint() -> Iterator[Damage]:
    """The state of the fit, truncated, changed, or of another fit."""
    inside, draw = "checkpoint/config.json", random.Random(6)
    for keys, values in (
        (["format"], (GONE, "1", 2)),
        (["arrays"], (GONE, [])),
        (["arrays", "file"], (GONE, "../run.json")),
        (["arrays", "sha256"], (GONE, "0" * 64)),
        (["arrays", "leaves", ".step"], (GONE, "jax int64", "jax float64", "numpy int32")),
        (["arrays", "leaves", ".parameters.body.coefficients.bias"], (GONE, "jax float64 2")),
        (["fit"], (GONE, None, 3, [])),
        (["settings"], (GONE, None, [])),
        (["settings", "records"], (GONE, None, "1", 1.5, -1, 7)),
    ):  # fmt: skip
        for value in values:
            yield "checkpoint", f"{'.'.join(keys)} {_said(value)}", _edited(inside, keys, value), "checkpoint"
    yield from _as_json(inside)
    for number in range(3):
        yield "checkpoint", f"a byte flipped, {number}", _inside(partial(_model_flipped, seed=draw.random())), "model-"
    yield "checkpoint", "cut off", _inside(partial(_model_cut, part=0.5)), "model-"
    yield "checkpoint", "without its arrays", _inside(lambda folder: _arrays_file(folder).unlink()), "model-"
    yield "checkpoint", "of another model", _inside(partial(_model_remade, change=lambda arrays: {"00000": np.zeros(3)})), "checkpoint"
    for name, text in {
        "empty": "", "cut off": '{"step": 100, "los', "no records": "[]\n", "a text": "hello\n", "a number": "3\n",
        "without a loss": '{"step": 1, "steps": 2}\n', "a loss that is text": '{"step": 1, "steps": 2, "loss": "x"}\n',
        "a list for a number": '{"step": 1, "steps": 2, "loss": 0.5, "seconds": []}\n',
    }.items():  # fmt: skip
        yield "checkpoint", f"metrics.jsonl {name}", _content("checkpoint/metrics.jsonl", text.encode()), "checkpoint"
    yield "checkpoint", "metrics.jsonl no text", _content("checkpoint/metrics.jsonl", b"\xff\xfe\x00"), "checkpoint"
    yield "checkpoint", "metrics.jsonl gone", lambda run: (run / "checkpoint/metrics.jsonl").unlink(), "checkpoint"
    yield "checkpoint", "a file", lambda run: to_file(run / "checkpoint"), "checkpoint"


def _as_json(file: str) -> Iterator[Damage]:
    """The whole file as something else."""
    draw = random.Random(7)
    for name, content in {
        "empty": b"", "half": None, "a list": b"[]", "a number": b"3", "a text": b'"x"', "null": b"null", "no JSON": b"seed: 0\n",
        "no text": b"\xff\xfe" + draw.randbytes(50), "UTF-16": '{"format": 1}'.encode("utf-16"), "brackets": b"[" * 100_000,
        "NaN": b"NaN", "a long number": b'{"format": ' + b"9" * 5000 + b"}",
    }.items():  # fmt: skip
        yield file, name, _content(file, content), file
    yield file, "a folder", lambda run: to_folder(run / file), file
    if not file.startswith("checkpoint"):
        yield file, "gone", lambda run: (run / file).unlink(), file


def _said(value: Any) -> str:
    return "gone" if value is GONE else repr(value)[:30]


def _edited(file: str, keys: list[str], value: Any) -> Callable[[Path], None]:
    return lambda run: _edit(run / file, keys, value)


def _edit(file: Path, keys: list[str], value: Any) -> None:
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


def _content(file: str, content: bytes | None) -> Callable[[Path], object]:
    """The content of a file; `None` for the first half of what is there."""

    def write(run: Path) -> None:
        data = (run / file).read_bytes()
        (run / file).write_bytes(data[: len(data) // 2] if content is None else content)

    return write


def _inside(damage: Callable[[Path], object]) -> Callable[[Path], object]:
    return lambda run: damage(run / "checkpoint")


def _arrays_file(run: Path) -> Path:
    (file,) = run.glob("model-*.npz")
    return file


def _model_flipped(run: Path, seed: float) -> None:
    """Any byte counts here: the checksum is of the whole file."""
    file, draw = _arrays_file(run), random.Random(seed)
    data = bytearray(file.read_bytes())
    data[draw.randrange(len(data))] ^= draw.randrange(1, 256)
    file.write_bytes(data)


def _model_cut(run: Path, part: float) -> None:
    file = _arrays_file(run)
    file.write_bytes(file.read_bytes()[: int(part * file.stat().st_size)])


def _model_remade(run: Path, change: Callable[[dict[str, np.ndarray]], dict[str, np.ndarray]]) -> None:
    with np.load(_arrays_file(run)) as file:
        arrays = {name: file[name] for name in file.files}
    _model_swapped(run, _packed(change(arrays)))


def _model_swapped(run: Path, content: bytes) -> None:
    """Other content under the checksum that it has."""
    _arrays_file(run).unlink()
    digest = hashlib.sha256(content).hexdigest()
    (run / f"model-{digest[:12]}.npz").write_bytes(content)
    _edit(run / "config.json", ["arrays", "file"], f"model-{digest[:12]}.npz")
    _edit(run / "config.json", ["arrays", "sha256"], digest)


def _packed(arrays: dict[str, np.ndarray]) -> bytes:
    packed = io.BytesIO()
    np.savez(packed, **arrays)  # type: ignore[arg-type]
    return packed.getvalue()
