"""Damaged and foreign folders of finished runs: mutations of their files, one value at a time."""

import random
from collections.abc import Iterator
from functools import partial

import numpy as np

from .case import Case, to_folder
from .edits import (
    GONE,
    NUMBERS,
    Damage,
    arrays_file,
    as_json,
    edited,
    model_cut,
    model_flipped,
    model_remade,
    model_swapped,
    packed,
    said,
)
from .settings import settings

COMMANDS = {
    "evaluate": ("evaluate", "run"),
    "check": ("check", "run"),
    "predict": ("predict", "run", "mine.npz", "--out", "out.npz"),
}


def folders() -> list[Case]:
    """Every damaged run, given to the commands that read it, in turn."""
    damaged = [(f"{file} {name}", damage, shows) for file, name, damage, shows in (*_config(), *_model())]
    cases = [
        Case(name, list(COMMANDS.values())[number % 3], shows, lambda folder, damage=damage: damage(folder / "run"))
        for number, (name, damage, shows) in enumerate(damaged)
    ]
    return cases + [
        Case(
            f"settings {name}",
            COMMANDS["evaluate"],
            shows or "config.json",
            lambda folder, change=change: change(folder / "run/config.json"),
        )
        for name, change, shows in settings()
    ]


_MEAN = ".body.scalars.mean"


def _config() -> Iterator[Damage]:
    """config.json with values of the wrong kind, of another model, or of a newer version."""
    for value in (*NUMBERS, 0, -1):
        yield "config.json", f"format {said(value)}", edited("config.json", ["format"], value), "config.json"
    for value in (3, 10**30):
        yield "config.json", f"format {value}", edited("config.json", ["format"], value), f"format {value}"
    for value in (GONE, 3, [], "", "os:system", "scalaremlp.nn:Nothing", "scalaremlp.nothing:MLP",
                  "scalaremlp.train:save",
                  "scalaremlp.nn:MLP", "scalaremlp.nn:ScalarMLP.config", None):  # fmt: skip
        yield "config.json", f"class {said(value)}", edited("config.json", ["class"], value), "run"
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
        (
            ["arrays", "leaves", _MEAN],
            (GONE, None, "", "jax", "jax float64 7", "jax float32 6", "jax float64 x", "numpy float64 6",
             "jax float64 6 6", 1),
        ),
        (["arrays", "leaves", "more"], ("jax float64 6",)),
    ):  # fmt: skip
        for value in values:
            yield "config.json", f"{'.'.join(keys)} {said(value)}", edited("config.json", keys, value), "run"
    yield from as_json("config.json")


def _model() -> Iterator[Damage]:
    """The arrays truncated, changed, of another model; with a checksum that fits, too."""
    draw = random.Random(5)
    for number in range(6):
        yield "model", f"a byte flipped, {number}", partial(model_flipped, seed=draw.random()), "model-"
    for part in sorted(draw.sample(range(100), 4)):
        yield "model", f"cut off after {part} %", partial(model_cut, part=part / 100), "model-"
    yield "model", "gone", lambda run: arrays_file(run).unlink(), "model-"
    yield "model", "a folder", lambda run: to_folder(arrays_file(run)), "model-"
    good = {"x": np.zeros(3)}
    for name, content in {
        "a text": b"hello",
        "empty": b"",
        "an archive of other arrays": packed(good),
        "an array without its archive": packed(good)[:0] + b"\x93NUMPY\x01\x00",
    }.items():
        yield "model", f"{name}, of a fitting checksum", partial(model_swapped, content=content), "run"
    for name, change in {
        "an array of another shape": lambda arrays: {**arrays, _MEAN: np.zeros((3, 3))},
        "an array of single precision": lambda arrays: {**arrays, _MEAN: arrays[_MEAN].astype("f4")},
        "an array of objects": lambda arrays: {**arrays, _MEAN: arrays[_MEAN].astype(object)},
        "an array of text": lambda arrays: {**arrays, _MEAN: arrays[_MEAN].astype(str)},
        "an array missing": lambda arrays: {key: array for key, array in arrays.items() if key != _MEAN},
        "other names": lambda arrays: {f"a{key}": array for key, array in arrays.items()},
    }.items():
        yield "model", f"{name}, of a fitting checksum", partial(model_remade, change=change), "run"
