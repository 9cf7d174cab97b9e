"""A fit by two processes with half the samples each, beside one process with all: wall time and equality.

Every process has a core of its own and one BLAS thread, and finds what is compiled in a cache. The least of the
rounds counts, one process and two in turn: what else a machine does only makes them slower.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import numpy as np

from benchmarks.accuracy import append
from benchmarks.child import ALL_KEPT
from benchmarks.machine import ROOT, code, headline, made_with
from benchmarks.tables import number, table

BAR, EQUAL = 0.65, 1e-9  # of the wall time; relative difference of losses and predictions
_ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def add_options(parser: argparse.ArgumentParser) -> None:
    """What can be chosen on the command line."""
    parser.add_argument("--task", default="o5")
    parser.add_argument("--samples", type=int, default=30_000)
    parser.add_argument("--rounds", type=int, default=3, help="after one that fills the cache")
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "benchmarks" / "processes.jsonl")


def run(options: argparse.Namespace) -> int:
    """Measure and print; 1 if a bar is missed."""
    print(headline(), flush=True)
    if (os.cpu_count() or 1) < 2:
        print("Two processes need two cores. This machine has one.")
        return 2
    found: dict[int, list[dict[str, Any]]] = {1: [], 2: []}
    with tempfile.TemporaryDirectory() as cache:
        for turn in range(options.rounds + 1):
            for processes, rows in found.items():
                row = measured(processes, options.task, options.samples, cache)
                print(f"{processes} process{'es' * (processes > 1)}: {row['wall']:.1f} s", flush=True)
                rows += [row] if turn else []
    row = compared(found[1], found[2]) | {"task": options.task, "samples": options.samples}
    append(options.out, {**row, **made_with(code())})
    print("\n" + table([{name: each if isinstance(each, str) else number(each) for name, each in row.items()}]))
    return 0 if row["ratio"] <= BAR and row["difference"] <= EQUAL else 1


def compared(one: list[dict[str, Any]], two: list[dict[str, Any]]) -> dict[str, Any]:
    """Least seconds of whole processes, ratios of these, of fits and CPU times, and how far the results are apart.

    CPU time is that of the first process, which other work on the machine does not touch.

    Example:
        >>> row = {"wall": 4.0, "fit": 2.0, "cpu": 4.0, "values": [1.0, 2.0]}
        >>> compared([row], [{"wall": 2.0, "fit": 1.5, "cpu": 2.0, "values": [1.0, 2.5]}])
        {'one, s': 4.0, 'two, s': 2.0, 'ratio': 0.5, 'of the fit': 0.75, 'of CPU time': 0.5, 'difference': 0.2}
    """
    wall, fit, cpu = ([min(row[name] for row in rows) for rows in (one, two)] for name in ("wall", "fit", "cpu"))
    ours, theirs = np.array(two[0]["values"]), np.array(one[0]["values"])
    apart = np.inf if ours.shape != theirs.shape else float(np.max(np.abs(ours - theirs)) / np.max(np.abs(ours)))
    ratios = {"ratio": wall[1] / wall[0], "of the fit": fit[1] / fit[0], "of CPU time": cpu[1] / cpu[0]}
    return {"one, s": wall[0], "two, s": wall[1], **ratios, "difference": apart}


def measured(processes: int, task: str, samples: int, cache: str) -> dict[str, Any]:
    """What the first of so many processes prints, with the seconds until all have ended."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]), "JAX_COMPILATION_CACHE_DIR": cache}
    begun = perf_counter()
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.processes", *map(str, (each, processes, port, task, samples))],
            cwd=ROOT, env=os.environ | path | _ONE_THREAD | ALL_KEPT, stdout=subprocess.PIPE, text=True,
        )
        for each in range(processes)
    ]  # fmt: skip
    printed = [process.communicate()[0] for process in started]
    wall = perf_counter() - begun
    if any(process.returncode for process in started):
        raise SystemExit("a process has failed; what it said is above")
    found: dict[str, Any] = json.loads(printed[0].splitlines()[-1])
    return {**found, "wall": wall}


def main(process: int, processes: int, port: int, task: str, samples: int) -> None:
    """One process: fit by the default call, on its own core."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[process]})
    import jax
    import jax.random as jr

    import scalaremlp as se
    from scalaremlp.data import DATASETS

    if processes > 1:
        jax.distributed.initialize(f"127.0.0.1:{port}", processes, process)
    se.enable_x64()
    data = DATASETS[task](samples, key=jr.key(100))
    begun = perf_counter()
    alike: dict[str, Any] = {"permutation": True} if data.permutations else {}
    model = se.nn.ScalarMLP(data.rep_in, data.rep_out, data.group, **alike, key=jr.key(0))
    model, history = se.fit(model, data, key=jr.key(1), progress=False)
    outputs = np.asarray(jax.vmap(model)(data.x[:100])).ravel().tolist()
    found = {"fit": perf_counter() - begun, "cpu": process_time(), "values": outputs, "iterations": len(history)}
    if process == 0:
        print("\n" + json.dumps(found))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]), sys.argv[4], int(sys.argv[5]))
