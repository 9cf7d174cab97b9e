"""The experiments with tensors: a fit of each task can be made, and a stress is the gradient of its energy."""

import json

import jax
import jax.numpy as jnp
import numpy as np
import pytest

import fibre_energy
import scalaremlp as se
import tensor_tasks
from fibre_energy import Stress, stress_of
from scalaremlp.data import DATASETS, fibre
from scalaremlp.groups import O
from scalaremlp.reps import Sym, T


def true_energy(x):
    """That of `data.fibre_energy`."""
    ((strain,), (a,)) = (Sym(2) + T(1))(O(3)).split(x)
    c = jnp.eye(3) + 2 * strain
    log_volume, square = jnp.log(jnp.linalg.det(c)) / 2, a @ c @ a
    solid = 1.5 * (jnp.trace(c) - 3 - 2 * log_volume) + 5 * log_volume**2
    return jnp.array([solid + 2.3632 / (2 * 0.8393) * jnp.expm1(0.8393 * (square - 1) ** 2)])


def test_the_stress_is_the_gradient_of_the_energy(key):
    data, energy = fibre(50, key=key), DATASETS["fibre_energy"](50, key=key)
    np.testing.assert_allclose(jax.jit(jax.vmap(true_energy))(data.x), energy.y, rtol=1e-11, atol=1e-12)
    np.testing.assert_allclose(jax.jit(jax.vmap(stress_of(true_energy)))(data.x), data.y, rtol=1e-10, atol=1e-11)
    assert float(jnp.abs(Stress().residuals(true_energy, (data.x, data.y), key)).max()) < 1e-10


def test_every_task_with_tensors_has_a_model():
    assert [*tensor_tasks.MODELS] == [name for name in DATASETS if name not in ("o5", "inertia", "particle")]


def test_a_run_is_made(tmp_path, capsys):
    (row,) = tensor_tasks.main(["neo_hookean", "--ntrain", "60", "--out", str(tmp_path)])
    assert row["relative_mse"] < 1e-3 and row["equivariance_error"] < 1e-10
    folder = tmp_path / "neo_hookean-n60-seed0"
    assert (folder / "figures" / "predicted.png").exists() and se.load(folder).rep_in == Sym(2)
    last = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert last["relative_mse"] == row["relative_mse"]


@pytest.mark.slow
def test_energy_from_stress_alone(tmp_path):
    errors = fibre_energy.main(["--ntrain", "100", "--out", str(tmp_path)])
    assert errors["energy, from stress"] < errors["energy"] and errors["energy, from stress"] < 1e-2
    assert (tmp_path / "figures" / "errors.png").exists() and (tmp_path / "numbers.json").exists()
