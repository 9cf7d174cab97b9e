"""The commands at work, on small sizes."""

import json
import os
import subprocess
import sys

import numpy as np
import pytest

from scalaremlp.cli import _reproduce, main
from scalaremlp.data import DATASETS
from scalaremlp.recipes import RECIPES, REPRODUCED
from scalaremlp.runs import comparison, fit
from scalaremlp.runs.comparison import Reproduction
from scalaremlp.runs.fit import Course, fit_and_measure
from scalaremlp.study import Workers
from scalaremlp.train import FirstOrder, load_history

SMALL = ["--ntrain", "30", "--ntest", "50", "--optimizer", "first-order", "--epochs", "2"]
PNG = b"\x89PNG"


def last_json(capsys):
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_train_leaves_a_run_folder_and_evaluate_finds_the_same_numbers(tmp_path, capsys):
    out = tmp_path / "runs" / "a"
    assert main(["train", "inertia", "--permutation", *SMALL, "--out", str(out), "--json"]) == 0
    numbers = last_json(capsys)
    assert {"test_mse", "relative_mse", "equivariance_error", "seconds"} <= numbers.keys()
    assert numbers["equivariance_error"] < 1e-10
    asked = json.loads((out / "run.json").read_text())["settings"]
    assert asked["model"]["options"] == {"permutation": True}
    assert json.loads((out / "result.json").read_text())["test_mse"] == numbers["test_mse"]
    assert json.loads((out / "metrics.jsonl").read_text().splitlines()[-1])["loss"] > 0
    for picture in ("learning", "predicted"):
        assert (out / "figures" / f"{picture}.png").read_bytes()[:4] == PNG
    assert main(["evaluate", str(out), "--json"]) == 0
    again = last_json(capsys)
    for name in ("test_mse", "relative_mse", "equivariance_error", "ntest"):
        assert again[name] == pytest.approx(numbers[name], rel=1e-9, abs=1e-15)
    assert main(["check", str(out), "--json"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert " of O(3) and permutations, within " in said[0]
    assert json.loads(said[1])["symmetries"] == ["group elements", "permutations"]


@pytest.mark.slow
def test_a_run_ends_with_its_verdict(tmp_path, capsys):
    out, fit = tmp_path / "a", ["--model", "mlp", "--width", "4", "--depth", "1", "--epochs", "2"]
    assert main(["train", "o5", "--ntrain", "60", "--ntest", "80", *fit, "--out", str(out), "--json"]) == 0
    said = capsys.readouterr().out
    numbers, verdict = json.loads(said.splitlines()[-1]), load_history(out).verdict
    assert numbers["verdict"] == str(verdict) and numbers["hints"] == [*verdict.hints]
    assert " ".join(numbers["verdict"].split()) in " ".join(said.split()), "on the terminal as well, wrapped"
    assert verdict.training.samples == 60 and verdict.test.samples == 80
    assert verdict.test.relative == pytest.approx(numbers["relative_mse"])
    result = json.loads((out / "result.json").read_text())
    assert result["verdict"] == numbers["verdict"] and result["hints"] == numbers["hints"]
    assert main(["evaluate", str(out), "--ntest", "50", "--json"]) == 0
    again = last_json(capsys)
    assert "on 60 training samples" in again["verdict"] and "on 50 test samples" in again["verdict"]


def test_a_run_of_old_has_no_verdict(tmp_path, capsys):
    out = tmp_path / "a"
    assert main(["train", "o5", *SMALL, "--model", "mlp", "--out", str(out)]) == 0
    config = json.loads((out / "config.json").read_text())
    del config["fit"]["verdict"], config["fit"]["ending"]
    (out / "config.json").write_text(json.dumps(config))
    capsys.readouterr()
    assert main(["evaluate", str(out), "--json"]) == 0
    assert "verdict" not in last_json(capsys)


def test_equal_seeds_give_equal_numbers_and_others_do_not(tmp_path, capsys):
    errors = []
    for name, seed in (("a", 3), ("b", 3), ("c", 4)):
        words = ["train", "o5", *SMALL, "--model", "mlp", "--seed", str(seed), "--out", str(tmp_path / name), "--json"]
        assert main(words) == 0
        errors.append(last_json(capsys)["test_mse"])
    assert errors[0] == errors[1] != errors[2]


@pytest.mark.slow
def test_the_plain_network_trains_too(tmp_path, capsys):
    words = ["train", "o5", *SMALL, "--model", "mlp", "--width", "8", "--depth", "1", "--out", str(tmp_path), "--json"]
    assert main(words) == 0
    assert last_json(capsys)["parameters"] == 10 * 8 + 8 + 8 + 1


def test_a_file_of_ones_own(tmp_path, capsys):
    x = np.random.default_rng(0).normal(size=(40, 6))
    np.savez(tmp_path / "mine.npz", x=x, y=(x**2).sum(axis=1, keepdims=True))
    types = ["--rep-in", "2*T(1)", "--rep-out", "T(0)", "--group", "O(3)"]
    fast = ["--optimizer", "first-order", "--epochs", "2"]
    out = tmp_path / "run"
    assert main(["train", str(tmp_path / "mine.npz"), *types, *fast, "--out", str(out), "--json"]) == 0
    numbers = last_json(capsys)
    assert numbers["ntest"] == 8
    assert main(["evaluate", str(out), "--json"]) == 0
    assert last_json(capsys)["test_mse"] == pytest.approx(numbers["test_mse"])
    assert main(["evaluate", str(out), "--data", str(tmp_path / "mine.npz"), "--json"]) == 0
    assert last_json(capsys)["ntest"] == 40
    (tmp_path / "mine.npz").unlink()
    np.savez(tmp_path / "other.npz", x=x[:5], y=x[:5, :1])
    assert main(["evaluate", str(out), "--data", str(tmp_path / "other.npz"), "--json"]) == 0  # needs no other file
    assert last_json(capsys)["ntest"] == 5


TABLE_TYPES = ["--rep-in", "T(0) + T(1)", "--rep-out", "T(1)", "--group", "O(2)"]


def test_a_table_of_ones_own(tmp_path, capsys):
    """A law m v from columns that are named and not in order; predicted for other rows, and checked."""
    rng = np.random.default_rng(0)
    m, v, other = rng.normal(size=(60, 1)), rng.normal(size=(60, 2)), rng.normal(size=(60, 1))
    table = np.concatenate([m * v, other, m, v], axis=1)
    np.savetxt(tmp_path / "law.csv", table, delimiter=",", header="px,py,other,m,vx,vy", comments="")
    out = str(tmp_path / "run")
    words = [*TABLE_TYPES, "--x-columns", "m, vx-vy".replace("vx-vy", "5-6"), "--y-columns", "px,py"]
    assert main(["train", str(tmp_path / "law.csv"), *words, "--out", out, "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out.splitlines()[-1])["relative_mse"] < 1e-20
    understood = [line for line in said.err.splitlines() if not line.startswith("fit:")]
    assert understood == [
        "data: law, T(0) + T(1) -> T(1) of O(2), 3 numbers to 2",
        "columns: m, vx, vy -> px, py",
        "samples: 48 for training, 12 for testing",
        "model: ScalarMLP, 3 scalars, 1 covariants; 731 parameters",
    ]
    assert main(["predict", out, str(tmp_path / "law.csv"), "--json"]) == 0
    assert last_json(capsys) == {"n": 60, "size": 2, "out": str(tmp_path / "law-predicted.npz")}
    with np.load(tmp_path / "law-predicted.npz") as predicted:
        np.testing.assert_allclose(predicted["y"], m * v, atol=1e-9)
    assert main(["predict", out, str(tmp_path / "law.csv")]) == 2  # the file of outputs is there already
    assert main(["predict", out, str(tmp_path / "law.csv"), "--out", str(tmp_path / "y.csv")]) == 0
    assert (tmp_path / "y.csv").read_text().splitlines()[0] == "px,py"
    np.testing.assert_allclose(np.loadtxt(tmp_path / "y.csv", delimiter=",", skiprows=1), m * v, atol=1e-9)
    capsys.readouterr()
    assert main(["check", out, "--json"]) == 0 and last_json(capsys)["passed"]
    assert main(["check", out, "--tol", "0"]) == 1
    (tmp_path / "law.csv").write_text("changed")
    assert main(["evaluate", out]) == 2 and "it has changed" in capsys.readouterr().err


def test_a_run_says_what_the_law_depends_on(tmp_path, capsys):
    """A law sin(<a,b>) a: in the result, and told by `info`, with the columns that the vectors are."""
    a, b = np.random.default_rng(0).normal(size=(2, 100, 2))
    table = np.concatenate([a, b, np.sin(np.sum(a * b, axis=1))[:, None] * a], axis=1)
    np.savetxt(tmp_path / "law.csv", table, delimiter=",", header="ax,ay,bx,by,px,py", comments="", fmt="%.17g")
    out = tmp_path / "run"
    words = ["--rep-in", "2*T(1)", "--rep-out", "T(1)", "--group", "O(2)", "--out", str(out), "--json"]
    assert main(["train", str(tmp_path / "law.csv"), *words]) == 0
    told = capsys.readouterr().out
    assert "in the law: x1 is ax ay, x2 is bx by\n" in told
    assert json.loads(told.splitlines()[-1])["dependencies"]["x1^a"] == ["<x1,x2>"]
    assert json.loads((out / "result.json").read_text())["dependencies"]["x1^a"] == ["<x1,x2>"]
    assert main(["info", str(out)]) == 0
    told = capsys.readouterr().out
    assert "inputs: 2*T(1), 4 numbers\n" in told and "the coefficient of x1^a depends on <x1,x2>\n" in told
    assert "in the law: x1 is ax ay, x2 is bx by\n" in told
    assert main(["info", str(out), "--group", "O(2)"]) == 2 and "types of its own" in capsys.readouterr().err
    assert main(["info", str(tmp_path / "law.csv")]) == 2 and "config.json" in capsys.readouterr().err


def test_a_file_for_train_by_the_option_that_others_have_it_by(capsys):
    assert main(["train", "--data", "law.csv", *TABLE_TYPES]) == 2
    assert "comes without an option. Got --data. Type: scalaremlp train FILE" in capsys.readouterr().err


def test_a_task_of_reproduce_that_is_nearly_one(capsys):
    assert main(["reproduce", "--tasks", "inertai"]) == 2
    assert "'inertia', 'particle'). Did you mean inertia? For full" in capsys.readouterr().err
    assert main(["reproduce", "--tasks", "x"]) == 2
    said = capsys.readouterr().err
    assert "invalid choice 'x'" in said and "Did you mean" not in said


def test_check_fails_for_a_network_without_symmetry(tmp_path, capsys):
    assert main(["train", "o5", *SMALL, "--model", "mlp", "--out", str(tmp_path)]) == 0
    assert main(["check", str(tmp_path)]) == 1
    assert "of O(5), above 1e-08" in capsys.readouterr().out


def test_info(capsys):
    assert main(["info", "--json"]) == 0
    told = last_json(capsys)
    assert {"O(2,2)", "SL(3)"} <= set(told["groups with scalars"]) and "RubiksCube()" in told["other groups"]
    assert told["data sets"] == list(DATASETS) and told["data sets"][:4] == ["o5", "inertia", "particle", "neo_hookean"]
    assert told["models"] == ["scalars", "mlp", "bare", "emlp"]
    assert main(["info", "--rep-in", "2*T(1)", "--rep-out", "T(1)", "--group", "SO(2)", "--json"]) == 0
    told = last_json(capsys)
    assert told["scalars"] == ["<x1,x1>", "<x1,x2>", "<x2,x2>", "det[x1,x2]"]
    assert told["number of covariants"] == len(told["covariants"]) == 4


@pytest.fixture
def quick_fit(monkeypatch):
    """Fits of `reproduce` cut short; counts them, and can be told to be interrupted."""
    calls = {"made": 0, "stop_at": None}

    def short(*args, **options):
        if calls["made"] == calls["stop_at"]:
            raise KeyboardInterrupt
        calls["made"] += 1
        return fit_and_measure(*args, **{**options, "optimizer": FirstOrder(epochs=2)})

    monkeypatch.setattr(comparison, "fit_and_measure", short)
    monkeypatch.setattr(comparison, "REPRODUCED", ("default", "no quadratic part"))
    return calls


@pytest.mark.slow
def test_reproduce_goes_on_after_ctrl_c_and_writes_a_report(tmp_path, capsys, quick_fit):
    size = ["--sizes", "20", "--seeds", "2", "--ntest", "40"]
    words = ["reproduce", "--tasks", "o5", *size, "--out", str(tmp_path)]
    quick_fit["stop_at"] = 1
    assert main(words) == 130
    assert "the same command goes on" in capsys.readouterr().err
    quick_fit["stop_at"] = None
    assert main([*words, "--json"]) == 0
    assert quick_fit["made"] == 4
    said = capsys.readouterr()
    numbers = json.loads(said.out.splitlines()[-1])
    assert numbers["runs"] == 4
    assert numbers["failed"] == 0
    assert said.err.count("from an earlier call") == 1
    report = (tmp_path / "report.md").read_text()
    assert "| 20 |" in report
    assert "scalaremlp reproduce --tasks o5 --sizes 20 --seeds 2 --ntest 40" in report
    assert "runs that failed" not in report.lower()
    page = (tmp_path / "report.html").read_text()
    assert page.count("data:image/png;base64,") == report.count("![") == 3
    assert (tmp_path / "figures" / "o5.png").read_bytes()[:4] == PNG


@pytest.mark.slow
def test_reproduce_goes_on_with_an_interrupted_fit(tmp_path, capsys, monkeypatch):
    """From its checkpoint: the steps are those of one fit, none made twice."""
    write, steps = Course.__call__, []

    def interrupted(self, record):
        write(self, record)
        steps.append(record.step)
        if len(steps) == 2:
            raise KeyboardInterrupt

    def short(*args, **options):
        return fit_and_measure(*args, **options, optimizer="first-order", epochs=400)

    monkeypatch.setattr(comparison, "fit_and_measure", short)
    monkeypatch.setattr(Course, "__call__", interrupted)
    words = ["reproduce", "--quick", "--tasks", "o5", "--sizes", "20", "--ntest", "40", "--out", str(tmp_path)]
    assert main(words) == 130
    assert main(words) == 0
    assert steps == [100, 200, 300, 400]


@pytest.mark.slow
def test_reproduce_by_two_processes_gives_the_numbers_of_one(tmp_path, capsys):
    words = ["reproduce", "--tasks", "particle", "--sizes", "8", "--seeds", "1", "--ntest", "40"]
    words += ["--original-length", "0.002", "--json"]
    numbers = []
    for jobs in ("1", "2"):
        assert main([*words, "--jobs", jobs, "--out", str(tmp_path / jobs)]) == 0
        numbers.append([(cell["model"], cell["test_mse"]) for cell in last_json(capsys)["results"]])
    assert numbers[0] == numbers[1]
    assert len(list((tmp_path / "2" / "runs").glob(".*.lock"))) == 3, "made by workers"
    assert [model for model, _ in numbers[0]] == ["default", "no quadratic part", "original, 0.2 % of its epochs"]


@pytest.mark.parametrize("words, jobs", [([], 1), (["--jobs", "3"], 3), (["--jobs", "0"], os.cpu_count())])
def test_the_runs_of_reproduce_are_made_by_so_many_processes(tmp_path, monkeypatch, words, jobs):
    class Asked(Exception):
        pass

    def asked(*_, workers, **__):
        raise Asked(workers)

    monkeypatch.setattr(_reproduce, "made", asked)
    with pytest.raises(Asked) as found:
        main(["reproduce", "--quick", "--out", str(tmp_path), *words])
    assert found.value.args == (Workers(jobs),)


def test_quick_is_the_default_model_at_two_sizes():
    runs = Reproduction(quick=True).runs
    assert {(run.model, run.ntrain, run.seed) for run in runs} == {("default", 100, 0), ("default", 1000, 0)}
    assert {run.task for run in runs} == {"o5", "inertia", "particle"}


def test_the_full_study_has_every_variant_size_and_seed():
    runs = Reproduction().runs
    assert len(set(runs)) == len(runs) == sum(len(RECIPES[name].tasks) for name in REPRODUCED) * 7 * 3
    assert runs[0].model == "default"
    assert runs[-1].model == "original, 10 % of its epochs"


def test_reproduce_reports_a_failed_run_and_ends_with_status_1(tmp_path, capsys, monkeypatch):
    def fails(*args, **options):
        raise FloatingPointError("not finite")

    monkeypatch.setattr(comparison, "fit_and_measure", fails)
    assert (
        main(["reproduce", "--quick", "--tasks", "o5", "--sizes", "20", "--ntest", "40", "--out", str(tmp_path)]) == 1
    )
    assert "failed: FloatingPointError" in capsys.readouterr().err
    assert "Runs that failed" in (tmp_path / "report.md").read_text()


def test_ctrl_c_during_a_fit_keeps_its_course(tmp_path, capsys, monkeypatch):
    def stopped(model, data, *, callbacks, **options):
        callbacks[0](fit.Record(step=1, steps=2, loss=0.5))
        raise KeyboardInterrupt

    monkeypatch.setattr(fit, "fit", stopped)
    assert main(["train", "o5", *SMALL, "--out", str(tmp_path)]) == 130
    assert f"Go on with it by `scalaremlp train --resume {tmp_path}`" in capsys.readouterr().err
    assert '"loss": 0.5' in (tmp_path / "metrics.jsonl").read_text()


@pytest.mark.parametrize(
    "words", [[], ["--help"], ["train", "--help"], ["evaluate", "--help"], ["reproduce", "--help"]]
)
def test_help_explains(words, capsys):
    assert main(words) == 0
    assert "usage: scalaremlp" in capsys.readouterr().out


def test_a_reader_that_leaves_is_no_error():
    """As `head` does; the output is then of no use to anybody."""
    program = f"{sys.executable} -m scalaremlp.cli train --help | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["bash", "-c", program], capture_output=True, text=True)
    assert done.returncode in (0, 141) and done.stderr == ""


def test_version(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("scalaremlp ")


def test_basis_prints_rank_size_and_seconds_and_draws(tmp_path, capsys):
    out = tmp_path / "pictures" / "cross.png"
    assert main(["basis", "T(1) >> T(2)", "SO(3)", "--out", str(out), "--json"]) == 0
    numbers = last_json(capsys)
    assert (numbers["rank"], numbers["size"], numbers["picture"]) == (1, 27, str(out)) and numbers["seconds"] > 0
    assert out.read_bytes()[:4] == PNG


def test_basis_of_types_with_their_groups_and_of_single_columns(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["basis", "V(S(3)) >> V(S(3))*V(O(2))"]) == 0
    assert "rank     0" in capsys.readouterr().out
    assert main(["basis", "T(2)", "O(3)"]) == 0
    assert "runs/basis/T(2)-O(3).png" in capsys.readouterr().out
    assert (tmp_path / "runs" / "basis" / "T(2)-O(3).png").is_file()


def test_basis_of_a_type_too_large_to_draw(tmp_path, capsys):
    assert main(["basis", "9000*T(0) >> 9000*T(0)", "O(3)", "--json"]) == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out.splitlines()[-1])["picture"] is None
    assert "no picture: A picture shows a matrix of at most 4000000 entries. Got 9000 x 9000" in captured.err
