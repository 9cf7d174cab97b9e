"""A Hamiltonian network of invariant scalars learns the double pendulum with springs, as in the ScalarEMLP code.

    python experiments/hnn_scalars.py   # radial functions and Adam, as published
    python experiments/hnn_scalars.py --n_rad 0 --n_hidden 8 --n_layers 2 --num_epochs 200

With n_rad = 0 the network is ours, fitted by Levenberg-Marquardt: an epoch is an iteration, bs and lr mean nothing.
"""

import argparse
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import scalaremlp as se
from scalaremlp.runs.pendulum import PendulumRun
from scalaremlp.runs.settings import PendulumSettings
from train_regression_scalars import new_folder

DEFAULTS: dict[str, Any] = {
    "ndata": 500, "num_epochs": 2000, "bs": 500, "lr": 1e-3, "n_layers": 3, "n_hidden": 100, "n_rad": 10,
    "chunk_len": 5, "dt": 0.2, "integration_time": 30.0, "seed": 2021, "log_dir": "./logs/",
}  # fmt: skip
HELP = {
    "ndata": "training systems, and as many for validation",
    "num_epochs": "passes through the training pieces",
    "bs": "pieces in a step",
    "lr": "learning rate",
    "n_layers": "hidden layers",
    "n_hidden": "their width",
    "n_rad": "radial functions of each scalar; 0: the scalars themselves",
    "chunk_len": "states in a piece",
    "dt": "seconds between states",
    "integration_time": "seconds over which pieces begin, and of the rollouts",
    "seed": "of everything",
    "log_dir": "where a new run folder is made",
}


def settings(model: str, options: Mapping[str, Any]) -> PendulumSettings:
    """What is asked of the run."""
    radial, intervals = options["n_rad"], options["chunk_len"] - 1
    return PendulumSettings(
        model, "radial" if radial else "scalars", ntrain=options["ndata"], radial=radial,
        steps=steps_of(options) if radial else options["num_epochs"], batch=options["bs"] * intervals,
        lr=options["lr"], depth=options["n_layers"], width=options["n_hidden"], chunk=options["chunk_len"],
        dt=options["dt"], horizon=options["integration_time"], seed=options["seed"],
    )  # fmt: skip


def steps_of(options: Mapping[str, Any]) -> int:
    """The steps of an optimiser that goes through all pieces in every epoch, `bs` at a time."""
    steps: int = options["num_epochs"] * -(-options["ndata"] // options["bs"])
    return steps


def learn(asked: PendulumSettings, log_dir: str, features: str) -> int:
    """Learn, roll out, and say where everything is; 1 if no trajectory is predicted to its end."""
    se.enable_x64()
    folder = new_folder(Path(log_dir), f"pendulum-{asked.model}-{features}-n{asked.ntrain}-seed{asked.seed}")
    numbers = PendulumRun.of(asked).made(folder)
    print(json.dumps(numbers))
    print(f"run folder: {folder}; pictures: {folder / 'figures'}")
    return 0 if numbers["ended_early"] < asked.ntest else 1


def main(model: str, described: str | None, given: Sequence[str] | None = None) -> int:
    """Read the arguments and make the run."""
    parser = argparse.ArgumentParser(description=described, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in DEFAULTS.items():
        parser.add_argument(f"--{name}", type=type(default), default=default, help=f"{HELP[name]} ({default})")
    options = vars(parser.parse_args(given))
    return learn(settings(model, options), options["log_dir"], "scalars")


if __name__ == "__main__":
    raise SystemExit(main("hnn", __doc__))
