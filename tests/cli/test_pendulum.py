"""`scalaremlp pendulum`."""

import json

import pytest

import scalaremlp as se
from scalaremlp.cli import main
from scalaremlp.pendulum import Pendulum

SMALL = ["--ntrain", "12", "--ntest", "2", "--horizon", "3", "--width", "2", "--depth", "1", "--steps", "2"]


@pytest.fixture(autouse=True)
def no_cache(monkeypatch, tmp_path_factory):
    monkeypatch.setenv("SCALAREMLP_CACHE", str(tmp_path_factory.getbasetemp() / "pendulums"))


def last_json(capsys):
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def test_a_run_leaves_everything_and_is_never_overwritten(tmp_path, capsys):
    words = ["pendulum", *SMALL, "--out", str(tmp_path / "a"), "--film", "none", "--json"]
    assert main(words) == 0
    numbers = last_json(capsys)
    assert {"rollout_error", "rollout_error_without_start", "test_mse", "equivariance_error", "seconds"} <= set(numbers)
    assert numbers["inputs"] == "products, norms and cosines of q1, q2, q1-q2, p1, p2, g"
    assert isinstance(se.load(tmp_path / "a"), Pendulum)
    made = {path.name for path in (tmp_path / "a" / "figures").iterdir()}
    assert made == {"phase_space.png", "errors.png", "conserved.png"}
    assert not (tmp_path / "a" / "checkpoint").exists()
    before = (tmp_path / "a" / "result.json").read_bytes()
    assert main(words) == 2
    assert "holds a run already. Choose another --out, or replace it by --fresh" in capsys.readouterr().err
    assert (tmp_path / "a" / "result.json").read_bytes() == before


@pytest.mark.slow
def test_the_same_command_goes_on_after_ctrl_c(tmp_path, capsys, monkeypatch):
    def words(out):
        return ["pendulum", *SMALL, "--steps", "4", "--film", "none", "--out", str(tmp_path / out), "--json"]

    from scalaremlp.train import Checkpoint

    kept = Checkpoint.write

    def stopped(self, state, history):
        kept(self, state, history)
        if len(history) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(Checkpoint, "write", stopped)
    assert main(words("a")) == 130
    assert "the same command goes on" in capsys.readouterr().err
    written = []
    monkeypatch.setattr(Checkpoint, "write", lambda *given: written.append(len(given[2])) or kept(*given))
    assert main(words("a")) == 0
    assert min(written) == 3  # goes on after the second record
    assert main(words("b")) == 0
    first, second = (json.loads((tmp_path / out / "result.json").read_text()) for out in "ab")
    assert first["rollout_error"] == second["rollout_error"]


@pytest.mark.slow
@pytest.mark.parametrize("features", ["scalars", "radial", "emlp", "mlp"])
@pytest.mark.parametrize("model", ["hnn", "ode"])
def test_every_model(tmp_path, capsys, model, features):
    words = ["--model", model, "--features", features, "--film", "none", "--out", str(tmp_path / "a"), "--json"]
    assert main(["pendulum", *SMALL, "--noise", "0.01", "--constants", "0.8", "1.2", *words]) == 0
    numbers = last_json(capsys)
    assert 0 < numbers["rollout_error"] < 1 and numbers["inputs"].startswith("m1, m2, k1, k2, L1, L2, ")


def test_what_was_fitted_is_not_lost_when_drawing_fails(tmp_path, capsys, monkeypatch):
    def full(*_, **__):
        raise OSError(28, "No space left on device")

    words = ["pendulum", *SMALL, "--film", "none", "--out", str(tmp_path / "a")]
    with monkeypatch.context() as broken:
        broken.setattr("scalaremlp.plot.save_figure", full)
        assert main(words) == 2
    assert "Make room. The fit up to here is kept" in capsys.readouterr().err
    assert main(words) == 0


@pytest.mark.parametrize(
    "words, said",
    [
        (["--group", "O2eR3()"], "--group needs --features emlp. Got --features scalars. Leave it out"),
        (["--features", "emlp", "--group", "O(7"], "O(7"),
        (["--features", "mlp", "--no-norms"], "--no-norms needs --features scalars. Got --features mlp. Leave it out"),
        (["--chunk", "1"], "--chunk must be at least 2. Got 1"),
        (["--noise", "-1"], "--noise must be at least 0. Got -1.0"),
        (["--gravity", "2", "1"], "--gravity must be a range (low, high) above 0. Got (2.0, 1.0). Try (0.5, 1.5)"),
        (["--dt", "0"], "--dt must be"),
        (["--horizon", "0.5"], "--horizon must last 5 to 100000 steps of --dt. Got 2.5"),
        (["--width", "500", "--ntrain", "3000"], "at most 8 GB. Got 22044 parameters, 12.1 GB: take a smaller width"),
        (["--features", "emlp", "--group", "O(2)"], "keep the z-axis, along which gravity points. Got O(2)"),
        (["--features", "emlp", "--group", "O(3)"], "keep the z-axis, along which gravity points. Got O(3)"),
        (["--features", "mlp", "--turned"], "are no inputs of --features mlp. Leave them out"),
        (["--model", "odd"], "invalid choice"),
    ],
)
def test_bad_input_is_refused_on_one_line(tmp_path, capsys, words, said):
    assert main(["pendulum", *SMALL, "--out", str(tmp_path / "a"), *words]) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1
    assert not (tmp_path / "a").exists()


def test_data_that_no_fit_can_begin_with_leave_no_folder(tmp_path, capsys, monkeypatch):
    def refused(*_, **__):
        raise ValueError("The loss must be finite before training. Got nan. Check the data.")

    monkeypatch.setattr("scalaremlp.runs.pendulum.learn", refused)
    assert main(["pendulum", *SMALL, "--out", str(tmp_path / "a")]) == 2
    assert "must be finite before training. Got nan" in capsys.readouterr().err
    assert not (tmp_path / "a").exists()
