"""How long the data of the spring pendulum take to make, and how exact they are."""

import argparse
import time
from pathlib import Path
from typing import Any

from benchmarks.accuracy import append
from benchmarks.machine import ROOT, code, headline, load, made_with
from benchmarks.tables import table

TIMES = 151  # 30 s, every 0.2 s


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument("--systems", type=int, default=5000, help="how many trajectories")
    parser.add_argument("--tolerance", type=float, nargs="+", default=[1e-10, 1e-12], help="of each step")
    parser.add_argument("--solver", nargs="+", default=["Dopri8", "Tsit5"], help="solvers of Diffrax")
    parser.add_argument("--checked", type=int, default=512, help="trajectories to compare with a tolerance of 1e-13")
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks" / "pendulum.jsonl")


def run(options: argparse.Namespace) -> int:
    """Print seconds, processor seconds and the largest error for each solver and tolerance."""
    import jax.numpy as jnp
    import jax.random as jr
    import numpy as np

    import scalaremlp as se
    from scalaremlp.dynamics import Adaptive, HamiltonianField, SpringPendulum, rollout

    se.enable_x64()
    print(headline(), flush=True)
    starts = se.data.spring_pendulum(options.systems, key=jr.key(0), states=1, start=0, cache=False).z[:, 0]
    field, ts = HamiltonianField(SpringPendulum(published_potential=True)), np.arange(TIMES) * 0.2
    exact = rollout(field, starts[: options.checked], ts, method=Adaptive(rtol=1e-13, atol=1e-13)).states
    rows: list[dict[str, Any]] = []
    for solver in options.solver:
        for tolerance in options.tolerance:
            method = Adaptive(rtol=tolerance, atol=tolerance, solver=solver)
            seconds, processor = [], []
            for _ in range(2):  # the first time with compilation
                begin, used = time.perf_counter(), time.process_time()
                states = rollout(field, starts, ts, method=method).states.block_until_ready()
                seconds.append(time.perf_counter() - begin)
                processor.append(time.process_time() - used)
            error = float(jnp.abs(states[: options.checked] - exact).max())
            rows.append(
                {
                    "solver": solver,
                    "tolerance": f"{tolerance:g}",
                    "systems": str(options.systems),
                    "compile, s": f"{seconds[0] - seconds[1]:.1f}",
                    "run, s": f"{seconds[1]:.1f}",
                    "run, processor s": f"{processor[1]:.1f}",
                    "largest error": f"{error:.1e}",
                }
            )
            append(options.out, {**rows[-1], **made_with(code())})
    print("\n" + table(rows))
    print(f"\nload at the end: {load()}")
    return 0
