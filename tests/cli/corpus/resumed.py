"""Damaged folders of interrupted runs, which are to go on: run.json and the checkpoint."""

import random
from collections.abc import Iterator
from functools import partial

import numpy as np

from .case import Case, to_file
from .edits import (
    GONE,
    NUMBERS,
    Damage,
    arrays_file,
    as_json,
    edited,
    inside,
    model_cut,
    model_flipped,
    model_remade,
    rewritten,
    said,
)
from .settings import settings

RESUME = ("train", "--resume", "stopped")


def resumed() -> list[Case]:
    """Every damaged run, asked to go on."""
    return [
        Case(f"--resume, {file} {name}", RESUME, shows, lambda folder, damage=damage: damage(folder / "stopped"))
        for file, name, damage, shows in (*_asked(), *_checkpoint())
    ]


def _asked() -> Iterator[Damage]:
    """run.json, from which a run goes on."""
    for value in (*NUMBERS, 0, -1):
        yield "run.json", f"format {said(value)}", edited("run.json", ["format"], value), "run.json"
    yield "run.json", "format 2", edited("run.json", ["format"], 2), "format 2"
    for name, change, shows in settings():
        yield "run.json", name, lambda run, change=change: change(run / "run.json"), shows or "run.json"
    yield from as_json("run.json")


def _checkpoint() -> Iterator[Damage]:
    """The state of the fit, truncated, changed, or of another fit."""
    config, draw = "checkpoint/config.json", random.Random(6)
    for keys, values in (
        (["format"], (GONE, "1", 3)),
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
            yield "checkpoint", f"{'.'.join(keys)} {said(value)}", edited(config, keys, value), "checkpoint"
    yield from as_json(config)
    for number in range(3):
        yield "checkpoint", f"a byte flipped, {number}", inside(partial(model_flipped, seed=draw.random())), "model-"
    yield "checkpoint", "cut off", inside(partial(model_cut, part=0.5)), "model-"
    yield "checkpoint", "without its arrays", inside(lambda folder: arrays_file(folder).unlink()), "model-"
    yield (
        "checkpoint",
        "of another model",
        inside(partial(model_remade, change=lambda arrays: {".step": np.zeros(3)})),
        "checkpoint",
    )
    for name, text in {
        "empty": "", "cut off": '{"step": 100, "los', "no records": "[]\n", "a text": "hello\n", "a number": "3\n",
        "without a loss": '{"step": 1, "steps": 2}\n', "a loss that is text": '{"step": 1, "steps": 2, "loss": "x"}\n',
        "a list for a number": '{"step": 1, "steps": 2, "loss": 0.5, "seconds": []}\n',
    }.items():  # fmt: skip
        yield "checkpoint", f"metrics.jsonl {name}", rewritten("checkpoint/metrics.jsonl", text.encode()), "checkpoint"
    yield "checkpoint", "metrics.jsonl no text", rewritten("checkpoint/metrics.jsonl", b"\xff\xfe\x00"), "checkpoint"
    yield "checkpoint", "metrics.jsonl gone", lambda run: (run / "checkpoint/metrics.jsonl").unlink(), "checkpoint"
    yield "checkpoint", "a file", lambda run: to_file(run / "checkpoint"), "checkpoint"
