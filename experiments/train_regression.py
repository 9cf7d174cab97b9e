"""Regression with EMLP or MLP, with the arguments of the EMLP research code.

python experiments/train_regression.py --dataset Inertia --network EMLP --group "SO(3)" --aug=True --ch=512
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jax.random as jr

import scalaremlp as se
from scalaremlp import groups
from scalaremlp.data import Dataset
from scalaremlp.nn import EMLP, MLP, Augmented, ScalarMLP
from scalaremlp.runs.fit import fit_and_measure
from scalaremlp.train import FirstOrder
from train_regression_scalars import Inertia, O5Synthetic, ParticleInteraction, new_folder, samples

DATASETS = {"O5Synthetic": O5Synthetic, "Inertia": Inertia, "ParticleInteraction": ParticleInteraction}
NETWORKS = {"EMLP": EMLP, "MLP": MLP, "ScalarMLP": ScalarMLP}


def makeTrainer(
    *,
    dataset: str = "Inertia",
    network: str = "EMLP",
    group: str | None = None,
    num_epochs: int = 300,
    ndata: int = 1000 + 2000,
    seed: int = 2021,
    aug: bool = False,
    bs: int = 500,
    lr: float = 3e-3,
    num_layers: int = 3,
    ch: int = 384,
    log_dir: str = "./logs/",
) -> dict[str, Any]:
    """Train a network with Adam, keep the best on 1000 validation samples, and measure it on 1000 test samples.

    Args:
        dataset: O5Synthetic, Inertia or ParticleInteraction.
        network: EMLP, MLP or ScalarMLP.
        group: the symmetry of the network, such as "SO(3)"; by default that of the data set.
        num_epochs: passes through the training samples.
        ndata: samples in all: 1000 to choose by, 1000 to test on, the others to train on.
        seed: of everything.
        aug: whether to move the inputs by random group elements in training.
        bs: samples a step.
        lr: learning rate, constant.
        num_layers: hidden layers.
        ch: their width.
        log_dir: where a new run folder is made.

    Returns:
        The numbers of the run: test_mse, relative_mse, r2, equivariance_error, seconds, and the folder.
    """
    parts = samples(DATASETS[dataset], ndata, seed, {"train": -1, "val": 1000, "test": 1000})
    symmetry = groups.parse(group) if group else parts[0].group
    train, validation, test = (
        Dataset(part.x, part.y, part.rep_in, part.rep_out, symmetry, part.name) for part in parts
    )
    types = train.rep_in, train.rep_out, symmetry
    model = NETWORKS[network](*types, width=ch, depth=num_layers, key=jr.fold_in(jr.key(seed), 2))
    if aug:
        model = Augmented(model, *types)
    asked = {"network": network, "group": str(symmetry), "aug": aug, "ch": ch, "num_layers": num_layers}
    folder = new_folder(Path(log_dir), f"{train.name}-{network}-{symmetry}-n{len(train)}-seed{seed}")
    numbers = fit_and_measure(
        model, train, test, folder, validation=validation, key=jr.fold_in(jr.key(seed), 3),
        optimizer=FirstOrder(learning_rate=lr, epochs=num_epochs, batch_size=bs, schedule="constant"),
        settings={"train_regression": {**asked, "num_epochs": num_epochs, "bs": bs, "lr": lr}}, title=folder.name,
    )  # fmt: skip
    return {**numbers, "folder": str(folder)}


def main(words: Sequence[str] | None = None) -> None:
    """Read the arguments, train, print the numbers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in (makeTrainer.__kwdefaults__ or {}).items():
        kind = _truth if isinstance(default, bool) else str if default is None else type(default)
        choices = {"dataset": DATASETS, "network": NETWORKS}.get(name)
        parser.add_argument(f"--{name}", type=kind, default=default, choices=choices, help=f"default: {default}")
    options = parser.parse_args(words)
    se.enable_x64()
    print(json.dumps(makeTrainer(**vars(options))))


def _truth(word: str) -> bool:
    if word not in ("True", "False"):
        raise argparse.ArgumentTypeError(f"it is True or False. Got {word}")
    return word == "True"


if __name__ == "__main__":
    main()
