"""The course of a fit as TensorBoard events: every step once, even after an interruption."""

import struct
import sys

import pytest

from scalaremlp.cli import main
from scalaremlp.runs.fit import Course

WORDS = [
    "train",
    "o5",
    "--ntrain",
    "20",
    "--ntest",
    "20",
    "--model",
    "mlp",
    "--epochs",
    "300",
    "--tensorboard",
    "--out",
]


def events(folder):
    """The steps and values of each curve in the event files of a folder."""
    event_pb2 = pytest.importorskip("tensorboardX.proto.event_pb2")
    curves = {}
    for file in (folder / "tensorboard").iterdir():
        data = file.read_bytes()
        while data:
            (length,) = struct.unpack("<Q", data[:8])
            event = event_pb2.Event.FromString(data[12 : 12 + length])
            for value in event.summary.value:
                curves.setdefault(value.tag, []).append((event.step, value.simple_value))
            data = data[16 + length :]
    return curves


def test_an_interrupted_fit_has_every_step_once(tmp_path, capsys, monkeypatch):
    write, seen = Course.__call__, []

    def interrupted(self, record):
        write(self, record)
        seen.append(record)
        if len(seen) in (1, 2):
            raise KeyboardInterrupt

    monkeypatch.setattr(Course, "__call__", interrupted)
    folder = tmp_path / "run"
    assert main([*WORDS, str(folder)]) == 130
    assert main(["train", "--resume", str(folder)]) == 130
    assert main(["train", "--resume", str(folder)]) == 0
    curves = events(folder)
    assert curves["loss"] == [(record.step, pytest.approx(record.loss)) for record in seen]
    assert [step for step, _ in curves["learning_rate"]] == [100, 200, 300]
    assert curves.keys() == {"loss", "learning_rate", "validation"}  # a fifth of the samples is held back
    assert main(["evaluate", str(folder)]) == 0


def test_without_the_package(tmp_path, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    assert main([*WORDS, str(tmp_path / "run")]) == 2
    line = capsys.readouterr().err
    assert line.count("\n") == 1 and line.endswith("Run: pip install 'scalaremlp[tensorboard]'.\n")
    assert not list(tmp_path.iterdir())
