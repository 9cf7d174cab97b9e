"""A run that is stopped, by Ctrl-C, a kill or a full disk, goes on and ends as if nothing had been."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest

from scalaremlp.cli import main
from scalaremlp.runs import fit
from scalaremlp.runs.fit import Course

SMALL = ["o5", "--ntrain", "300", "--ntest", "50", "--model", "mlp", "--optimizer", "first-order"]
RUNS = {
    "Levenberg-Marquardt": ["o5", "--ntrain", "40", "--ntest", "50", "--width", "4"],
    "Adam": [*SMALL, "--epochs", "1100"],
}


def left(folder: Path) -> dict[str, object]:
    """What a finished run leaves, without the seconds."""
    model = {path.name: path.read_bytes() for path in folder.glob("model-*.npz")}
    metrics = [json.loads(line) for line in (folder / "metrics.jsonl").read_text().splitlines()]
    result = json.loads((folder / "result.json").read_text())
    assert len(model) == 1 and not (folder / "checkpoint").exists()
    for numbers in (result, *metrics):
        del numbers["seconds"]
    return {**model, "metrics": metrics, "result": result}


@pytest.mark.parametrize(
    "words, every",
    [pytest.param(*case, id=name, marks=pytest.mark.slow if number else ())
     for number, (name, *case) in enumerate(zip(RUNS, RUNS.values(), (5, 4), strict=True))],
)  # fmt: skip
def test_ctrl_c_again_and_again(words, every, tmp_path, capsys, monkeypatch):
    assert main(["train", *words, "--out", str(tmp_path / "whole")]) == 0
    whole = left(tmp_path / "whole")
    write, seen = Course.__call__, []

    def interrupted(self, record):
        write(self, record)
        seen.append(record)
        if len(seen) % every == 0:
            raise KeyboardInterrupt

    monkeypatch.setattr(Course, "__call__", interrupted)
    folder, status = tmp_path / "resumed", 130
    command = ["train", *words, "--out", str(folder)]
    while status == 130:
        status = main(command)
        command = ["train", "--resume", str(folder)]
    assert status == 0 and len(seen) > 2 * every and left(folder) == whole
    capsys.readouterr()
    assert main(["train", "--resume", str(folder)]) == 2
    assert f"the run in {folder} is finished" in capsys.readouterr().err


@pytest.mark.slow
def test_a_full_disk(tmp_path, capsys, monkeypatch):
    words = RUNS["Adam"]
    assert main(["train", *words, "--out", str(tmp_path / "whole")]) == 0
    replace, count = os.replace, [0]

    def full(*names):
        count[0] += 1
        if count[0] == 12:
            raise OSError(28, "No space left on device")
        replace(*names)

    monkeypatch.setattr(os, "replace", full)
    folder = tmp_path / "resumed"
    assert main(["train", *words, "--out", str(folder)]) == 2
    line = capsys.readouterr().err.splitlines()[-1]
    assert "No space left on device" in line and line.endswith(f"go on by: scalaremlp train --resume {folder}")
    assert not list(folder.rglob("*.part"))
    assert main(["train", "--resume", str(folder)]) == 0
    assert left(folder) == left(tmp_path / "whole")


def test_what_cannot_go_on(tmp_path, capsys, monkeypatch):
    np.savez(tmp_path / "mine.npz", x=np.ones((9, 2)), y=np.ones((9, 1)))
    words = ["--rep-in", "T(1)", "--rep-out", "T(0)", "--group", "O(2)", "--out", str(tmp_path / "run")]

    def stopped(*arguments, **options):
        raise KeyboardInterrupt

    monkeypatch.setattr(fit, "fit", stopped)
    assert main(["train", str(tmp_path / "mine.npz"), *words]) == 130
    asked = (tmp_path / "run" / "run.json").read_text()
    for change, text in (
        (lambda: np.savez(tmp_path / "mine.npz", x=np.zeros((9, 2)), y=np.ones((9, 1))), "it has changed"),
        (lambda: (tmp_path / "mine.npz").unlink(), "there is none"),
        (
            lambda: (tmp_path / "run/run.json").write_text(asked.replace('"format": 1', '"format": 9')),
            "Got format 9 in",
        ),
        (lambda: (tmp_path / "run/run.json").write_text(asked[:40]), "must be as `scalaremlp train` wrote it"),
    ):
        change()
        capsys.readouterr()
        assert main(["train", "--resume", str(tmp_path / "run")]) == 2
        lines = capsys.readouterr().err.splitlines()
        assert len(lines) == 1 and text in lines[0]


@pytest.mark.slow
def test_sigkill_at_twenty_random_times(tmp_path):
    """Of processes of their own: half of the times while they begin, the others after one to five more iterations."""
    words = ["o5", "--ntrain", "3000", "--ntest", "500"]
    program = [sys.executable, "-m", "scalaremlp.cli", "train"]
    subprocess.run([*program, *words, "--out", str(tmp_path / "whole")], check=True, capture_output=True)
    folder, draw, seen = tmp_path / "killed", random.Random(0), []

    def records():
        metrics = folder / "metrics.jsonl"
        return metrics.read_bytes().count(b"\n") if metrics.is_file() else 0

    def started():
        more = (
            ["--resume", str(folder)] if (folder / "run.json").is_file() else [*words, "--out", str(folder), "--fresh"]
        )
        return subprocess.Popen([*program, *more], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    while len(seen) < 20:
        early, enough = draw.random() < 0.5, records() + draw.randint(1, 5)
        process = started()
        time.sleep(draw.uniform(0.5, 4.0) if early else 0.0)
        while not early and records() < enough and process.poll() is None:
            time.sleep(0.01)
        time.sleep(0.0 if early else draw.uniform(0.0, 0.2))
        assert process.poll() is None, "the run is longer than that"
        process.send_signal(signal.SIGKILL)
        process.wait()
        seen.append(records())
    assert started().wait() == 0
    assert left(folder) == left(tmp_path / "whole")
    assert len(set(seen)) > 5, "killed after different numbers of iterations"
