"""Finished runs of every kind are measured, used, checked and told of by the same commands."""

import json
from dataclasses import replace

import jax.random as jr
import numpy as np
import pytest

import scalaremlp as se
from scalaremlp.cli import main
from scalaremlp.data import read_inputs
from scalaremlp.pendulum import first_inputs, predict
from scalaremlp.runs.saved import SavedPendulum, SavedTraining, open_run

SMALL = ["--ntrain", "4", "--ntest", "3", "--horizon", "2", "--width", "2", "--depth", "1", "--steps", "2"]


@pytest.fixture(scope="module")
def swinging(tmp_path_factory):
    """A run on the pendulum."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SCALAREMLP_CACHE", str(tmp_path_factory.getbasetemp() / "pendulums"))
        folder = tmp_path_factory.mktemp("swinging")
        words = ["pendulum", *SMALL, "--gravity", "0.5", "2", "--film", "none", "--out", str(folder / "run")]
        assert main(words) == 0
        yield folder


def told(capsys):
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_a_pendulum_is_evaluated_again(swinging, tmp_path, capsys):
    before = json.loads((swinging / "run" / "result.json").read_text())
    assert main(["evaluate", str(swinging / "run"), "--json"]) == 0
    numbers = told(capsys)
    assert {name: before[name] for name in numbers if name != "seconds"} == {
        name: value for name, value in numbers.items() if name != "seconds"
    }
    assert main(["evaluate", str(swinging / "run"), "--ntest", "2", "--json"]) == 0
    assert told(capsys)["rollout_error"] != before["rollout_error"]
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    assert main(["evaluate", str(swinging / "run"), "--data", str(tmp_path / "x.csv")]) == 2
    assert "is measured on trajectories of its own. Got --data. Leave it out" in capsys.readouterr().err


def test_a_pendulum_is_rolled_out_from_the_states_of_a_file(swinging, tmp_path, capsys):
    saved = open_run(swinging / "run")
    assert isinstance(saved, SavedPendulum)
    tests = saved.tests()
    x, states = np.asarray(first_inputs(tests)), np.asarray(predict(saved.model, tests).states)
    np.savez(tmp_path / "new.npz", x=x)
    header = ",".join(["event", *saved.names[0]])
    table = np.hstack([np.arange(7, 10)[:, None], x])
    np.savetxt(tmp_path / "new.csv", table, delimiter=",", header=header, comments="", fmt="%.17g")
    assert main(["predict", str(swinging / "run"), str(tmp_path / "new.npz"), "--out", str(tmp_path / "y.npz")]) == 0
    assert "3 outputs of 12 numbers at 10 times" in capsys.readouterr().out
    with np.load(tmp_path / "y.npz") as file:
        np.testing.assert_array_equal(file["y"][:, 0], x[:, 9:])
        np.testing.assert_allclose(file["y"], states, rtol=0, atol=1e-12)
        np.testing.assert_allclose(file["t"], 0.2 * np.arange(10))
        assert file["names"].tolist() == list(saved.STATE)
    words = ["predict", str(swinging / "run"), str(tmp_path / "new.csv"), "--id-column", "event"]
    assert main([*words, "--out", str(tmp_path / "y.csv")]) == 0
    rows = np.genfromtxt(tmp_path / "y.csv", delimiter=",", names=True)
    assert len(rows) == 30 and rows.dtype.names[:3] == ("event", "t_s", "q1x")
    assert rows["event"][9:11].tolist() == [7, 8]
    np.testing.assert_allclose(rows["p2z"].reshape(3, 10), states[:, :, 11], rtol=0, atol=1e-12)


@pytest.mark.parametrize("column, value, said", [
    (0, 7.0, "this model was fitted to systems of m1 = 1 and does not see it. Got 7. Leave these systems out"),
    (4, -1.0, "L1 must be above 0. Got -1. Leave these systems out"),
])  # fmt: skip
def test_systems_of_constants_that_a_model_does_not_see_are_refused(column, value, said, swinging, tmp_path, capsys):
    x = np.array(first_inputs(open_run(swinging / "run").tests()))
    x[1, column] = value
    np.savez(tmp_path / "other.npz", x=x)
    assert main(["predict", str(swinging / "run"), str(tmp_path / "other.npz")]) == 2
    assert said in capsys.readouterr().err and not (tmp_path / "other-predicted.npz").exists()


def test_a_column_of_times_is_no_id(swinging, tmp_path, capsys):
    saved = open_run(swinging / "run")
    header, x = ",".join(["t_s", *saved.names[0]]), np.asarray(first_inputs(saved.tests()))
    table = np.hstack([np.arange(3)[:, None], x])
    np.savetxt(tmp_path / "new.csv", table, delimiter=",", header=header, comments="", fmt="%.17g")
    assert main(["predict", str(swinging / "run"), str(tmp_path / "new.csv"), "--id-column", "t_s"]) == 2
    assert "Got --id-column t_s as well. Choose another column" in capsys.readouterr().err


def test_rollouts_for_longer_than_what_was_fitted_are_told(swinging, tmp_path, capsys):
    x = np.asarray(first_inputs(open_run(swinging / "run").tests()))
    np.savez(tmp_path / "new.npz", x=x)
    assert main(["predict", str(swinging / "run"), str(tmp_path / "new.npz"), "--json"]) == 0
    said = capsys.readouterr()
    assert said.err == "rolled out to 1.8 s; the model was fitted to pieces of 0.8 s, and errors grow beyond\n"
    assert json.loads(said.out.splitlines()[-1])["n"] == 3
    saved = open_run(swinging / "run")
    brief = replace(saved, settings=replace(saved.settings, horizon=1.0))
    assert brief.outputs(x).times[-1] == 0.8 and not brief.outputs(x).caution


def test_a_pendulum_is_checked_and_told_of(swinging, tmp_path, capsys):
    assert main(["check", str(swinging / "run"), "--samples", "5", "--elements", "3", "--json"]) == 0
    numbers = told(capsys)
    assert numbers["equivariance_error"] < 1e-12
    assert numbers["group"] == "O(3)" and numbers["symmetries"] == ["group elements"]
    saved = open_run(swinging / "run")
    np.savez(tmp_path / "at.npz", x=np.asarray(first_inputs(saved.tests())))
    assert main(["check", str(swinging / "run"), "--data", str(tmp_path / "at.npz")]) == 0
    assert "of O(3), within 1e-08" in capsys.readouterr().out
    assert main(["info", str(swinging / "run"), "--json"]) == 0
    about = told(capsys)
    assert about["inputs"] == "6*T(0) + 5*T(1), 21 numbers" and about["outputs are"] == list(saved.STATE)
    assert main(["train", "--resume", str(swinging / "run")]) == 2


def test_a_pendulum_without_symmetry_is_checked_against_that_of_its_motion(swinging, tmp_path, capsys):
    model = se.pendulum.Pendulum("ode", "mlp", width=2, depth=1, key=jr.key(0))
    settings = {**open_run(swinging / "run").settings.to_json()["pendulum"], "features": "mlp", "model": "ode"}
    se.save(tmp_path / "run", model, settings={"pendulum": {**settings, "gravity": [1.0, 1.0]}})
    assert main(["check", str(tmp_path / "run")]) == 1
    assert "of O2eR3(), above 1e-08" in capsys.readouterr().out


def test_a_run_on_samples_offers_the_same(tmp_path, capsys):
    words = ["train", "o5", "--ntrain", "20", "--ntest", "20", "--model", "mlp", "--width", "2", "--depth", "1"]
    assert main([*words, "--out", str(tmp_path / "run"), "--json"]) == 0
    numbers = told(capsys)
    saved = open_run(tmp_path / "run")
    assert isinstance(saved, SavedTraining) and saved.names == (None, None)
    assert saved.measured(saved.tests())["test_mse"] == numbers["test_mse"]
    np.savez(tmp_path / "new.npz", x=saved.tests().x)
    x = read_inputs(tmp_path / "new.npz", *(saved.types[0], saved.types[2]))
    assert saved.outputs(x).y.shape == (20, 1) and saved.outputs(x).times is None
