"""How many matrices of the size of the parameters a fit holds at once, as a process of its own sees it."""

import subprocess
import sys

import pytest

FEW, MANY = 2000, 4000
FIT = f"""
import resource
import jax.numpy as jnp, jax.random as jr, numpy as np
import scalaremlp as se
from scalaremlp.train import LevenbergMarquardt

se.enable_x64()

class Wave(se.train.LeastSquares):
    def residuals(self, model, batch, key):
        x, y = batch
        return jnp.tanh(jnp.sin(x @ model).sum(axis=1, keepdims=True)) - y

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024

def fitted(size, samples):
    rng = np.random.default_rng(0)
    data = (jnp.asarray(rng.standard_normal((samples, 10))), jnp.asarray(rng.standard_normal((samples, 1))))
    start = jnp.asarray(0.1 * rng.standard_normal((10, size)))
    method = LevenbergMarquardt(steps=2, rows=np.inf, budget=1e15, chunk=64)
    return se.fit(start, data, loss=Wave(), optimizer=method, validation=None, key=jr.key(0), progress=False)

fitted({FEW} // 10, {FEW} + 100)
before = peak()
fitted({MANY} // 10, {MANY} + 100)
print((peak() - before) / (8 * ({MANY}**2 - {FEW}**2)))
"""


@pytest.mark.slow
def test_a_fit_holds_fewer_than_three_matrices_at_once():
    """JᵀJ, its factor, and what BLAS and the allocator keep."""
    found = subprocess.run([sys.executable, "-c", FIT], capture_output=True, text=True, check=True)
    assert 2.0 < float(found.stdout) < 3.0
