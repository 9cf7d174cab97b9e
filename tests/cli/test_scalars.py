"""`--scalars` and `--loss`: recorded, shown and used."""

import json

import jax.random as jr
import numpy as np

import scalaremlp as se
from scalaremlp.cli import main

TYPES = ["--rep-in", "2*T(1)", "--rep-out", "T(0)", "--group", "O(3)"]


def test_a_run_with_logarithms_and_relative_errors(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    x = np.asarray(jr.normal(jr.key(0), (40, 6))) * 10 ** np.linspace(-2, 2, 40)[:, None]
    x[:, :3] /= np.linalg.norm(x[:, :3], axis=1, keepdims=True)
    np.savez("mine.npz", x=x, y=np.sum(x[:, 3:] ** 2, axis=1, keepdims=True))
    words = ["mine.npz", *TYPES, "--scalars", "decades", "--loss", "relative", "--width", "2", "--depth", "1"]
    assert main(["train", *words, "--out", "run", "--json"]) == 0
    said = capsys.readouterr()
    assert "scalars that say nothing: <x1,x1> (constant)" in said.err
    numbers = json.loads(said.out.splitlines()[-1])
    assert numbers["median_relative_error"] <= numbers["p99_relative_error"]
    settings = json.loads((tmp_path / "run" / "run.json").read_text())["settings"]
    assert settings["model"]["options"] == {"width": 2, "depth": 1, "scalars": "decades"}
    assert settings["fit"] == {"loss": "relative"}
    assert "median_relative_error" in json.loads((tmp_path / "run" / "result.json").read_text())
    assert main(["evaluate", "run"]) == 0
    assert se.load("run").config()["scalars"] == "decades"


def test_info_lists_the_scalars_of_a_name(capsys):
    assert main(["info", *TYPES, "--scalars", "differences"]) == 0
    assert "|x1-x2|" in capsys.readouterr().out
