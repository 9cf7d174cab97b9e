"""The entry points of ScalarEMLP take what they took there, and every key does what it says."""

import inspect
import json

import numpy as np
import pytest

import scalaremlp as se
import train_regression_scalars
from original_config import DEFAULTS
from scalaremlp.train import load_history
from train_regression_scalars import (
    README,
    Inertia,
    O5Synthetic,
    ParticleInteraction,
    makeTrainerScalars,
    restoreResults,
)

SMALL = {"n_hidden_mlp": 6, "n_layers_mlp": 1, "max_epochs": 3}
SPLIT = {"train": -1, "val": 20, "test": 30}


def train(folder, *, dataset=O5Synthetic, permutation=False, **keys):
    config = {**SMALL, "log_dir": str(folder), **keys}
    return makeTrainerScalars(
        dataset=dataset, ndata=114, bs=32, epoch_samples=128, device="cpu", split=SPLIT, trainer_config=config,
        permutation=permutation, progress_bar=False,
    )  # fmt: skip


def only(folder):
    (path,) = folder.iterdir()
    return path


def test_the_signatures_are_those_of_the_original():
    names = ["dataset", "ndata", "seed", "bs", "epoch_samples", "device", "split", "trainer_config", "permutation"]
    assert [*inspect.signature(makeTrainerScalars).parameters] == [*names, "progress_bar"]
    assert next(iter(inspect.signature(restoreResults).parameters)) == "path_ckpt"
    assert inspect.signature(makeTrainerScalars).parameters["seed"].default == 2021


def test_the_printed_dictionaries_name_known_keys_only():
    assert {key for example in README.values() for key in example["trainer_config"]} == set(DEFAULTS)


@pytest.mark.parametrize(
    "dataset, permutation",
    [
        (O5Synthetic, False),
        pytest.param(Inertia, True, marks=pytest.mark.slow),
        pytest.param(ParticleInteraction, False, marks=pytest.mark.slow),
    ],
    ids=["o5", "inertia", "particle"],
)
def test_what_was_trained_is_found_again(tmp_path, dataset, permutation):
    metrics = train(tmp_path, dataset=dataset, permutation=permutation)
    found = restoreResults(
        str(only(tmp_path)), dataset=dataset, ndata=114, split=SPLIT, device="cpu", permutation=permutation
    )
    assert set(metrics) == {"MSE", "R2"} and set(found) == {"train_MSE", "train_R2", "test_MSE", "test_R2"}
    assert (found["test_MSE"], found["test_R2"]) == (metrics["MSE"], metrics["R2"])


@pytest.mark.slow
def test_r2_is_one_minus_the_residual_over_the_total_sum_of_squares(tmp_path):
    found = train(tmp_path)
    test = train_regression_scalars.samples(O5Synthetic, 114, 2021, SPLIT)[2]
    assert found["R2"] == pytest.approx(1 - found["MSE"] / float(np.var(test.y)), rel=1e-5)


def test_an_epoch_is_a_number_of_draws_and_the_rate_falls_at_milestones(tmp_path):
    train(tmp_path, milestones=[1, 2], gamma=0.5, lr=0.01)
    history = load_history(only(tmp_path))
    assert history["step"] == [4, 8, 12]  # 128 draws, 32 a step
    assert history["learning_rate"] == [0.01, 0.005, 0.0025]


@pytest.mark.slow
def test_the_validation_loss_is_looked_at_every_so_many_epochs(tmp_path):
    train(tmp_path, max_epochs=4, check_val_every_n_epoch=2)
    assert load_history(only(tmp_path))["step"] == [8, 16]


@pytest.mark.slow
@pytest.mark.parametrize("least, steps", [(0, 2 * 4), (7, 7 * 4)])
def test_early_stopping_waits_for_its_patience_and_the_least_epochs(tmp_path, least, steps):
    stop = {"early_stopping": True, "early_stopping_patience": 2, "min_epochs": least}
    train(tmp_path, max_epochs=20, lr=1e-30, **stop)  # nothing is learned
    assert load_history(only(tmp_path))["step"][-1] == steps


@pytest.mark.slow
def test_the_best_model_is_kept(tmp_path):
    train(tmp_path, lr=10.0, max_epochs=5)
    folder = only(tmp_path)
    assert "smallest validation loss, after 0 steps" in json.loads((folder / "config.json").read_text())["fit"]["kept"]


@pytest.mark.slow
def test_sizes_and_normalisation_reach_the_network(tmp_path):
    train(tmp_path, n_hidden_mlp=5, n_layers_mlp=3, layer_norm_mlp=True)
    model = se.load(only(tmp_path))
    assert [w.shape for w in model.body.network.weights] == [(5, 3), (5, 5), (5, 5), (5, 5), (1, 5)]
    assert model.body.network.layer_norm


@pytest.mark.slow
def test_no_earlier_run_is_replaced(tmp_path):
    train(tmp_path)
    train(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["o5-n64-seed2021", "o5-n64-seed2021-2"]


@pytest.mark.parametrize(
    "keys, text",
    [
        ({"learning_rate": 1}, "A key of trainer_config is one of .* Got 'learning_rate'"),
        ({"max_epoch": 1}, "Did you mean 'max_epochs'"),
        ({"max_epochs": 0}, r"trainer_config\['max_epochs'\] must be a whole number >= 1. Got 0. The default is 300"),
        ({"lr": -1.0}, "must be a number above 0. Got -1.0"),
        ({"milestones": 30}, "must be numbers of epochs. Got 30"),
        ({"layer_norm_mlp": "no"}, "must be True or False. Got 'no'"),
        ({"n_out_net": 2}, "`n_out_net` must be 1. Got 2"),
    ],
    ids=lambda case: "-".join(case) if isinstance(case, dict) else "",
)
def test_a_config_that_does_not_fit(tmp_path, keys, text):
    with pytest.raises(ValueError, match=text):
        train(tmp_path, **keys)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "settings, text",
    [
        ({"split": {"train": -1, "val": -1, "test": 3}}, "one of them -1"),
        ({"split": {"train": -1, "val": 50, "test": 64}}, "Each part needs a sample"),
        ({"device": "tpu"}, "`device` is 'cuda', 'gpu' or 'cpu'. Got 'tpu'"),
    ],
)
def test_a_call_that_does_not_fit(tmp_path, settings, text):
    with pytest.raises(ValueError, match=text):
        makeTrainerScalars(**{"dataset": O5Synthetic, "ndata": 114, "split": SPLIT, "device": "cpu", **settings})


@pytest.mark.slow
def test_another_model_is_not_measured(tmp_path):
    train(tmp_path)
    settings = {"ndata": 114, "split": SPLIT, "device": "cpu"}
    with pytest.raises(ValueError, match="must be one of inertia"):
        restoreResults(str(only(tmp_path)), dataset=Inertia, **settings)
    with pytest.raises(ValueError, match=r"width must be that of the saved model, 6\. Got 100"):
        restoreResults(str(only(tmp_path)), dataset=O5Synthetic, **settings, trainer_config={})
