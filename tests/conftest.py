"""Settings of the whole suite: float64, a headless plot backend, and shapes and types checked at run time."""

import ctypes
import gc
import os
import sys
from functools import cache
from pathlib import Path

os.environ.setdefault("MPLBACKEND", "Agg")

# Compilation is most of the suite's time: little is optimised, and what one process compiled all others find, also in
# the next run. The figures of speed are those of `benchmarks`, where neither holds.
os.environ.setdefault("JAX_DISABLE_MOST_OPTIMIZATIONS", "true")
os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(Path(__file__).parents[1] / ".pytest_cache" / "jax"))
os.environ.setdefault("SCALAREMLP_CACHE", str(Path(__file__).parents[1] / ".pytest_cache" / "scalaremlp"))
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "-1")
# The newer of XLA's two ways to write loops takes twice as long to compile a small function.
if "xla_cpu_use_fusion_emitters" not in (flags := os.environ.get("XLA_FLAGS", "")):
    os.environ["XLA_FLAGS"] = f"{flags} --xla_cpu_use_fusion_emitters=false".strip()
# An entry that another process is still writing, or that a full disk cut off, is compiled again without a warning.
os.environ.setdefault("PYTHONWARNINGS", "ignore:Error reading persistent,ignore:Error writing persistent")

# Side by side, each process keeps to a core of its own: JAX's threads would otherwise wait for those of the others.
if (worker := os.environ.get("PYTEST_XDIST_WORKER")) and hasattr(os, "sched_setaffinity"):
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[int(worker.removeprefix("gw")) % len(cores)]})

import jax
import pytest
import runtime_types
from jax._src.interpreters import mlir
from jaxtyping import config

# Before any test imports the package: annotations such as Float[Array, "n d"] are then checked at every call.
runtime_types.install("scalaremlp")

jax.config.update("jax_enable_x64", True)

# JAX and the checks of types leave many objects that live on: looking for cycles among them takes a tenth of the time.
gc.set_threshold(100_000, 20, 100)

malloc_trim = getattr(ctypes.CDLL(None), "malloc_trim", None) if sys.platform == "linux" else None  # of the GNU library

# JAX makes a context of MLIR, with every dialect in it, for each function that it compiles, which takes as long as
# writing a small function down in one. Here one serves until what was compiled is let go of.
contexts = cache(getattr(mlir, "make_ir_context", lambda: None))
if hasattr(mlir, "make_ir_context"):  # private: a version of JAX without it only takes longer
    mlir.make_ir_context = lambda: contexts()

# What a process has compiled since it last let go of that.
compiled = []
jax.monitoring.register_event_duration_secs_listener(
    lambda event, *_, **__: compiled.append(event) if event == "/jax/core/compile/backend_compile_duration" else None
)


def pytest_collection_finish():
    """What was imported stays: no need to look for cycles there again."""
    gc.freeze()


def pytest_runtest_teardown(item, nextitem):
    """Let go of what was compiled if that is much, after a file or within a large one.

    JAX keeps all that a process compiles, 1.6 MB for a small function. What later tests share with the earlier ones is
    read from disk.
    """
    ends = nextitem is None or nextitem.path != item.path
    if len(compiled) > (300 if ends else 600):
        compiled.clear()
        jax.clear_caches()
        contexts.cache_clear()
        gc.collect()
        if malloc_trim is not None:  # what was freed stays in small pieces otherwise, two thirds of a process
            malloc_trim(0)


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
