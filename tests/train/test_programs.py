"""A fit compiles few programs: each takes as long as many iterations."""

import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest
from programs import compiled

import scalaremlp as se
from scalaremlp._arrays import on_device
from scalaremlp.data import DATASETS

TASKS = {"o5": 120, "inertia": 90, "particle": 150}
MOST = {"o5": (1, 3), "inertia": (5, 5), "particle": (1, 6)}  # of the model and of a fit


@pytest.mark.parametrize("name", TASKS)
def test_few_programs_for_the_published_tasks(name, key):
    """Of the model the draws and the key, of a fit what is differentiated or predicted."""
    data = DATASETS[name](TASKS[name], key=jr.key(1))
    alike = {"permutation": True} if data.permutations else {}
    with compiled() as of_model:
        model = se.nn.ScalarMLP(data.rep_in, data.rep_out, data.group, **alike, key=key)
    with compiled() as of_fit:
        model, _ = se.fit(model, data, key=key)
    se.evaluate(model, data)
    with compiled() as of_evaluation:
        se.evaluate(model, data)
    assert 0 < len(of_model) <= MOST[name][0], of_model
    assert 0 < len(of_fit) <= MOST[name][1], of_fit
    assert len(of_evaluation) <= 1, of_evaluation


def test_an_array_is_put_on_the_device_without_a_program():
    with compiled() as names:
        found = on_device(np.arange(6.0).reshape(2, 3))
    assert names == [] and isinstance(found, jax.Array) and found.dtype == jnp.float64
    with compiled() as names:
        jnp.asarray(np.arange(6.0).reshape(2, 3)) + 1
    assert names, "programs are seen at all"


def test_it_does_not_change_with_the_array_it_was_made_from():
    """Of memory at the start of a cache line JAX makes no copy by itself."""
    room = np.zeros(64 + 8 * 12, np.uint8)
    start = -room.ctypes.data % 64
    values = room[start : start + 8 * 12].view(float).reshape(4, 3)
    found = on_device(values)
    values[:] = 1.0
    np.testing.assert_array_equal(found, np.zeros((4, 3)))
