"""The benchmark of fits: pairs of two commits, made once, measured side by side."""

import argparse
import json
import subprocess
import sys

import pytest
from benchmarks.child import measured
from benchmarks.fit import SIZES, Cell, Known, run, summary
from benchmarks.fit_cell import PROTOCOL
from benchmarks.machine import MEASURED, ROOT, code, machine

from benchmarks import fit, worktree

ROW = {"held_out": False, "fit_cpu_seconds": 2.0, "optimizer": "linear solve"}


def options(*words):
    parser = argparse.ArgumentParser()
    fit.add_options(parser)
    return parser.parse_args(["--against", "HEAD", *words])


def git(*words):
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.fixture
def ran(monkeypatch, tmp_path):
    """The commits whose fits were run, in order; the number of test draws is three."""
    made = []

    def child(module, words, limit, *, source, one_thread, programs=None):
        asked = json.loads(words[0])
        assert (module, words[1], one_thread) == ("benchmarks.fit_cell", str(source), True)
        made.append("here" if source == ROOT / "src" else "other")
        seen = [] if programs is None else sorted(path.name for path in programs.iterdir())
        error = asked["seed"] * (1e-3 if made[-1] == "here" else 1e-2)
        seconds = (1.0 if seen else 3.0) if made[-1] == "here" else 2.0
        if programs is not None:
            (programs / "program").touch()
        return {**ROW, **asked, "mse": [error, error, 9.0], "relative": [error] * 3, "process_seconds": seconds}

    monkeypatch.setattr(fit, "measured", child)
    monkeypatch.setattr(fit, "code", lambda: "new")
    return made


def test_the_two_commits_take_turns_and_what_is_there_is_not_made_again(ran, tmp_path, capsys):
    words = ("--only", "o5", "--sizes", "100", "--out", str(tmp_path / "fit.jsonl"))
    assert run(options(*words, "--seeds", "1", "2")) == 0
    assert ran == ["other", "here", "here", "other"]
    assert run(options(*words, "--seeds", "1", "2", "3")) == 0
    assert len(ran) == 6
    rows = [json.loads(line) for line in (tmp_path / "fit.jsonl").read_text().splitlines()]
    assert {(row["commit"] == "new", row["beside"] == "new") for row in rows} == {(True, False), (False, True)}
    last = capsys.readouterr().out.splitlines()[-1]
    cells = [cell.strip() for cell in last.split("|")[1:-1]]
    assert cells[:7] == ["o5", "100", "3", "0.002", "0.02", "", "0.1"] and "1.50" in cells
    assert cells[7] == "0.0018", "the geometric mean of 1, 2 and 3"
    assert run(options(*words, "--seeds", "1", "--table")) == 0 and len(ran) == 6


def test_a_failed_fit_is_no_pair(ran, tmp_path, monkeypatch, capsys):
    child = fit.measured
    monkeypatch.setattr(
        fit, "measured", lambda *a, **k: {"error": "no"} if k["source"] == ROOT / "src" else child(*a, **k)
    )
    words = options("--only", "twist", "--seeds", "1", "--sizes", "100", "--out", str(tmp_path / "fit.jsonl"))
    assert run(words) == 1 and not (tmp_path / "fit.jsonl").exists()
    assert "FAILED: no" in capsys.readouterr().out


def test_the_fits_of_one_commit_alone_stand_beside_what_is_known_of_the_other(ran, tmp_path, capsys):
    words = ("--only", "flow", "--sizes", "100", "--out", str(tmp_path / "fit.jsonl"))
    assert run(options(*words, "--seeds", "1", "2", "--alone", "other", "--held-out")) == 0
    assert ran == ["other"] * 4, "with a fifth held out as well"
    assert run(options(*words, "--seeds", "1", "2", "--alone", "this", "--held-out")) == 0
    assert ran[4:] == ["here"] * 2
    cells = [cell.strip() for cell in capsys.readouterr().out.splitlines()[-1].split("|")[1:-1]]
    assert cells[:7] == ["flow", "100", "2", "0.0015", "0.015", "0.015", "0.1"]
    assert cells[-5:-1] == ["2", "0", "-", "-"], "no ratio of CPU seconds, since nothing was measured in turn"
    assert run(options(*words, "--seeds", "1", "2")) == 0 and len(ran) == 10


def test_a_warm_fit_has_the_programs_of_a_first_one_and_is_no_cold_one(ran, tmp_path, capsys):
    words = ("--only", "o5", "--sizes", "100", "--seeds", "1", "--out", str(tmp_path / "fit.jsonl"))
    assert run(options(*words, "--warm")) == 0
    assert ran == ["other", "here", "here"] and "0.50" in capsys.readouterr().out.splitlines()[-1]
    assert run(options(*words, "--warm")) == 0 and len(ran) == 3
    assert run(options(*words)) == 0
    assert ran[3:] == ["other", "here"] and "1.50" in capsys.readouterr().out.splitlines()[-1]


def test_figures_are_of_this_machine_these_commits_and_this_protocol():
    row = {"name": "o5", "n": 9, "seed": 1, "held_out": False, "protocol": PROTOCOL, **machine()}
    both = [{**row, "commit": "a", "beside": "b"}, {**row, "commit": "b", "beside": "a"}]

    def counts(rows, commits):
        known = Known.among(rows, commits)
        return len(known.ours), len(known.theirs), len(known.pairs)

    assert counts(both, ("a", "b")) == (1, 1, 1) == counts(both, ("b", "a"))
    assert counts(both, ("a", "c")) == (1, 0, 0) and counts(both[:1], ("a", "b")) == (1, 0, 0)
    assert counts([both[0], both[1] | {"beside": None}], ("a", "b")) == (1, 1, 0)
    for other in ({"machine": "another"}, {"protocol": PROTOCOL + 1}, {"versions": "JAX 0"}):
        assert counts([both[0], both[1] | other], ("a", "b")) == (1, 0, 0)


def test_this_state_beside_itself_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(fit, "code", lambda: worktree.short("HEAD"))
    with pytest.raises(SystemExit, match="must be another state of the code"):
        run(options("--out", str(tmp_path / "fit.jsonl")))


def test_one_failure_is_seen_in_the_mean():
    row = {**ROW, "name": "flow", "n": 9, "process_seconds": 1.0}
    good, bad = ({**row, "relative": [value] * 3} for value in (1e-3, float("nan")))
    line = summary(Cell([good, bad, good], [good] * 3, [], []))
    assert line["geometric mean"] == line["worst"] == "nan" and line["mean before"] == "0.001"


def test_every_cell_has_a_size_and_a_law_or_a_task():
    asked = list(fit.fits(options("--held-out")))
    assert len(asked) == 11 * 3 * 8 * 2 and {cell.name for cell in asked} == set(SIZES)
    assert {cell.n for cell in asked if cell.name == "coulomb"} == {100, 400, 1600}


def test_another_commit_is_checked_out_and_taken_away():
    with worktree.worktree(worktree.short("HEAD")) as folder:
        assert (folder / "src" / "scalaremlp" / "__init__.py").is_file()
        assert str(folder) in git("worktree", "list")
    assert not folder.exists()
    with pytest.raises(SystemExit, match=r"--against must be a commit of this repository\. Got 'nonsense'"):
        worktree.short("nonsense")


def test_the_library_of_another_checkout_is_refused(tmp_path):
    found = measured("benchmarks.fit_cell", ["{}", str(tmp_path)], 100)
    assert found["error"].startswith(f"the library must be that of {tmp_path}. Got {ROOT / 'src'}")


@pytest.mark.slow
def test_a_fit_of_each_kind(tmp_path):
    before = git("log", "-2", "--format=%h", "--", *MEASURED).split()[-1]
    command = [sys.executable, "-m", "benchmarks", "fit", "--against", before, "--seeds", "100", "--held-out"]
    words = ["--only", "particle", "coulomb", "--sizes", "100", "--out", str(tmp_path / "fit.jsonl")]
    subprocess.run([*command, *words], cwd=ROOT, check=True)
    rows = [json.loads(line) for line in (tmp_path / "fit.jsonl").read_text().splitlines()]
    assert len(rows) == 8 and all(len(row["mse"]) == 10 for row in rows)
    assert max(row["mse"][0] for row in rows if row["name"] == "particle") < 1e-20
    assert code() in {row["commit"] for row in rows}
