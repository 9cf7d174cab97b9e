"""What figures were made with: the machine, its load, and the state of the code."""

import hashlib
import os
import platform
import resource
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MEASURED = ("src/scalaremlp", "benchmarks/cells.py", "benchmarks/laws.py")


def machine() -> dict[str, str]:
    """Processor, cores and versions."""
    import jax

    versions = f"Python {platform.python_version()}, JAX {jax.__version__}"
    return {"machine": f"{_processor()}, {os.cpu_count()} cores, {platform.system()}", "versions": versions}


def load() -> float:
    """Processes that wanted to run, on average over the last minute; more than there are cores make timings noisy."""
    return round(os.getloadavg()[0], 1)


def code() -> str:
    """The last commit that changed what is measured and, if there are other files than its own, a digest of them.

    Figures of equal `code` can be put together.
    """
    commit = _git("log", "-1", "--format=%h", "--", *MEASURED) or "no commit"
    new = _git("ls-files", "--others", "--exclude-standard", "--", *MEASURED).splitlines()
    changes = _git("diff", "HEAD", "--", *MEASURED) + "".join((ROOT / file).read_text("utf-8") for file in new)
    return f"{commit}+{hashlib.sha256(changes.encode()).hexdigest()[:7]}" if changes else commit


def made_with(state: str) -> dict[str, object]:
    """What stands beside every figure: the state of the code, the machine and its load."""
    return {"code": state, "load": load(), **machine()}


def peak_bytes() -> int:
    """The most memory that this process has held.

    Linux counts in `ru_maxrss` what the process held that started this one, so its own account is read where there is
    one.
    """
    try:
        lines = Path("/proc/self/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    own = (int(line.split()[1]) for line in lines if line.startswith("VmHWM:"))
    return 1024 * next(own, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def headline() -> str:
    """One line to print above figures."""
    about = machine()
    return f"{about['machine']}; {about['versions']}; code {code()}; load {load()}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _git(*words: str) -> str:
    try:
        done = subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return done.stdout.strip()
