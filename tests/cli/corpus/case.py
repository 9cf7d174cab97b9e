"""What a malformed input is: words to type, what is broken before, and the value that the refusal has to show."""

import shutil
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow
import pyarrow.parquet

TYPES = ("--rep-in", "2*T(1)", "--rep-out", "T(0)", "--group", "O(3)")
SMALL = ("--width", "4", "--depth", "1", "--optimizer", "first-order")
NAMES = ["a1", "a2", "a3", "b1", "b2", "b3", "y"]

#: Twenty samples of the inner product of two vectors.
X = np.random.default_rng(0).normal(size=(20, 6))
Y = np.sum(X[:, :3] * X[:, 3:], axis=1, keepdims=True)
ROWS = np.concatenate([X, Y], axis=1)


@dataclass(frozen=True)
class Case:
    """One malformed input.

    Attributes:
        name: what is wrong, in words.
        words: what is typed, in a folder with good samples, the good run `run` and the interrupted run `stopped`.
        shows: what the one line has to show of the input.
        damage: breaks something in that folder first.
        during: what else is the matter while the command runs.
    """

    name: str
    words: tuple[str, ...]
    shows: str
    damage: Callable[[Path], object] = lambda folder: None
    during: Callable[[], AbstractContextManager[object]] = nullcontext

    def __str__(self) -> str:
        return f"{self.words[0] if self.words else 'nothing'}: {self.name}"


def train(file: str, *words: str) -> tuple[str, ...]:
    """The words that train on a file in the folder."""
    return ("train", file, *TYPES, *words, *SMALL, "--epochs", "1", "--out", "new")


_INPUTS = dict.fromkeys(("mine.csv", "mine.parquet"), ("--x-columns", "a1,a2,a3,b1,b2,b3"))

#: Commands that read inputs and outputs from a file, and one that reads inputs alone.
READERS: dict[str, Callable[[str], tuple[str, ...]]] = {
    "train": train,
    "evaluate": lambda file: ("evaluate", "run", "--data", file),
    "predict": lambda file: ("predict", "run", file, *_INPUTS.get(file, ()), "--out", "out.npz"),
}


def write_samples(folder: Path) -> None:
    """The same good samples in every format."""
    np.savez(folder / "mine.npz", x=X, y=Y)
    np.savetxt(folder / "mine.csv", ROWS, delimiter=",", header=",".join(NAMES), comments="", fmt="%.17g")
    pyarrow.parquet.write_table(pyarrow.table(dict(zip(NAMES, ROWS.T, strict=True))), folder / "mine.parquet")


def to_folder(path: Path) -> None:
    """A folder where a file was."""
    path.unlink()
    path.mkdir()


def to_file(path: Path) -> None:
    """A file where a folder was."""
    shutil.rmtree(path)
    path.write_text("a file")
