"""Names of files and columns are text everywhere: on the terminal, in pictures, as parts of other names."""

import json
import os
from pathlib import Path

import numpy as np
import pytest

from scalaremlp.cli import main
from scalaremlp.plot import error_by_samples, learning_curves, save_figure

TYPES = ["--rep-in", "2*T(1)", "--rep-out", "T(0)", "--group", "O(3)", "--model", "mlp", "--epochs", "1"]
TYPES += ["--width", "2", "--depth", "1", "--optimizer", "first-order"]
NAMES = [
    "price_$_vs_$",
    "$",
    "a$b$c\\$d",
    "$\\frac{1$",
    "_hidden",
    "<b>&amp;</b>",
    "a\nb\x1b[31m",
    "日本",
    os.fsdecode(b"\xff"),
]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_titles_and_labels_are_drawn_as_they_are_written(name, tmp_path):
    figure = learning_curves({name: [1.0, 0.5]}, steps=[1, 2], title=name)
    save_figure(figure, tmp_path / "a.svg")
    assert len(figure.axes[0].get_legend().get_texts()) == 1
    rows = [{"model": name, "ntrain": n, "test_mse": 1 / n} for n in (10, 100)]
    save_figure(error_by_samples(rows, {name: {10: 1.0}}, title=name), tmp_path / "b.png")


@pytest.mark.parametrize("name", [NAMES[0], NAMES[6], NAMES[8], "a" * 240], ids=lambda name: ascii(name[:20]))
def test_a_file_of_any_name(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    x, file = np.random.default_rng(0).normal(size=(30, 6)), f"{name}.npz"
    np.savez(file, x=x, y=x[:, :1])
    assert main(["train", file, *TYPES, "--out", "run"]) == 0
    assert main(["evaluate", "run", "--data", file]) == 0
    assert main(["train", file, *TYPES, "--json"]) == 0
    folder = Path(json.loads(capsys.readouterr().out.splitlines()[-1])["out"])
    assert folder.parent == Path("runs") and (folder / "result.json").is_file()
    assert main(["train", file, *TYPES]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "\x1b" not in said and said.isascii()
    assert {path.name for path in tmp_path.iterdir()} == {file, "run", "runs"}


def test_columns_with_signs_that_move_the_cursor(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    names = ["a\x1b[2J", "b", "c\u202e", "d", "e", "f", "<y>"]
    rows = np.random.default_rng(0).normal(size=(30, 7))
    np.savetxt("mine.csv", rows, delimiter=",", header=",".join(names), comments="", encoding="utf-8")
    assert main(["train", "mine.csv", *TYPES, "--out", "run"]) == 0 and main(["info", "run"]) == 0
    said = capsys.readouterr()
    assert "\x1b" not in said.err + said.out and "\u202e" not in said.err + said.out
    assert "a\\x1b[2J, b, c\\u202e, d, e, f -> <y>" in said.err


def test_a_task_that_is_a_path_writes_no_picture_elsewhere(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("study").mkdir()
    for rows in (
        [{"task": "../../evil", "model": "m", "ntrain": 10, "seed": 0, "test_mse": 1.0}],
        [{"task": "o5"}], [{"task": "o5", "model": [], "ntrain": "x", "test_mse": {}}], [1], {"task": 1},
    ):  # fmt: skip
        Path("study/results.json").write_text(json.dumps(rows))
        assert main(["plot", "efficiency", "study"]) in (0, 2)
        assert capsys.readouterr().err.count("\n") <= 1
        assert {path.name for path in tmp_path.parent.glob("*evil*")} == set()
        assert {path.name for path in tmp_path.iterdir()} == {"study"}
