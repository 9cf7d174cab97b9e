"""Seconds on an accelerator, if there is one, and on the CPU of the same machine, in one short run.

Fits by the default call of o5 at 30 000 samples, of inertia at 3000, and of a network of 20 000 parameters to 300
samples of o5; a step of Adam in float64, and one of EMLP in float32. Every figure is from a process of its own: a fit
is made twice, and the second one finds what the first has compiled.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks.accuracy import append
from benchmarks.child import measured
from benchmarks.machine import ROOT, code, headline, load, made_with
from benchmarks.tables import number, table

FITS = {"o5": ("o5", 30_000), "inertia": ("inertia", 3000), "20 000 parameters": ("o5", 300)}
WHAT = (*FITS, "Adam's step", "EMLP's step")
WIDTH = 137  # of the network of 20 000 parameters
STEPS, ROUNDS = 20, 3  # of Adam in a round
FIND = "import jax; print(jax.devices()[0].platform, '|', jax.devices()[0].device_kind)"


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument("--only", nargs="+", choices=WHAT, default=WHAT)
    parser.add_argument("--limit", type=float, default=120.0, help="seconds for each figure; 120")
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks" / "device.jsonl")


def run(options: argparse.Namespace) -> int:
    """Measure and print a table; 1 if the accelerator that is there has failed."""
    print(headline(), flush=True)
    platform, kind = accelerator()
    print(kind if platform else "no accelerator: figures of the CPU alone", flush=True)
    rows = []
    for what in options.only:
        row: dict[str, Any] = {"what": what, "accelerator": kind}
        for place in filter(None, (platform, "cpu")):
            found = measured("benchmarks.device", (what, place), options.limit)
            row |= {f"{place}: {name}": value for name, value in found.items() if name != "process_seconds"}
        rows.append(row)
        append(options.out, {**row, **made_with(code())})
        print(row, flush=True)
    names = list(dict.fromkeys(name for row in rows for name in row if name != "accelerator"))
    print("\n" + table([{name: _shown(row.get(name, "")) for name in names} for row in rows]))
    print(f"\nload at the end: {load()}")
    return 1 if platform and any(f"{platform}: error" in row for row in rows) else 0


def accelerator() -> tuple[str, str]:
    """The platform and the kind of JAX's default device, asked in another process; nothing if that is the CPU."""
    asked = {name: value for name, value in os.environ.items() if name != "JAX_PLATFORMS"}
    done = subprocess.run([sys.executable, "-c", FIND], env=asked, capture_output=True, text=True, check=True)
    platform, _, kind = done.stdout.splitlines()[-1].partition(" | ")
    return ("", "") if platform == "cpu" else (platform, kind)


def fit_seconds(what: str) -> dict[str, Any]:
    """Seconds of a fit with what it compiles and without, its method, and its test error."""
    import jax.random as jr

    import scalaremlp as se
    from scalaremlp.data import DATASETS

    task, samples = FITS[what]
    data, test = (DATASETS[task](count, key=jr.key(seed)) for count, seed in ((samples, 100), (4000, 200)))
    options: dict[str, Any] = {"permutation": True} if data.permutations else {}
    options |= {} if what in DATASETS else {"width": WIDTH, "quadratic": False}
    seconds = []
    for _ in range(2):
        begun = perf_counter()
        model = se.nn.ScalarMLP(data.rep_in, data.rep_out, data.group, **options, key=jr.key(0))
        model, history = se.fit(model, data, key=jr.key(1), progress=False)
        seconds.append(perf_counter() - begun)
    error, size = se.evaluate(model, test)["mse"], se.train.count_parameters(model)
    return {"first, s": seconds[0], "again, s": seconds[1], "mse": error, "parameters": size, "by": history.optimizer}


def measure(what: str, platform: str) -> dict[str, Any]:
    """One figure on one kind of device."""
    import jax

    jax.config.update("jax_platforms", platform)
    jax.config.update("jax_enable_x64", True)
    if what in FITS:
        return fit_seconds(what)
    if what == "EMLP's step":
        from benchmarks.emlp import measure as emlp

        jax.config.update("jax_enable_x64", False)
        found = emlp("inertia", ROUNDS)
        return {"step, ms": found["EMLP, ms"], "plain, ms": found["MLP, ms"]}
    import jax.numpy as jnp

    from benchmarks.adam_step import BARE, OURS, time_adam

    timings = time_adam(jnp.float64, STEPS, ROUNDS)
    return {"step, ms": 1e3 * median(timings[OURS].rounds), "plain, ms": 1e3 * median(timings[BARE].rounds)}


def _shown(value: Any) -> str:
    return value if isinstance(value, str) else number(value)


if __name__ == "__main__":
    print(json.dumps(measure(*sys.argv[1:])))
