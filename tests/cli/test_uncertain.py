"""Standard deviations on the command line: beside outputs, and whether they are honest."""

import json

import numpy as np
import pytest

from scalaremlp.cli import main
from scalaremlp.runs.saved import Outputs, open_run
from scalaremlp.runs.uncertain import posterior_of

TYPES = ["--rep-in", "T(0) + T(1)", "--rep-out", "T(1)", "--group", "O(2)"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A table of p = m v with noise, and a run that was made with it."""
    folder, rng = tmp_path_factory.mktemp("uncertain"), np.random.default_rng(0)
    m, v = rng.standard_normal((60, 1)), rng.standard_normal((60, 2))
    p = m * v + 0.1 * rng.standard_normal((60, 2))
    np.savetxt(folder / "law.csv", np.c_[m, v, p], delimiter=",", header="m,vx,vy,px,py", comments="")
    words = [str(folder / "law.csv"), *TYPES, "--x-columns", "m,vx,vy", "--y-columns", "px,py"]
    words += ["--width", "2", "--depth", "1"]
    assert main(["train", *words, "--out", str(folder / "run")]) == 0
    assert main(["train", *words, "--optimizer", "first-order", "--epochs", "2", "--out", str(folder / "early")]) == 0
    return folder


def test_predict_writes_them_beside_the_outputs_and_keeps_them_with_the_run(folder, tmp_path):
    words = ["predict", str(folder / "run"), str(folder / "law.csv"), "--std", "--out"]
    assert main([*words, str(tmp_path / "y.csv")]) == 0
    kept = [path.name for path in (folder / "run").glob("posterior-*.npz")]
    assert len(kept) == 1
    assert main([*words, str(tmp_path / "y.npz")]) == 0  # by what was kept
    lines = (tmp_path / "y.csv").read_text().splitlines()
    assert lines[0] == "px,py,px_std,py_std"
    with np.load(tmp_path / "y.npz") as file:
        std = file["std"]
    np.testing.assert_allclose(np.loadtxt(lines[1:], delimiter=",")[:, 2:], std)
    assert std.shape == (60, 2) and np.all(std > 0) and np.median(std) < 0.1


def test_evaluate_tells_whether_they_are_honest(folder, capsys):
    assert main(["evaluate", str(folder / "run"), "--std", "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert told["inside_50"] < told["inside_90"] <= told["inside_99"]
    assert told["inside_90"] > 0.6 and 0.4 < told["pull_std"] < 2
    assert (folder / "run" / "figures" / "reliability.png").is_file()


def test_what_has_none_is_refused_in_one_line(folder, capsys, monkeypatch):
    assert main(["predict", str(folder / "early"), str(folder / "law.csv"), "--std", "--out", "never.npz"]) == 2
    said = capsys.readouterr().err.splitlines()[-1]
    assert said.startswith("scalaremlp: A posterior is known at a minimum of the squared error")
    saved = open_run(folder / "run")
    file = next((folder / "run").glob("posterior-*.npz"))
    whole = file.read_bytes()
    file.write_bytes(whole[:100])
    with pytest.raises(ValueError, match=r"A posterior is a .npz file of save_posterior"):
        posterior_of(saved)
    file.write_bytes(whole)
    assert Outputs(np.ones((1, 1))).std is None


def test_columns_of_standard_errors_weigh_the_fit(folder, tmp_path, capsys):
    rng = np.random.default_rng(1)
    v, sigma = rng.standard_normal((60, 2)), 10 ** rng.uniform(-3, 0, 60)
    p = 2 * v + sigma[:, None] * rng.standard_normal((60, 2))
    np.savetxt(tmp_path / "law.csv", np.c_[v, p, sigma], delimiter=",", header="vx,vy,px,py,error", comments="")
    words = [str(tmp_path / "law.csv"), "--rep-in", "T(1)", "--rep-out", "T(1)", "--group", "O(2)", "--width", "2"]
    words += ["--depth", "1", "--out", str(tmp_path / "run")]
    assert main(["train", *words, "--sigma-columns", "error"]) == 0  # which is neither an input nor an output
    saved = open_run(tmp_path / "run")
    assert saved.settings.samples.sigma_columns == "error" and saved.tests().sigma.shape == (12,)
    np.testing.assert_allclose(saved.outputs(v[:5]).y, 2 * v[:5], atol=0.05)
    assert 0.5 < posterior_of(saved).noise[0] < 1.5
    both = ["--x-columns", "vx,vy", "--y-columns", "px,py", "--sigma-columns", "py"]
    assert main(["train", *words, "--fresh", *both]) == 2
    assert "must be other columns than inputs and outputs. Got py" in capsys.readouterr().err
    assert main(["train", *words, "--fresh", "--sigma-columns", "error", "--stream"]) == 2
    assert "less than 1 GB. Got a stream. Leave out --stream or --sigma-columns" in capsys.readouterr().err
    capsys.readouterr()
    assert main(["evaluate", str(tmp_path / "run"), "--data", str(tmp_path / "law.csv"), "--std", "--json"]) == 0
    assert 0.5 < json.loads(capsys.readouterr().out.splitlines()[-1])["pull_std"] < 1.5


def test_a_run_that_outliers_did_not_lead_is_judged_by_its_own_loss(tmp_path, capsys):
    rng = np.random.default_rng(2)
    v = rng.standard_normal((60, 2))
    p = 2 * v + 0.01 * rng.standard_normal((60, 2))
    p[::10] += 100
    np.savetxt(tmp_path / "law.csv", np.c_[v, p], delimiter=",")
    words = [str(tmp_path / "law.csv"), "--rep-in", "T(1)", "--rep-out", "T(1)", "--group", "O(2)", "--width", "2"]
    words += ["--depth", "1"]
    assert main(["train", *words, "--loss", "student", "--out", str(tmp_path / "run")]) == 0
    assert posterior_of(open_run(tmp_path / "run")).noise[0] < 0.1
    np.savetxt(tmp_path / "energy.csv", np.c_[v, np.sum(v**2, axis=1)], delimiter=",")
    words = [str(tmp_path / "energy.csv"), "--rep-in", "T(1)", "--rep-out", "T(0)", "--group", "O(2)", "--width", "2"]
    words += ["--depth", "1", "--loss", "relative", "--epochs", "2"]
    assert main(["train", *words, "--out", str(tmp_path / "relative")]) == 0
    with pytest.raises(ValueError, match=r"known of squared errors with a noise of one size. Got RelativeError"):
        posterior_of(open_run(tmp_path / "relative"))
