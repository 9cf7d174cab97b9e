"""A measurement in a process of its own, so that its time includes compilation and nothing is left of another."""

import json
import os
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.machine import ROOT

_OF_OTHERS = ("JAX_COMPILATION_CACHE_DIR", "JAX_DISABLE_MOST_OPTIMIZATIONS")
_BLAS = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def measured(
    module: str,
    words: Sequence[str],
    limit: float,
    *,
    source: Path = ROOT / "src",
    one_thread: bool = False,
    python: str = sys.executable,
    more: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """The JSON object that `python -m module words` prints last, with the `process_seconds` of CPU it took.

    If it failed or lasted longer than `limit` seconds, `error` is all there is.

    Args:
        module: of this checkout.
        words: its arguments.
        limit: seconds.
        source: the folder with the library to measure.
        one_thread: whether BLAS has a single thread.
        python: the interpreter.
        more: of its environment.
    """
    kept = {name: value for name, value in os.environ.items() if name not in _OF_OTHERS}
    path = {"PYTHONPATH": os.pathsep.join([str(source), str(ROOT)])}  # never another installed version
    environment = kept | path | (_BLAS if one_thread else {}) | dict(more or {})
    before = _seconds_of_children()
    try:
        done = subprocess.run(
            [python, "-m", module, *words], cwd=ROOT, env=environment, capture_output=True, text=True,
            timeout=limit,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return {"error": f"not finished after {limit:g} seconds"}
    if done.returncode:
        return {"error": (done.stderr.strip().splitlines() or [f"exit status {done.returncode}"])[-1]}
    return {**json.loads(done.stdout.splitlines()[-1]), "process_seconds": round(_seconds_of_children() - before, 2)}


def _seconds_of_children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
