"""A Hamiltonian network learns the double pendulum with springs, with the arguments of the EMLP research code.

python experiments/hnn.py --network EMLPH --group "DkeR3(6)"
"""

import argparse
from collections.abc import Mapping, Sequence
from typing import Any

from hnn_scalars import HELP, learn, steps_of
from scalaremlp.runs.settings import PendulumSettings

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


def settings(model: str, features: str, options: Mapping[str, Any]) -> PendulumSettings:
    """What is asked of the run; a batch is of pieces, an epoch goes through all of them."""
    return PendulumSettings(
        model, features, options["group"] if features == "emlp" else "", ntrain=options["ndata"],
        batch=options["bs"] * _INTERVALS, steps=steps_of(options), lr=options["lr"], depth=options["num_layers"],
        width=options["ch"], seed=options["seed"],
    )  # fmt: skip


def main(model: str, networks: Mapping[str, str], described: str | None, given: Sequence[str] | None = None) -> int:
    """Read the arguments and make the run."""
    parser = argparse.ArgumentParser(description=described, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--network", choices=networks, default=next(iter(networks)), help="equivariant or plain")
    for name, default in DEFAULTS.items():
        told = {**HELP, **_HELP}[name]
        parser.add_argument(f"--{name}", type=type(default), default=default, help=f"{told} ({default})")
    options = vars(parser.parse_args(given))
    features = networks[options["network"]]
    return learn(settings(model, features, options), options["log_dir"], features)


if __name__ == "__main__":
    raise SystemExit(main("hnn", NETWORKS, __doc__))
