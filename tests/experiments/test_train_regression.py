"""The arguments of the EMLP research code reach the network and the fit."""

import json

import pytest

import data_efficiency
import scalaremlp as se
import train_regression
from scalaremlp.nn import EMLP, Augmented
from scalaremlp.runs.comparison import Study
from scalaremlp.study import Workers
from scalaremlp.train import load_history

SMALL = ["--num_epochs", "2", "--ndata", "2020", "--ch", "8", "--num_layers", "1", "--dataset", "O5Synthetic"]


@pytest.mark.slow
def test_the_arguments_do_what_they_say(tmp_path, capsys):
    words = [*SMALL, "--network", "EMLP", "--group", "SO(5)", "--aug=True", "--bs", "10", "--log_dir", str(tmp_path)]
    train_regression.main(words)
    numbers = json.loads(capsys.readouterr().out.splitlines()[-1])
    model = se.load(numbers["folder"])
    assert isinstance(model, Augmented) and isinstance(model.model, EMLP) and str(model.group) == "SO(5)"
    assert dict(model.model.settings)["width"] == 8 and len(model.model.blocks) == 1
    assert load_history(numbers["folder"])["step"] == [4]
    assert numbers["ntest"] == 1000 and numbers["equivariance_error"] < 1e-10


def test_arguments_that_do_not_fit(capsys):
    for words, said in ((["--aug", "yes"], "it is True or False"), (["--network", "CNN"], "invalid choice: 'CNN'")):
        with pytest.raises(SystemExit):
            train_regression.main(words)
        assert said in capsys.readouterr().err


def test_the_study_is_made_and_drawn(tmp_path, capsys, monkeypatch):
    asked = []

    def compared(study, folder, *, workers, notify):
        asked.append((study, folder, workers))
        row = {"task": "o5", "model": "mlp", "ntrain": 20, "seed": 0, "test_mse": 0.5}
        notify(0, study.runs[0], "done", row)
        return [row]

    monkeypatch.setattr(data_efficiency, "compare", compared)
    words = ["--tasks", "o5", "--models", "mlp", "--ntrain", "20", "--seeds", "1", "--out", str(tmp_path)]
    assert data_efficiency.main(words) == 0
    assert asked == [(Study(("o5",), ("mlp",), (20,), 1), tmp_path, Workers(1))]
    assert capsys.readouterr().out.splitlines() == [
        "o5-mlp-n20-seed0: 0.5", str(tmp_path / "figures" / "efficiency-o5.png"),
    ]  # fmt: skip
