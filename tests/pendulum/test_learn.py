"""Fits of small models, their rollouts, and what is written."""

import csv

import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

import scalaremlp as se
from scalaremlp.dynamics import HamiltonianField, SpringPendulum
from scalaremlp.pendulum import Pendulum, _learn, adam, draw, learn, predict, samples, second_order, write_errors
from scalaremlp.runs.pendulum import optimizer_of
from scalaremlp.runs.settings import PendulumSettings
from scalaremlp.train import History

SMALL = {"horizon": 2.0, "cache": False}


@pytest.fixture(scope="module")
def learned():
    """A Hamiltonian network of 40 systems with noise, its data, and what it predicts."""
    data = samples(40, ntest=4, noise=0.01, **SMALL)
    model = Pendulum("hnn", "scalars", width=3, depth=1, key=jr.key(0))
    model, history = learn(model, data, noisy=True, optimizer=second_order(8), key=jr.key(1))
    return model, history, data, predict(model, data.test)


@pytest.mark.slow
def test_noise_is_averaged_over(learned):
    """The rest is the noise, less what the 40 first states of size 12 take of it; rollouts are far better than that."""
    _, history, _, prediction = learned
    assert history["validation"][-1] == pytest.approx(0.01**2, rel=0.3)
    assert prediction.error.without_start < 0.01
    numbers = prediction.numbers()
    assert numbers["ended_early"] == 0 and numbers["rollout_error"] < numbers["rollout_error_without_start"]


def test_with_noise_the_budget_is_larger(monkeypatch):
    """So that all pieces are seen: the same from Python and from the settings of a run."""
    taken = []

    def fitted(model, *_, optimizer, **__):
        taken.append(optimizer)
        return model, History()

    monkeypatch.setattr(_learn, "fit", fitted)
    model, data = Pendulum("hnn", "scalars", width=3, depth=1, key=jr.key(0)), samples(2, ntest=1, **SMALL)
    for noisy in (False, True):
        learn(model, data, noisy=noisy, key=jr.key(1))
    assert taken == [optimizer_of(PendulumSettings(noise=noise)) for noise in (0.0, 0.01)]
    assert taken == [second_order(), second_order(noisy=True)] and taken[1].budget > taken[0].budget


@pytest.mark.slow
def test_what_is_written(learned, tmp_path):
    _, _, data, prediction = learned
    write_errors(tmp_path, prediction, data.test)
    pictures = draw(tmp_path, prediction, data.test, film="")
    rows = list(csv.DictReader((tmp_path / "errors.csv").open()))
    assert [float(row["time_s"]) for row in rows] == pytest.approx(list(0.2 * np.arange(10)))
    np.testing.assert_allclose([float(row["relative_error"]) for row in rows], prediction.error.by_time, rtol=1e-7)
    assert [path.name for path in pictures] == ["phase_space.png", "errors.png", "conserved.png"]
    assert all(path.stat().st_size > 10_000 for path in pictures)


def test_the_true_field_predicts_the_test():
    data = samples(4, ntest=4, **SMALL)

    class Truth(Pendulum):
        def __init__(self):
            self.network, self.kind, self.features, self.constants = None, "hnn", "scalars", False

        def __call__(self, z, parameters):
            return SpringPendulum(published_potential=True)(z, parameters)

    prediction = predict(Truth(), data.test)
    assert prediction.error.published == pytest.approx(1e-7) and prediction.mse(data.test) < 1e-17
    assert isinstance(se.pendulum.vector_field(Truth()), HamiltonianField)


def test_seeds_give_other_systems_to_learn_from_and_the_same_to_test_on():
    first, second = (samples(4, ntest=4, seed=seed, **SMALL) for seed in (0, 1))
    assert bool((first.train.z != second.train.z).all()) and bool((first.test.z == second.test.z).all())
    assert bool((first.train.z[:, 0] != first.validation.z[:, 0]).all())


def test_gravity_turned_in_the_test_alone():
    data = samples(4, ntest=4, turned_test=True, **SMALL)
    down = jnp.array([0.0, 0.0, -1.0])
    assert bool((data.train.parameters[:, 6:] == down).all())
    g = data.test.parameters[:, 6:]
    np.testing.assert_allclose(jnp.linalg.norm(g, axis=1), 1.0)
    assert float(jnp.abs(g - down).max()) > 0.1


def test_a_step_of_the_baselines_sees_the_intervals_of_500_pieces():
    assert adam().batch_size == 500 * (samples(4, ntest=4, **SMALL).train.t.shape[1] - 1)
