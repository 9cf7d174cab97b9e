"""Settings of the whole suite: float64, a headless plot backend, and shapes and types checked at run time."""

import os

os.environ.setdefault("MPLBACKEND", "Agg")

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
