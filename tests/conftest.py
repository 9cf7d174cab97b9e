"""Settings of the whole suite: float64, a headless plot backend, and shapes and types checked at run time."""

import gc
import os
from pathlib import Path

os.environ.setdefault("MPLBACKEND", "Agg")

# Compilation is most of the suite's time: little is optimised, and what one process compiled all others find, also in
# the next run. The figures of speed are those of `benchmarks`, where neither holds.
os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "true")
os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(Path(__file__).parents[1] / ".pytest_cache" / "jax"))
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "-1")
# An entry that another process is still writing, or that a full disk cut off, is compiled again without a warning.
os.environ.setdefault("PYTHONWARNINGS", "ignore:Error reading persistent,ignore:Error writing persistent")

# Side by side, each process keeps to a core of its own: JAX's threads would otherwise wait for those of the others.
if (worker := os.environ.get("PYTEST_XDIST_WORKER")) and hasattr(os, "sched_setaffinity"):
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[int(worker.removeprefix("gw")) % len(cores)]})

import jax
import pytest
from jaxtyping import config, install_import_hook

# Before any test imports the package: annotations such as Float[Array, "n d"] are then checked at every call.
install_import_hook("scalaremlp", "runtime_types.check")

jax.config.update("jax_enable_x64", True)

# JAX and the checks of types leave many objects that live on: looking for cycles among them takes a tenth of the time.
gc.set_threshold(100_000, 20, 100)


@pytest.fixture
def key() -> jax.Array:
    """A fixed random key."""
    return jax.random.key(0)


@pytest.fixture
def unchecked():
    """Shapes and types go unchecked, as for users, so that the library's own errors can be seen."""
    config.update("jaxtyping_disable", True)
    yield
    config.update("jaxtyping_disable", False)
