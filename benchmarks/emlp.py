"""How long EMLP takes to build and to train, beside a plain network of the same width, in one process each task.

A step is one of Adam in float32 on 500 samples, both networks in turn. EMLP's first building in a process finds its
bases; it is timed after JAX has started.
"""

import argparse
import json
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks.accuracy import append
from benchmarks.machine import ROOT, code, headline, load, made_with
from benchmarks.tables import number, table

TASKS = ("o5", "inertia", "particle")
BATCH, WIDTH = 500, 384
RATIO, BUILD = (2.5, 2.0), (1.5, 1.0)  # bar and aim; seconds


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument("--tasks", nargs="+", choices=TASKS, default=TASKS)
    parser.add_argument("--rounds", type=int, default=7, help="of each measurement; 7")
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks" / "emlp.jsonl")


def run(options: argparse.Namespace) -> int:
    """Measure, print a table and append the figures to a file; 1 if a bar is missed."""
    print(headline(), flush=True)
    rows = []
    for task in options.tasks:
        words = [sys.executable, "-m", "benchmarks.emlp", task, str(options.rounds)]
        done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
        rows.append(json.loads(done.stdout.splitlines()[-1]))
        append(options.out, {**rows[-1], **made_with(code())})
        print(f"{task}: built in {number(rows[-1]['build, s'])} s", flush=True)
    shown = [{name: value if name == "task" else number(value) for name, value in row.items()} for row in rows]
    print("\n" + table(shown))
    print(f"\nbars: ratio {RATIO[0]:g} (aim {RATIO[1]:g}), build {BUILD[0]:g} s (aim {BUILD[1]:g}); load {load()}")
    return 0 if all(row["ratio"] <= RATIO[0] and row["build, s"] <= BUILD[0] for row in rows) else 1


def measure(task: str, rounds: int) -> dict[str, Any]:
    """Seconds to build EMLP, to compile a step, and milliseconds of a step of both networks."""
    import equinox as eqx
    import jax
    import jax.numpy as jnp
    import jax.random as jr
    import optax

    from benchmarks.timing import compiled, in_turn
    from scalaremlp.data import DATASETS
    from scalaremlp.nn import EMLP, MLP
    from scalaremlp.train import split_parameters

    data = DATASETS[task](BATCH, key=jr.key(0))
    types = data.rep_in, data.rep_out, data.group
    begun = perf_counter()
    emlp = jax.block_until_ready(EMLP(*types, width=WIDTH, key=jr.key(1)))
    build = perf_counter() - begun
    optimizer = optax.adam(3e-3)

    def step_of(model: Any) -> Any:
        parameters, rest = split_parameters(model.calibrate(data.x, data.y))

        def loss(parameters: Any, x: jax.Array, y: jax.Array) -> jax.Array:
            return jnp.mean((jax.vmap(eqx.combine(parameters, rest))(x) - y) ** 2)

        def step(parameters: Any, memory: Any, x: jax.Array, y: jax.Array) -> Any:
            gradient = jax.grad(loss)(parameters, x, y)
            updates, memory = optimizer.update(gradient, memory, parameters)
            return optax.apply_updates(parameters, updates), memory

        return compiled(step, parameters, optimizer.init(parameters), data.x, data.y)

    calls = {"mlp": step_of(MLP(*types, width=WIDTH, key=jr.key(1))), "emlp": step_of(emlp)}
    timings = in_turn(calls, rounds)
    return {
        "task": task,
        "ratio": timings["emlp"].median / timings["mlp"].median,
        "EMLP, ms": 1e3 * timings["emlp"].median,
        "MLP, ms": 1e3 * timings["mlp"].median,
        "build, s": build,
        "compile, s": timings["emlp"].compile,
    }


if __name__ == "__main__":
    print(json.dumps(measure(sys.argv[1], int(sys.argv[2]))))
