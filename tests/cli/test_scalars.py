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


TENSORS = ["--rep-in", "2*Sym(2)+T(1)", "--rep-out", "Sym(2)", "--group", "O(3)"]


def test_info_tells_of_tensors_degree_by_degree(capsys):
    assert main(["info", *TENSORS, "--json"]) == 0
    *said, last = capsys.readouterr().out.splitlines()
    assert "number of scalars: 19" in said and "number of covariants: 23" in said
    assert "completeness of scalars: all: none has a degree above 7, by a theorem" in said
    assert "scalars of degree 1: tr(A1), tr(A2)" in said and "covariants of degree 0: g^ab" in said
    told = json.loads(last)
    assert len(told["scalars"]) == 19 and told["formulas of scalars"][0] == {
        "text": "tr(A1)", "latex": r"\operatorname{tr}(A_{1})", "degree": 1, "degrees": {"A1": 1},
    }  # fmt: skip


def test_info_tells_as_far_as_a_degree(capsys):
    assert main(["info", *TENSORS, "--degree", "2"]) == 0
    said = capsys.readouterr().out
    assert "number of scalars: 6" in said and "completeness of covariants: all of degree at most 2" in said


def test_info_refuses_what_explodes_in_one_line(capsys):
    words = ["info", "--rep-in", "T(4)", "--rep-out", "T(0)", "--group", "O(3)"]
    assert main([*words, "--degree", "3"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "Got about 727 at degree 3" in line and line.endswith("lower --degree, or raise --effort.")
    assert main(words) == 0  # as far as the effort goes, and says so
    assert "more than effort=400" in (said := capsys.readouterr()).out and "raise --effort, or say --degree" in said.err


def test_info_of_other_numbers(capsys):
    for words, line in ((["--degree", "-1"], "--degree must be a whole"), (["--effort", "0"], "--effort must be")):
        assert main(["info", *TENSORS, *words]) == 2 and line in capsys.readouterr().err
    assert main(["info", *TENSORS, "--degree", "2", "--scalars", "norms"]) == 2
    assert "Leave out one" in capsys.readouterr().err
    assert main(["info", "--degree", "2"]) == 2 and "--degree is of types" in capsys.readouterr().err


def test_info_of_a_group_without_scalars_names_emlp(capsys):
    assert main(["info", "--rep-in", "Sym(2)", "--rep-out", "T(1)", "--group", "RubiksCube()"]) == 2
    assert "EMLP" in capsys.readouterr().err
