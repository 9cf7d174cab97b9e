"""What may be begun in a folder, what --fresh takes away, and who is at work there."""

import json
import os
import shutil
from dataclasses import replace
from pathlib import Path
from unittest.mock import Mock

import jax
import numpy as np
import pytest
from dying import Disk, Killed

from scalaremlp._files import write_text
from scalaremlp._lock import InUseError, alone_in
from scalaremlp._run_files import clear, drop_halves
from scalaremlp.cli import main
from scalaremlp.runs import fit, saved
from scalaremlp.runs.folder import State, occupied, read_asked, state_of, write_asked
from scalaremlp.runs.settings import TaskSamples, TrainSettings
from scalaremlp.study import grid, run_study
from scalaremlp.train import load

WORDS = ["train", "o5", "--model", "mlp", "--ntrain", "20", "--ntest", "20", "--width", "2", "--depth", "1"]
WORDS += ["--optimizer", "first-order", "--epochs", "1", "--out", "run"]
RUNS = grid(["o5"], ["default"], [10, 20], [0])


@pytest.fixture
def here(tmp_path, monkeypatch):
    """An empty folder to work in; pictures are not drawn."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(fit, "draw", lambda folder, *_: write_text(folder / "figures" / "predicted.png", "x"))
    return tmp_path


def put(files: dict[str, str]) -> None:
    for name, text in files.items():
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text)


def there(folder: str | Path = "run") -> set[str]:
    return {str(path.relative_to(folder)) for path in Path(folder).rglob("*") if not path.is_dir()}


def refusal(words, capsys) -> str:
    capsys.readouterr()
    assert main(words) == 2
    (line,) = capsys.readouterr().err.splitlines()
    return line


@pytest.mark.parametrize("left", ["run.json.new", ".run.json.1.part", ".run.json.4194305.part", ".lock"])
@pytest.mark.parametrize("fresh", [[], ["--fresh"]], ids=["", "fresh"])
def test_a_start_that_was_killed_may_be_typed_again(left, fresh, here):
    put({f"run/{left}": "{}"})
    assert main([*WORDS, *fresh]) == 0
    assert there() - {".run.json.1.part"} == {
        "run.json", "config.json", "metrics.jsonl", "result.json", "figures/predicted.png",
        *(path.name for path in Path("run").glob("model-*")),
    }  # fmt: skip


@pytest.mark.parametrize("fresh", [[], ["--fresh"]], ids=["", "fresh"])
@pytest.mark.parametrize("text", ['{"owner": "another tool"}', "[]", "{", '{"format": 1}', '{"settings": {}}'])
def test_the_folder_of_another_program_is_no_run(text, fresh, here, capsys):
    put({"run/run.json": text, "run/figures/thesis.png": "x", "run/checkpoint/epoch9.pt": "x", "run/config.json": "{}"})
    before = there()
    assert "run holds other files than a run. Choose another --out" in refusal([*WORDS, *fresh], capsys)
    assert there() == before


def test_fresh_takes_nothing_that_a_run_has_not_written(here):
    assert main(WORDS) == 0
    others = {f"run/{name}": "mine" for name in ("figures/thesis.png", "checkpoint/epoch9.pt", "tensorboard/mine",
              "model-large.npz", "notes.txt", "figures/learning.svg")}  # fmt: skip
    put(others)
    old = there()
    assert main([*WORDS, "--seed", "1", "--fresh"]) == 0
    assert {name: Path(name).read_text() for name in others} == others
    assert len(there()) == len(old) and there() != old


def test_fresh_follows_no_link(here):
    put({"big/thesis.png": "x", "big/predicted.png": "old", "mine.json": "{}", "mine/epoch9.pt": "x"})
    assert main(WORDS) == 0
    shutil.rmtree("run/figures")
    Path("run/result.json").unlink()
    os.symlink(here / "big", "run/figures")
    os.symlink(here / "mine", "run/checkpoint")
    os.symlink(here / "mine.json", "run/result.json")
    clear(Path("run"))
    assert there() == set() and there("big") == {"thesis.png", "predicted.png"} and there("mine") == {"epoch9.pt"}
    assert Path("mine.json").read_text() == "{}" and Path("run/figures").is_symlink()
    Path("run/checkpoint").unlink()
    shutil.rmtree("run")
    assert main(WORDS) == 0
    shutil.rmtree("run/figures")
    os.symlink(here / "big", "run/figures")
    assert main([*WORDS, "--fresh"]) == 0 and main([*WORDS, "--fresh"]) == 0
    assert Path("big/thesis.png").read_text() == "x"


def test_an_unfinished_run_is_told_how_it_goes_on(here, capsys, monkeypatch):
    def stopped(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(fit, "fit", stopped)
        assert main(WORDS) == 130
    assert state_of(Path("run")) is State.UNFINISHED
    told = refusal([*WORDS, "--seed", "1"], capsys)
    assert "which was begun otherwise and is not finished. Go on with it by `scalaremlp train --resume run`, " in told
    assert told.endswith("choose another --out, or replace it by --fresh")
    for words in (["evaluate", "run"], ["check", "run"], ["info", "run"]):
        assert refusal(words, capsys).endswith(
            "a run has a model when it is finished. Got run, whose fit is not. Go on with it by `scalaremlp train "
            "--resume run`"
        )
    assert main(WORDS) == 0
    assert "goes on: with the run that was begun so in run; --fresh begins anew" in capsys.readouterr().err
    assert "run holds a run already. Choose another --out, or replace it by --fresh" in refusal(WORDS, capsys)


def test_the_second_process_in_a_folder_is_told_so(here, capsys):
    assert main(WORDS) == 0
    before = there()
    with alone_in(Path("run")):
        for words in ([*WORDS, "--fresh"], ["pendulum", "--ntrain", "2", "--ntest", "1", "--out", "run"]):
            assert refusal(words, capsys) == (
                "scalaremlp: one process at a time writes to a folder. Got run, where another is at work. Let it end, "
                "or choose another --out"
            )
        assert main(["info", "run"]) == 0
        assert there() == before | {".lock"}
    assert there() == before
    with alone_in(Path("study")), pytest.raises(InUseError, match="where another is at work"):
        run_study(RUNS, lambda run, folder: {}, "study")
    assert not Path("study").exists()


def test_what_another_process_is_writing_is_left(here, monkeypatch):
    """A half stays while its process lives, also one of another user, and goes when that has ended."""
    halves = {".run.json.7.part", ".begun.json.7.part"}
    put({f"run/{name}": "{" for name in halves})
    for error, left in ((None, halves), (PermissionError, halves), (ProcessLookupError, set())):
        monkeypatch.setattr(os, "kill", Mock(side_effect=error))
        drop_halves(Path("run"), "begun.json")
        assert there() == left


def test_a_run_that_another_process_begins_otherwise_is_not_resumed(here):
    """It was read before the folder was locked."""
    settings = TrainSettings(TaskSamples("o5"))
    write_asked(Path("run/run.json"), replace(settings, seed=1).to_json())
    text = "run was changed by another process just now"
    with pytest.raises(ValueError, match=text), occupied(Path("run"), settings, resume=True):
        raise AssertionError("it must not begin")


def test_what_takes_the_place_of_a_run_is_known_at_every_moment(here):
    """Killed at any change while the files of the earlier run go, it is unfinished and goes on by the same words."""
    settings, number = TrainSettings(TaskSamples("o5")), 0
    while True:
        put({f"run/{name}": "{}" for name in ("config.json", "metrics.jsonl", "result.json", "figures/errors.png")})
        write_asked(Path("run/run.json"), settings.to_json(), replaces=True)
        try:
            with Disk(here, dies_at=number).watched(), occupied(Path("run"), settings) as place:
                assert place.resumed
            break
        except Killed:
            assert state_of(Path("run")) is State.UNFINISHED and read_asked(Path("run")) == settings
            number += 1
    assert number > 6 and there() == {"run.json"}


def test_the_checkpoint_of_a_fit_stays_until_its_result_is_there(here):
    for number in range(4):
        put({"run/run.json": "{}", "run/checkpoint/config.json": "{}"})
        Path("run/result.json").unlink(missing_ok=True)
        with pytest.raises(Killed), Disk(here, dies_at=number).watched():
            fit.finish(Path("run"), {"test_mse": 0.5})
        assert Path("run/result.json").exists() or Path("run/checkpoint/config.json").exists()
    fit.finish(Path("run"), {"test_mse": 0.5})
    assert there() == {"run.json", "result.json"}


def test_the_run_of_a_study_is_replaced_in_one_step_and_others_work_is_left(tmp_path):
    """Two renames: an earlier run is there until the new one has begun, and nothing is left beside it."""
    path = tmp_path / "runs" / RUNS[0].name
    seen = []

    def measure(run, folder):
        seen.append(sorted(os.listdir(folder)))
        return {"test_mse": 1.0}

    for _ in range(2):
        run_study(RUNS[:1], measure, tmp_path, fresh=True)
    assert seen == [["begun.json"]] * 2 and os.listdir(path) == ["finished.json"]
    for word in ("new", "old"):
        put({str(path.with_name(f".{path.name}.{word}") / "begun.json"): "{}"})
    run_study(RUNS, measure, tmp_path, settings={"other": 1})
    assert sorted(os.listdir(path.parent)) == sorted(run.name for run in RUNS)
    for name in ("finished.json", "thesis.tex"):
        shutil.rmtree(path)
        put({str(path / name): json.dumps({"owner": "another tool"})})
        with pytest.raises(FileExistsError, match="holds other files than a run of a study"):
            run_study(RUNS, measure, tmp_path, fresh=True)
        assert os.listdir(path) == [name]


def test_what_a_killed_study_left_goes_where_all_is_finished(tmp_path):
    """Its marks and locks, and files that were not whole yet, of processes that are no more."""
    rows = run_study(RUNS, lambda run, folder: {"test_mse": 1.0}, tmp_path)
    whole = there(tmp_path)
    name = RUNS[0].name
    dead = ".4194305.part"  # above any number of a process
    left = [f"runs/{name}/begun.json", f"runs/{name}/.begun.json{dead}", f"runs/.{RUNS[1].name}.lock"]
    left += [f".results.csv{dead}", f".report.html{dead}", f"figures/.o5.png{dead}"]
    put({str(tmp_path / each): "{}" for each in left})
    put({str(tmp_path / each): "mine" for each in (".mine.csv.1.part", "figures/mine.png")})
    assert run_study(RUNS, lambda run, folder: pytest.fail("made again"), tmp_path) == rows
    assert there(tmp_path) == whole | {".mine.csv.1.part", "figures/mine.png"}


@pytest.mark.parametrize("before", [True, False])
def test_a_model_comes_with_its_own_settings_where_another_process_replaces_both(before, here, monkeypatch):
    assert main(WORDS) == 0 and main([*WORDS[:-1], "other", "--seed", "1"]) == 0
    model, read = load("other"), saved.load

    def replaced(folder):
        found = None if before else read(folder)
        for path in (*Path("other").glob("model-*"), Path("other/config.json")):
            shutil.copy(path, folder)
        monkeypatch.setattr(saved, "load", read)
        return found or read(folder)

    monkeypatch.setattr(saved, "load", replaced)
    found = saved.open_run(Path("run"))
    assert found.settings.seed == 1 and jax.tree.all(jax.tree.map(np.array_equal, found.model, model))


def test_a_run_that_goes_while_it_is_measured_is_not_measured_by_half(here):
    assert main(WORDS) == 0
    run = saved.open_run(Path("run"))
    tests = run.tests()
    Path("run/config.json").unlink()  # as `clear` does first
    with pytest.raises(FileNotFoundError, match="A saved model is a folder"):
        run.measured(tests)


def test_a_file_of_settings_of_any_size(here, capsys):
    """What is larger than anything that a run writes is not read."""
    assert main(WORDS) == 0
    for name, words in (("config.json", ["evaluate", "run"]), ("run.json", ["train", "--resume", "run"])):
        good = Path("run", name).read_text()
        Path("run", name).write_text(f"[{'[],' * 10**7}[]]")
        assert f"{name}" in refusal(words, capsys)
        Path("run", name).write_text(good)


def test_a_run_that_is_replaced_stays_where_the_new_one_cannot_be_fitted(here, capsys, monkeypatch):
    """As of data whose loss is not finite: that is known when the fit begins."""
    assert main(WORDS) == 0
    before = {path: path.read_bytes() for path in (here / "run").rglob("*") if path.is_file()}

    def refused(*_, **__):
        raise ValueError("The loss must be finite before training. Got nan. Check the data.")

    monkeypatch.setattr(fit, "fit", refused)
    assert main([*WORDS, "--seed", "1", "--fresh"]) == 2
    assert "must be finite before training" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in (here / "run").rglob("*") if path.is_file()} == before

    def stopped(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(fit, "fit", stopped)
    assert main([*WORDS, "--seed", "1", "--fresh"]) == 130
    assert "The earlier run in run is as it was; the same command begins anew" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in (here / "run").rglob("*") if path.is_file()} == before


def test_fresh_takes_of_a_studys_run_what_it_had_when_it_was_finished(tmp_path):
    def measure(run, folder):
        assert not (folder / "own").exists()
        (folder / "own" / "deep").mkdir(parents=True)
        (folder / "own" / "deep" / "file").write_text(str(run.seed))
        return {"mse": 0.5}

    runs = grid(["o5"], ["default"], [10], [0])
    run_study(runs, measure, tmp_path)
    folder = tmp_path / "runs" / runs[0].name
    (folder / "notes.txt").write_text("mine")
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "file").write_text("also mine")
    (folder / "link").symlink_to(tmp_path / "elsewhere")
    run_study(runs, measure, tmp_path, fresh=True)
    assert (folder / "notes.txt").read_text() == "mine" and (folder / "link" / "file").read_text() == "also mine"
    assert (folder / "own" / "deep" / "file").exists()
