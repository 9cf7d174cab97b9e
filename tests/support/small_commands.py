"""The commands that leave a run or a study, over in a moment: what they are told, what they leave."""

import re
from pathlib import Path

import equinox as eqx
import jax
import numpy as np

import scalaremlp.report._write as report
from scalaremlp import plot
from scalaremlp._files import write_text
from scalaremlp.runs import fit, numbers, pendulum, saved
from scalaremlp.train import Ending, History, Record

_MLP = ["--model", "mlp", "--width", "2", "--depth", "1", "--optimizer", "first-order", "--epochs", "150"]
_PENDULUM = ["--features", "mlp", "--ntrain", "2", "--ntest", "1", "--horizon", "2", "--width", "2", "--depth", "1"]
_STUDY = ["--data", "o5", "--models", "mlp", "--ntrain", "8", "--length", "0.001", "--ntest", "8", "--jobs", "1"]

#: The words of each; the run goes to the folder run.
COMMANDS: dict[str, list[str]] = {
    "train": ["train", "mine.npz", "--rep-in", "2*T(1)", "--rep-out", "T(0)", "--group", "O(3)", *_MLP],
    "pendulum": ["pendulum", *_PENDULUM, "--steps", "40", "--film", "none"],
    "study": ["study", *_STUDY, "--seeds", "2"],
    "reproduce": ["reproduce", "--quick", "--tasks", "o5", "--sizes", "12", "--ntest", "8"],
}  # fmt: skip
COMMANDS = {name: [*words, "--out", "run"] for name, words in COMMANDS.items()}


def prepare(folder: Path) -> None:
    """Put the samples of `train` into a folder."""
    x = np.random.default_rng(0).normal(size=(30, 6))
    np.savez(folder / "mine.npz", x=x, y=x[:, :1] * x[:, 3:4])


def make_quick(put) -> None:
    """Replace what takes long and changes nothing on disk, by `put(object, name, value)`; seconds are none.

    Pictures are files without a picture.
    """

    def drawing(*names):
        def drawn(folder, *_, **__):
            for name in names:
                write_text(folder / "figures" / f"{name}.png", "a picture")

        return drawn

    put(fit, "draw", drawing("learning", "predicted"))
    put(pendulum, "drawn", drawing("phase_space", "errors", "conserved"))
    put(saved, "draw", drawing("predicted"))
    put(plot, "save_figure", lambda figure, path: (write_text(path, "a picture"), path)[1])
    put(plot, "error_by_samples", lambda *_, **__: None)
    put(numbers, "equivariance_error", lambda *_, **__: 0.0)
    put(pendulum, "symmetry_error", lambda *_, **__: 0.0)
    put(report, "picture", lambda folder, path: (folder / path).exists())
    for module in (fit, pendulum):
        put(module, "of_fit", lambda *given, made=module.of_fit: {**made(*given), "seconds": 0.0})


def fit_by_half(model, data, *, callbacks, checkpoint, **_):
    """In the place of `fit`: the same changes of the disk, in three steps that take no time."""
    model, history = checkpoint.read(model) or (model, History(optimizer="by half"))
    history.end(Ending.STEPS)
    with checkpoint.kept():
        for step in range(len(history), 3):
            model = jax.tree.map(lambda leaf: leaf / 2 if eqx.is_inexact_array(leaf) else leaf, model)
            history.append(Record(step=step + 1, steps=3, loss=0.5**step))
            checkpoint.write(model, history)
            for callback in callbacks:
                callback(history.records[-1])
    return model, history


def left(folder: Path) -> dict[str, bytes]:
    """All that a finished command leaves, without the seconds of single records."""
    found = {}
    for path in sorted(path for path in folder.rglob("*") if not path.is_dir()):
        name, text = str(path.relative_to(folder)), path.read_bytes()
        found[name] = re.sub(rb'"seconds": [^,}\n]*', b"", text) if path.suffix in (".json", ".jsonl") else text
    return found
