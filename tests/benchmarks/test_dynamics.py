"""The cases of the dynamics benchmark are settings of runs, and its table says what was met."""

import argparse
import json
from dataclasses import replace

import jax.random as jr
import pytest

import scalaremlp as se
from benchmarks import dynamics
from scalaremlp.pendulum import Pendulum, predict, samples
from scalaremlp.runs.settings import PendulumSettings


@pytest.mark.parametrize("case", dynamics.CASES)
def test_every_case_has_settings_and_one_beside_another_those_as_well(case):
    settings, beside = (dynamics._settings(each, seed=3) for each in (case, dynamics.CASES[case].get("beside", case)))
    own = dynamics.CASES[case]["settings"]
    others = {name: value for name, value in settings.to_json()["pendulum"].items() if name not in own}
    assert settings.seed == 3 and others.items() <= beside.to_json()["pendulum"].items()
    assert (settings == beside) is ("beside" not in dynamics.CASES[case])


def options(*words):
    parser = argparse.ArgumentParser()
    dynamics.add_options(parser)
    return parser.parse_args(list(map(str, words)))


def finished(folder, case, seed, error):
    folder.mkdir(parents=True)
    settings = dynamics._settings(case, seed).to_json()
    (folder / "run.json").write_text(json.dumps({"format": 1, "settings": settings}))
    (folder / "code.txt").write_text("a1b2c3d\n")
    numbers = {"rollout_error": error, "rollout_error_without_start": 1.1 * error, "seconds": 5.0}
    (folder / "result.json").write_text(json.dumps({**numbers, "inputs": "q", "optimizer": "Adam"}))


def test_the_table_is_of_medians_and_bars_may_be_relative(tmp_path, capsys, monkeypatch):
    turned = {}
    for seed, (error, other) in enumerate([(1e-6, 3.5e-6), (2e-6, 1e-6), (9e-6, 9e-6)]):
        folder = dynamics._folder("hnn, gravity", seed, tmp_path)
        finished(folder, "hnn, gravity", seed, error)
        settings = dynamics._settings("hnn, gravity turned", seed)
        turned[settings, folder] = {"rollout_error": other, "rollout_error_without_start": 1.1 * other}
    monkeypatch.setattr(dynamics, "_tested", lambda settings, folder: turned[settings, folder])
    beside = ["--cases", "hnn, gravity", "hnn, gravity turned", "--out", tmp_path]
    assert dynamics.run(options(*beside)) == 1  # 3.5e-6 is above 1.5 times 2e-6
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| hnn")]
    assert [cell.strip() for cell in rows[0].split("|")[2:6]] == ["2e-06", "2.2e-06", "3", "-"]
    assert [cell.strip() for cell in rows[1].split("|")[2:9]] == [
        "3.5e-06",
        "3.9e-06",
        "3",
        "-",
        "3e-06",
        "2e-06",
        "NO",
    ]
    finished(tmp_path / "again" / "hnn-noise-0.01-0", "hnn, noise 0.01", 0, 1e-3)
    page = tmp_path / "page.md"
    page.write_text("above\n<!-- dynamics: begin -->\nold\n<!-- dynamics: end -->\nbelow\n")
    one = ["--cases", "hnn, noise 0.01", "--seeds", 1, "--out", tmp_path / "again"]
    assert dynamics.run(options(*one, "--write", page)) == 0
    assert "| aim |" in capsys.readouterr().out
    text = page.read_text()
    assert text.startswith("above\n<!--") and text.endswith("-->\nbelow\n")
    assert "| aim |" in text and "commit a1b2c3d" in text and "old" not in text and "![" not in text
    drawn = tmp_path / "again" / "hnn-0" / "figures" / "phase_space.png"
    drawn.parent.mkdir(parents=True)
    drawn.write_bytes(b"picture")
    assert dynamics.run(options(*one, "--write", page)) == 0
    assert "](images/pendulum.png)" in page.read_text()
    assert (tmp_path / "images" / "pendulum.png").read_bytes() == b"picture"


def test_a_model_is_tested_on_the_systems_of_another_case(tmp_path):
    """On other systems its error is another one; on its own, that of its own run."""
    small = PendulumSettings(ntest=2, horizon=2.0, gravity=(0.5, 2.5))
    data = samples(2, ntest=2, horizon=2.0, gravity=(0.5, 2.5), cache=False)
    model = Pendulum("hnn", "scalars", width=2, depth=1, key=jr.key(0)).calibrated_for(data.train)
    se.save(tmp_path / "a", model)
    own, turned = (dynamics._tested(replace(small, turned_test=turned), tmp_path / "a") for turned in (False, True))
    assert own == predict(model, data.test).numbers()
    assert own["rollout_error"] != turned["rollout_error"]


def test_the_table_of_what_is_there(tmp_path, capsys):
    for seed in (0, 2):
        finished(dynamics._folder("hnn, noise 0.03", seed, tmp_path), "hnn, noise 0.03", seed, 1e-3 * (seed + 1))
    words = ["--table", "--cases", "ode", "hnn, noise 0.03", "hnn, gravity turned", "--out", tmp_path]
    assert dynamics.run(options(*words)) == 0
    rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| ") and "case" not in line]
    assert len(rows) == 1 and [cell.strip() for cell in rows[0].split("|")[1:5]] == [
        "hnn, noise 0.03",
        "0.002",
        "0.0022",
        "2",
    ]


def test_a_run_with_other_options_is_refused(tmp_path):
    finished(tmp_path / "hnn-0", "ode", 0, 1e-3)
    with pytest.raises(SystemExit, match=r"must hold a run with the settings of dynamics\.json\. Got others"):
        dynamics.run(options("--cases", "hnn", "--seeds", 1, "--out", tmp_path))
