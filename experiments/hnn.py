"""A Hamiltonian network learns the double pendulum with springs, with the arguments of the EMLP research code.

python experiments/hnn.py --network EMLPH --group "DkeR3(6)"
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hnn_scalars import HELP, command, steps_of
from scalaremlp.cli import main as scalaremlp
from train_regression_scalars import new_folder

NETWORKS = {"EMLPH": "emlp", "MLPH": "mlp"}
DEFAULTS: dict[str, Any] = {
    "group": "O2eR3()", "ndata": 500, "num_epochs": 2000, "bs": 500, "lr": 3e-3, "num_layers": 3, "ch": 128,
    "seed": 2021, "log_dir": "./logs/",
}  # fmt: skip
_HELP = {
    "group": "of EMLP: the symmetry about the z-axis",
    "num_layers": "hidden layers",
    "ch": "components of a hidden layer",
}
_INTERVALS = 4  # in a piece of 5 states


def words(model: str, features: str, options: Mapping[str, Any]) -> list[str]:
    """What `scalaremlp pendulum` is to be told; a batch is of pieces, an epoch goes through all of them."""
    name = f"pendulum-{model}-{features}-n{options['ndata']}-seed{options['seed']}"
    told = {
        "model": model, "features": features, "ntrain": options["ndata"], "batch": options["bs"] * _INTERVALS,
        "steps": steps_of(options), "lr": options["lr"], "depth": options["num_layers"], "width": options["ch"],
        "seed": options["seed"],
        "out": new_folder(Path(options["log_dir"]), name),
    }  # fmt: skip
    told |= {"group": options["group"]} if features == "emlp" else {}
    return command(told)


def main(model: str, networks: Mapping[str, str], described: str | None, given: Sequence[str] | None = None) -> int:
    """Read the arguments, learn, roll out, and say where everything is."""
    parser = argparse.ArgumentParser(description=described, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", choices=networks, default=next(iter(networks)), help="equivariant or plain")
    for name, default in DEFAULTS.items():
        told = {**HELP, **_HELP}[name]
        parser.add_argument(f"--{name}", type=type(default), default=default, help=f"{told} ({default})")
    options = vars(parser.parse_args(given))
    return scalaremlp(words(model, networks[options["network"]], options))


if __name__ == "__main__":
    raise SystemExit(main("hnn", NETWORKS, __doc__))
