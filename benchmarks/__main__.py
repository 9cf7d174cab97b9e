"""The command line of the benchmarks."""

import argparse
import sys

from benchmarks import (
    accuracy,
    bases,
    compare_groups,
    device,
    discover,
    dynamics,
    emlp,
    equivariance,
    fit,
    intervals,
    pendulum,
    processes,
    readme,
    reproduction,
    scales,
    speed,
    tensors,
    verdicts,
)

# A new benchmark is one module with `add_options` and `run`, and one line here.
BENCHMARKS = {
    "accuracy": accuracy,
    "fit": fit,
    "bases": bases,
    "emlp": emlp,
    "intervals": intervals,
    "compare_groups": compare_groups,
    "equivariance": equivariance,
    "scales": scales,
    "speed": speed,
    "pendulum": pendulum,
    "device": device,
    "discover": discover,
    "dynamics": dynamics,
    "reproduction": reproduction,
    "processes": processes,
    "readme": readme,
    "tensors": tensors,
    "verdicts": verdicts,
}


def main() -> int:
    """Run the benchmark that was asked for."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks", description="Accuracy, equivariance and speed of scalaremlp."
    )
    commands = parser.add_subparsers(dest="name", required=True)
    for name, module in BENCHMARKS.items():
        text = (module.__doc__ or "").strip()
        module.add_options(commands.add_parser(name, help=text.partition("\n")[0], description=text))
    options = parser.parse_args()
    return BENCHMARKS[options.name].run(options)


if __name__ == "__main__":
    sys.exit(main())
