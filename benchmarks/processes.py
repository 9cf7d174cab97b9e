"""A fit by two processes with half the samples each, beside one process with all: wall time and equality.

Every process has a core of its own and one BLAS thread, and fits twice: the second time all programs are compiled.
JAX's cache on disk would not do, since of several processes on CPUs only the first ever finds a program there
(`findings/jax-cache-of-processes.sh`); whole processes with that cache stand beside. The least of the rounds counts,
one process and two in turn: what else a machine does only makes them slower.
"""

import argparse
import json
import os
import socket
import subprocess
import sys
import tempfile
from pathlib import Path
from time import perf_counter, process_time, time
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
                print(f"{processes} process{'es' * (processes > 1)}: {row['again']:.1f} s", flush=True)
                rows += [row] if turn else []
    row = compared(found[1], found[2]) | {"task": options.task, "samples": options.samples}
    append(options.out, {**row, **made_with(code())})
    print("\n" + table([{name: each if isinstance(each, str) else number(each) for name, each in row.items()}]))
    return 0 if row["ratio"] <= BAR and row["difference"] <= EQUAL else 1


def compared(one: list[dict[str, Any]], two: list[dict[str, Any]]) -> dict[str, Any]:
    """Least seconds of fits with compiled programs, ratios of these, their CPU times and the whole, and the difference.

    CPU time is that of the first process, which other work on the machine does not touch. The whole is a process from
    its start to the end of its first fit, with a cache on disk.

    Example:
        >>> row = {"again": 4.0, "first": 8.0, "cpu": 4.0, "values": [1.0, 2.0]}
        >>> compared([row], [{"again": 2.0, "first": 6.0, "cpu": 2.0, "values": [1.0, 2.5]}])
        {'one, s': 4.0, 'two, s': 2.0, 'ratio': 0.5, 'of CPU time': 0.5, 'of the whole': 0.75, 'difference': 0.2}
    """
    fit, cpu, first = ([min(row[name] for row in rows) for rows in (one, two)] for name in ("again", "cpu", "first"))
    ours, theirs = np.array(two[0]["values"]), np.array(one[0]["values"])
    apart = np.inf if ours.shape != theirs.shape else float(np.max(np.abs(ours - theirs)) / np.max(np.abs(ours)))
    ratios = {"ratio": fit[1] / fit[0], "of CPU time": cpu[1] / cpu[0], "of the whole": first[1] / first[0]}
    return {"one, s": fit[0], "two, s": fit[1], **ratios, "difference": apart}


def measured(processes: int, task: str, samples: int, cache: str) -> dict[str, Any]:
    """What the first of so many processes prints."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    path = {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)]), "JAX_COMPILATION_CACHE_DIR": cache}
    begun = time()
    started = [
        subprocess.Popen(
            [sys.executable, "-m", "benchmarks.processes", *map(str, (each, processes, port, task, samples, begun))],
            cwd=ROOT, env=os.environ | path | _ONE_THREAD | ALL_KEPT, stdout=subprocess.PIPE, text=True,
        )
        for each in range(processes)
    ]  # fmt: skip
    printed = [process.communicate()[0] for process in started]
    if any(process.returncode for process in started):
        raise SystemExit("a process has failed; what it said is above")
    found: dict[str, Any] = json.loads(printed[0].splitlines()[-1])
    return found


def main(process: int, processes: int, port: int, task: str, samples: int, started: float) -> None:
    """One process, on its own core: two fits by the default call."""
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
    alike: dict[str, Any] = {"permutation": True} if data.permutations else {}

    def fitted() -> tuple[Any, Any]:
        model = se.nn.ScalarMLP(data.rep_in, data.rep_out, data.group, **alike, key=jr.key(0))
        return se.fit(model, data, key=jr.key(1), progress=False)

    fitted()
    first, begun, cpu = time() - started, perf_counter(), process_time()
    model, history = fitted()
    found = {"first": first, "again": perf_counter() - begun, "cpu": process_time() - cpu, "iterations": len(history)}
    if process == 0:
        print("\n" + json.dumps({**found, "values": np.asarray(jax.vmap(model)(data.x[:100])).ravel().tolist()}))


if __name__ == "__main__":
    main(*map(int, sys.argv[1:4]), sys.argv[4], int(sys.argv[5]), float(sys.argv[6]))
