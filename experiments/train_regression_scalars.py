"""The regression tasks with the network and the training of ScalarEMLP, by that code's own entry points.

    from train_regression_scalars import O5Synthetic, makeTrainerScalars

    makeTrainerScalars(dataset=O5Synthetic, ndata=5000, epoch_samples=4096, trainer_config={"max_epochs": 1000, ...})

As a script it runs an example of the README of ScalarEMLP as printed there:

    python experiments/train_regression_scalars.py o5 --seeds 2021 2022 2023
"""

import argparse
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any

import jax
import jax.random as jr

import scalaremlp as se
from original_config import config_of
from scalaremlp.data import Dataset
from scalaremlp.data import inertia as Inertia
from scalaremlp.data import o5 as O5Synthetic
from scalaremlp.data import particle as ParticleInteraction
from scalaremlp.nn import BareScalarMLP
from scalaremlp.recipes import step_decay_adam
from scalaremlp.runs.fit import fit_and_measure

SPLIT = {"train": -1, "val": 1000, "test": 1000}


def makeTrainerScalars(
    dataset: Callable[..., Dataset] = Inertia,
    ndata: int = 1000 + 2000,
    seed: int = 2021,
    bs: int = 512,
    epoch_samples: int = 4096,
    device: str = "cuda",
    split: Mapping[str, int] = SPLIT,
    trainer_config: Mapping[str, Any] = {},
    permutation: bool = False,
    progress_bar: bool = True,
) -> dict[str, float]:
    """Train the published scalar network with Adam and step decay; return the test metrics of the best model.

    Args:
        dataset: `O5Synthetic`, `Inertia`, `ParticleInteraction`, or any `dataset(n, key=key) -> Dataset`.
        ndata: samples in all, which `split` divides.
        seed: of the data, the split, the initial weights and the order of the samples.
        bs: samples a step, at most as many as there are to train on.
        epoch_samples: draws an epoch; with more samples to train on an epoch takes each once.
        device: "cuda" or "gpu" (the CPU, with a notice, where JAX has none), or "cpu".
        split: sizes of "train", "val" and "test"; -1 stands for the rest.
        trainer_config: see `original_config.DEFAULTS`, which says what each key does.
        permutation: whether the particles of the input are identical.
        progress_bar: whether to show one.

    Returns:
        `{"MSE": ..., "R2": ...}` of the test samples, R2 = 1 − SS_res/SS_tot. The model with the smallest validation
        loss is tested. It stays in a new folder within `log_dir`, whose name is printed, for `restoreResults`.

    Raises:
        ValueError: for an unknown key, a value out of range, a split that does not fit, or an unknown device.
    """
    config = config_of(trainer_config)
    with jax.default_device(_device(device, config["num_gpus"])):
        train, validation, test = samples(dataset, ndata, seed, split)
        model = BareScalarMLP(
            train.rep_in, train.rep_out, train.group, width=config["n_hidden_mlp"], depth=config["n_layers_mlp"] + 1,
            layer_norm=config["layer_norm_mlp"], permutation=permutation, key=jr.fold_in(jr.key(seed), 2),
        )  # fmt: skip
        _check_outputs(model, config["n_out_net"], permutation)
        optimizer = step_decay_adam(
            len(train), learning_rate=config["lr"], epochs=config["max_epochs"], draws=epoch_samples, batch_size=bs,
            milestones=config["milestones"], gamma=config["gamma"], check_every=config["check_val_every_n_epoch"],
            patience=config["early_stopping_patience"] if config["early_stopping"] else None,
            least_epochs=config["min_epochs"],
        )  # fmt: skip
        folder = new_folder(Path(config["log_dir"]), f"{train.name}-n{len(train)}-seed{seed}")
        asked = {"ndata": ndata, "bs": bs, "epoch_samples": epoch_samples, "split": dict(split), **config}
        numbers = fit_and_measure(
            model, train, test, folder, validation=validation, optimizer=optimizer, key=jr.fold_in(jr.key(seed), 3),
            settings={"train_regression_scalars": asked}, title=folder.name, progress=progress_bar,
        )  # fmt: skip
    print(f"the best model, its metrics and pictures: {folder}")
    return {"MSE": numbers["test_mse"], "R2": numbers["r2"]}


def restoreResults(
    path_ckpt: str,
    dataset: Callable[..., Dataset] = Inertia,
    ndata: int = 1000 + 2000,
    seed: int = 2021,
    bs: int = 512,
    device: str = "cuda",
    num_gpus: int = 1,
    split: Mapping[str, int] = SPLIT,
    permutation: bool = True,
    trainer_config: Mapping[str, Any] | None = None,
) -> dict[str, float]:
    """Load a model that `makeTrainerScalars` trained and measure it on its training and test samples.

    Args:
        path_ckpt: the folder that was printed.
        dataset: as it was trained with, like `ndata`, `seed` and `split`.
        ndata: likewise.
        seed: likewise.
        bs: samples that are predicted at a time.
        device: where.
        num_gpus: 0 stands for the CPU.
        split: likewise.
        permutation: checked against the model, where the input has identical particles.
        trainer_config: if given, checked against the model's sizes.

    Returns:
        `train_MSE`, `train_R2`, `test_MSE`, `test_R2`.

    Raises:
        ValueError: if the model is not of this data set, these sizes or this symmetry.
    """
    with jax.default_device(_device(device, num_gpus)):
        model = se.load(path_ckpt)
        train, _, test = samples(dataset, ndata, seed, split)
        _check_same(model, train, permutation, trainer_config)
        parts = {"train": se.evaluate(model, train, batch=bs), "test": se.evaluate(model, test, batch=bs)}
    names = {"MSE": "mse", "R2": "r2"}
    return {f"{part}_{name}": found[ours] for part, found in parts.items() for name, ours in names.items()}


def samples(dataset: Callable[..., Dataset], ndata: int, seed: int, split: Mapping[str, int]) -> tuple[Dataset, ...]:
    """The three parts of the data, drawn and divided at random."""
    sizes = dict(split)
    if set(sizes) != set(SPLIT) or sum(size == -1 for size in sizes.values()) > 1:
        raise ValueError(f"`split` gives train, val and test, one of them -1 for the rest. Got {sizes}. As in {SPLIT}.")
    rest = ndata - sum(size for size in sizes.values() if size != -1)
    counts = {part: rest if size == -1 else size for part, size in sizes.items()}
    if min(counts.values()) < 1 or sum(counts.values()) > ndata:
        raise ValueError(f"Each part needs a sample, {ndata} in all. Got {counts}. Raise `ndata` or change `split`.")
    key = jr.key(seed)
    data = dataset(ndata, key=jr.fold_in(key, 0))
    shuffled = data[jr.permutation(jr.fold_in(key, 1), ndata)[: sum(counts.values())]]
    first, second = counts["train"], counts["train"] + counts["val"]
    return shuffled[:first], shuffled[first:second], shuffled[second:]


def _device(name: str, num_gpus: int) -> Any:
    if name not in ("cuda", "gpu", "cpu"):
        raise ValueError(f"`device` is 'cuda', 'gpu' or 'cpu'. Got {name!r}: use one of them.")
    if name == "cpu" or num_gpus == 0:
        return jax.devices("cpu")[0]
    try:
        found = jax.devices("gpu")
    except RuntimeError:
        print("JAX finds no GPU here: training on the CPU.")
        return jax.devices("cpu")[0]
    if num_gpus > 1:
        print(f"one of {num_gpus} GPUs is used: these networks are too small to share.")
    return found[0]


def _check_outputs(model: BareScalarMLP, asked: int | None, permutation: bool) -> None:
    """The number of outputs is that of the equivariant tensors; a user who names it has to name the same."""
    if asked is None:
        return
    found = None if permutation else model.body.covariants.size
    if asked != found:
        needed = "left out with permutation=True, whose networks each have their own" if permutation else str(found)
        raise ValueError(f"`n_out_net` must be {needed}. Got {asked}. Leave it out: it follows from the types.")


def _check_same(model: Any, train: Dataset, permutation: bool, trainer_config: Mapping[str, Any] | None) -> None:
    if not isinstance(model, BareScalarMLP) or (model.rep_in, model.rep_out) != (train.rep_in, train.rep_out):
        raise ValueError(f"The model must be one of {train.name}, {train.rep_in} -> {train.rep_out}. Got another one.")
    settings = dict(model.settings)
    expected = {"permutation": permutation} if train.permutations else {}
    if trainer_config is not None:
        config = config_of(trainer_config)
        expected |= {"width": config["n_hidden_mlp"], "depth": config["n_layers_mlp"] + 1}
        expected |= {"layer_norm": config["layer_norm_mlp"]}
    for name, value in expected.items():
        if settings[name] != value:
            raise ValueError(f"{name} must be that of the saved model, {settings[name]}. Got {value}. Change it.")


def new_folder(parent: Path, name: str) -> Path:
    """A folder that is not there yet: no earlier run is replaced."""
    names = [name, *(f"{name}-{version}" for version in range(2, 10_000))]
    return next(parent / each for each in names if not (parent / each).exists())


README = {
    "o5": {
        "dataset": O5Synthetic, "epoch_samples": 4096,
        "trainer_config": {
            "log_dir": "./logs/", "lr": 0.001, "num_gpus": 1, "max_epochs": 1000, "min_epochs": 0,
            "early_stopping": False, "early_stopping_patience": 3, "check_val_every_n_epoch": 1,
            "milestones": [120, 200, 400, 600, 800], "gamma": 0.5, "n_out_net": 1, "n_hidden_mlp": 500,
            "n_layers_mlp": 5, "layer_norm_mlp": False,
        },
    },
    "inertia": {
        "dataset": Inertia, "epoch_samples": 16384, "permutation": True,
        "trainer_config": {
            "log_dir": "./logs/", "lr": 0.005, "num_gpus": 1, "max_epochs": 1000, "min_epochs": 0,
            "check_val_every_n_epoch": 1, "milestones": [50, 120, 200, 300, 400], "gamma": 0.5, "n_hidden_mlp": 300,
            "n_layers_mlp": 2, "layer_norm_mlp": False,
        },
    },
    "particle": {
        "dataset": ParticleInteraction, "epoch_samples": 4096,
        "trainer_config": {
            "log_dir": "/home/", "lr": 0.001, "num_gpus": 1, "max_epochs": 500, "min_epochs": 0,
            "early_stopping": False, "early_stopping_patience": 3, "check_val_every_n_epoch": 1,
            "milestones": [30, 80, 140, 200, 300], "gamma": 0.75, "n_hidden_mlp": 500, "n_layers_mlp": 5,
            "layer_norm_mlp": False,
        },
    },
}  # fmt: skip


def main() -> None:
    """Run one of the README's examples for some seeds and print what it gives."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("task", choices=README)
    parser.add_argument("--ntrain", type=int, default=3000, help="training samples (default 3000)")
    parser.add_argument("--seeds", type=int, nargs="+", default=[2021])
    parser.add_argument("--epochs", type=int, help="fewer epochs, at milestones that keep their place among them")
    parser.add_argument("--log-dir", help="where the models go, if not where the README says")
    options = parser.parse_args()
    example = dict(README[options.task])
    config = example.pop("trainer_config")
    if options.epochs:
        share = options.epochs / config["max_epochs"]
        config |= {"max_epochs": options.epochs, "milestones": [share * epoch for epoch in config["milestones"]]}
    config |= {"log_dir": options.log_dir} if options.log_dir else {}
    rows = []
    for seed in options.seeds:
        wall, cpu = perf_counter(), process_time()
        metrics = makeTrainerScalars(
            **example, ndata=options.ntrain + 2000, bs=512, seed=seed, trainer_config=config, progress_bar=True
        )
        times = {"seconds": round(perf_counter() - wall, 1), "cpu_seconds": round(process_time() - cpu, 1)}
        rows.append({"task": options.task, "seed": seed, **metrics, **times})
        print(json.dumps(rows[-1]), flush=True)
    print(json.dumps({name: median(row[name] for row in rows) for name in ("MSE", "R2", "seconds", "cpu_seconds")}))


if __name__ == "__main__":
    main()
