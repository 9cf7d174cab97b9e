"""`scalaremlp study` and `scalaremlp plot`."""

import json

import pytest

from scalaremlp.cli import main
from scalaremlp.recipes import RECIPES, STUDIED
from scalaremlp.runs.comparison import Study

SMALL = ["--data", "o5", "--ntrain", "20", "--seeds", "1", "--length", "0.001", "--ntest", "30", "--jobs", "1"]


def last_json(capsys):
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_a_study_is_made_once_and_drawn(tmp_path, capsys):
    words = ["study", *SMALL, "--models", "mlp", "--out", str(tmp_path), "--json"]
    assert main(words) == 0
    first = last_json(capsys)
    assert (first["runs"], first["failed"]) == (1, 0)
    assert first["results"][0]["model"] == "mlp"
    assert main(words) == 0
    assert "from an earlier call" in capsys.readouterr().err
    assert main(["evaluate", str(tmp_path / "runs" / "o5-mlp-n20-seed0")]) == 0
    capsys.readouterr()
    assert main(["plot", "efficiency", str(tmp_path), "--json"]) == 0
    assert last_json(capsys) == {"figures": [str(tmp_path / "figures" / "efficiency-o5.png")], "runs": 1}
    assert (tmp_path / "figures" / "efficiency-o5.png").stat().st_size > 10_000


@pytest.mark.slow
@pytest.mark.parametrize("model", STUDIED)
@pytest.mark.parametrize("task", ["o5", "inertia", "particle"])
def test_every_model_runs_on_every_task(tmp_path, capsys, model, task):
    words = [*SMALL, "--data", task, "--models", model, "--out", str(tmp_path), "--json"]
    assert main(["study", *words]) == 0
    assert last_json(capsys)["results"][0]["test_mse"] > 0


def test_the_models_are_recipes_and_the_grid_is_whole():
    assert set(STUDIED.values()) <= set(RECIPES)
    assert len(Study().runs) == 3 * 5 * 6 * 3


@pytest.mark.parametrize(
    "words, said",
    [
        (["--data", "o4"], "--data is some of o5,inertia,particle, with commas between. Got 'o4'"),
        (["--data", "o5,inertai"], "Got 'inertai'. Did you mean inertia?"),
        (["--models", "scalar-adm"], "Got 'scalar-adm'. Did you mean scalar-adam?"),
        (["--tasks", "o5"], "its --data. Got --tasks. Type: scalaremlp study --data o5,inertia"),
        (["--models", "emlp,cnn"], "--models is some of scalar,scalar-adam,emlp,mlp,mlp-aug"),
        (["--ntrain", "10,many"], "--ntrain is whole numbers with commas between. Got '10,many'"),
        (["--ntrain", "1"], "--ntrain must be at least 2. Got 1"),
        (["--seeds", "0"], "--seeds must be at least 1. Got 0"),
        (["--length", "0"], "--length is a fraction of the published epochs"),
        (["--jobs", "-1"], "--jobs must be at least 0. Got -1"),
        (["--jobs", "2", "--scheduler", "tcp://a:1"], "Got --scheduler as well"),
    ],
    ids=lambda case: " ".join(case) if isinstance(case, list) else "",
)
def test_bad_options(tmp_path, capsys, words, said):
    assert main(["study", "--out", str(tmp_path / "a"), *words]) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1
    assert not (tmp_path / "a").exists()


def test_what_is_no_study_is_not_drawn(tmp_path, capsys):
    assert main(["plot", "efficiency", str(tmp_path)]) == 2
    assert "a study is a folder with a results.json" in capsys.readouterr().err
    (tmp_path / "results.json").write_text("[]")
    assert main(["plot", "efficiency", str(tmp_path)]) == 2
    assert "needs a finished run" in capsys.readouterr().err
