"""The page of the full study grows with every part of it, and no run is made twice."""

import argparse
import json

import pytest

from benchmarks import reproduction
from scalaremlp.runs.comparison import Reproduction
from scalaremlp.study import Run, run_study
from scalaremlp.study._one_run import finished

SETTINGS = Reproduction().known_by
NUMBERS = {
    "relative_mse": 1e-3, "r2": 0.9, "ntest": 5000, "equivariance_error": 1e-15, "seconds": 3.0, "parameters": 50,
    "optimizer": "linear solve",
}  # fmt: skip


@pytest.fixture
def root(tmp_path):
    (tmp_path / "docs" / "reproduction").mkdir(parents=True)
    return tmp_path


def studied(folder, *runs, error=1e-3):
    """A study with these runs, as `reproduce` leaves it."""
    run_study(runs, lambda run, path: {**NUMBERS, "test_mse": (run.seed + 1) * error}, folder, settings=SETTINGS)


def collected(root, study, *more, collect="--collect"):
    parser = argparse.ArgumentParser()
    reproduction.add_options(parser)
    words = [collect, "--root", root, "--study", study, "--tasks", "o5", *more]
    status = reproduction.run(parser.parse_args([str(word) for word in words if word]))
    return status, json.loads((root / "docs/reproduction/results.json").read_text())["rows"]


def test_parts_add_up_to_a_page(root, tmp_path):
    studied(tmp_path / "a", *(Run("o5", "default", 100, seed) for seed in range(3)), Run("o5", "original", 100, 0))
    assert collected(root, tmp_path / "a")[0] == 0
    studied(tmp_path / "b", Run("inertia", "default", 1000, 0), Run("o5", "default", 30, 0))
    status, rows = collected(root, tmp_path / "b")
    assert status == 0 and len(rows) == 6 and all(row["code"] == reproduction.code() for row in rows)
    assert all(row["machine"] and row["versions"] for row in rows)
    assert [(row["task"], row["model"], row["ntrain"]) for row in rows[:2]] == [
        ("o5", "default", 30),
        ("o5", "default", 100),
    ]
    page = root / "docs" / "reproduction"
    text = (page / "index.md").read_text()
    assert "ten hours" not in text
    studied(tmp_path / "c", Run("inertia", "original, 1.6 % of its epochs", 30, 0))
    assert collected(root, tmp_path / "c")[0] == 0 and "ten hours" in (page / "index.md").read_text()
    assert text.startswith("# The regression tasks") and f"commit {reproduction.code()}" in text
    assert {path.name for path in (page / "figures").iterdir()} == {"o5.png", "inertia.png"}
    assert {path.name for path in page.iterdir()} == {"results.json", "index.md", "figures"}


def test_what_is_kept_is_not_made_again(root, tmp_path):
    run = Run("o5", "default", 100, 1)
    studied(tmp_path / "a", run)
    _, rows = collected(root, tmp_path / "a")
    assert finished(run, tmp_path / "new", SETTINGS) is None
    reproduction.restore(rows, tmp_path / "new", SETTINGS)
    assert finished(run, tmp_path / "new", SETTINGS) == rows[0]
    studied(tmp_path / "b", run, error=7.0)
    assert collected(root, tmp_path / "b")[1] == rows, "the first one stays"
    assert collected(root, tmp_path / "b", "--fresh")[1][0]["test_mse"] == 14.0


def test_a_run_has_the_state_of_the_code_that_its_call_began_with(root, tmp_path, monkeypatch):
    """Also if the call was killed before it could say so."""

    def reproduced(*_):
        studied(tmp_path / "a", Run("o5", "default", 100, seeds.pop()))
        if killed:
            raise KeyboardInterrupt
        monkeypatch.setattr(reproduction, "code", lambda: "later")
        return 0

    monkeypatch.setattr(reproduction, "_made", reproduced)
    monkeypatch.setattr(reproduction, "code", lambda: "first")
    seeds, killed = [0], True
    with pytest.raises(KeyboardInterrupt):
        collected(root, tmp_path / "a", collect="")
    seeds, killed = [1], False
    monkeypatch.setattr(reproduction, "code", lambda: "second")
    _, rows = collected(root, tmp_path / "a", collect="")
    assert [row["code"] for row in rows] == ["first", "second"]


def test_runs_under_other_settings_and_runs_without_a_number_are_left_out(root, tmp_path):
    studied(tmp_path / "a", Run("o5", "default", 100, 0))
    studied(tmp_path / "a", Run("o5", "default", 30, 0), error=float("nan"))
    run_study([Run("o5", "default", 300, 0)], lambda *_: {**NUMBERS, "test_mse": 1.0}, tmp_path / "a", settings={})
    assert [row["ntrain"] for row in collected(root, tmp_path / "a")[1]] == [100]


def test_a_page_of_other_recipes_is_not_written_over(root, tmp_path):
    studied(tmp_path / "a", Run("o5", "default", 100, 0))
    _, rows = collected(root, tmp_path / "a")
    with pytest.raises(SystemExit, match=r"of test samples\. Got others\. To begin a new page, move the file away"):
        collected(root, tmp_path / "a", "--ntest", "7")
    assert json.loads((root / "docs/reproduction/results.json").read_text())["rows"] == rows


def test_options_that_reproduce_does_not_have_are_refused_on_one_line(root, tmp_path, capsys):
    parser = argparse.ArgumentParser()
    reproduction.add_options(parser)
    assert reproduction.run(parser.parse_args(["--root", str(root), "--tasks", "nonsense"])) == 2
    error = capsys.readouterr().err
    assert error.startswith("`tasks` must be one of o5, inertia, particle. Got 'nonsense'")
    assert error.count("\n") == 1


def test_without_a_study_nothing_is_written(root, tmp_path, capsys):
    with pytest.raises(FileNotFoundError):
        collected(root, tmp_path / "no")
    assert "no finished run in" in capsys.readouterr().out
    assert not list((root / "docs" / "reproduction").iterdir())
