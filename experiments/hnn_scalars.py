"""A Hamiltonian network of invariant scalars learns the double pendulum with springs, as in the ScalarEMLP code.

    python experiments/hnn_scalars.py   # radial functions and Adam, as published
    python experiments/hnn_scalars.py --n_rad 0 --n_hidden 8 --n_layers 2 --num_epochs 200

With n_rad = 0 the network is ours, fitted by Levenberg-Marquardt: an epoch is an iteration, bs and lr mean nothing.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from scalaremlp.cli import main as scalaremlp
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


def words(model: str, options: dict[str, Any]) -> list[str]:
    """What `scalaremlp pendulum` is to be told."""
    radial, intervals = options["n_rad"] > 0, options["chunk_len"] - 1
    steps = steps_of(options) if radial else options["num_epochs"]
    out = new_folder(Path(options["log_dir"]), f"pendulum-{model}-scalars-n{options['ndata']}-seed{options['seed']}")
    told = {
        "model": model, "features": "radial" if radial else "scalars", "ntrain": options["ndata"], "steps": steps,
        "batch": options["bs"] * intervals, "lr": options["lr"], "depth": options["n_layers"],
        "width": options["n_hidden"], "chunk": options["chunk_len"], "dt": options["dt"],
        "horizon": options["integration_time"], "seed": options["seed"], "out": out,
    }  # fmt: skip
    told |= {"radial": options["n_rad"]} if radial else {}
    return command(told)


def steps_of(options: Mapping[str, Any]) -> int:
    """The steps of an optimiser that goes through all pieces in every epoch, `bs` at a time."""
    steps: int = options["num_epochs"] * -(-options["ndata"] // options["bs"])
    return steps


def command(told: Mapping[str, Any]) -> list[str]:
    """`scalaremlp pendulum` with these options."""
    return ["pendulum", *(word for name, value in told.items() for word in (f"--{name}", str(value)))]


def main(model: str, described: str | None, given: Sequence[str] | None = None) -> int:
    """Read the arguments, learn, roll out, and say where everything is."""
    parser = argparse.ArgumentParser(description=described, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name, default in DEFAULTS.items():
        parser.add_argument(f"--{name}", type=type(default), default=default, help=f"{HELP[name]} ({default})")
    return scalaremlp(words(model, vars(parser.parse_args(given))))


if __name__ == "__main__":
    raise SystemExit(main("hnn", __doc__))
