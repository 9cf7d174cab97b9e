"""Importing scalaremlp, in new processes, against importing JAX and Equinox.

The package loads its parts when they are first used, so `import scalaremlp` alone costs next to nothing; what is
compared with the bar is importing it together with every name that a fit of one's own data needs.
"""

import os
import subprocess
import sys

from benchmarks.machine import ROOT
from benchmarks.timing import Timing

BARE, OURS = "bare", "import"
PROGRAMS = {
    BARE: "import jax, equinox",
    OURS: "import jax, equinox, scalaremlp as se; se.groups, se.reps, se.scalars, se.nn, se.data, se.train, se.fit",
    "import alone": "import scalaremlp",
}


def time_imports(rounds: int) -> dict[str, Timing]:
    """Seconds inside the new interpreter, without its own start."""
    for name in PROGRAMS:  # files that are read for the first time, and bytecode
        _seconds(name)
    rows = [{name: _seconds(name) for name in PROGRAMS} for _ in range(rounds)]
    return {name: Timing(0.0, tuple(row[name] for row in rows)) for name in PROGRAMS}


def _seconds(name: str) -> float:
    program = f"from time import perf_counter\nt = perf_counter()\n{PROGRAMS[name]}\nprint(perf_counter() - t)"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT / "src"), *filter(None, sys.path)])}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=True)
    return float(done.stdout)
