"""The loss of trajectories: against closed forms, its derivatives, and fits through it."""

import warnings

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree

import scalaremlp as se
from scalaremlp.data import Trajectories
from scalaremlp.dynamics import Composition, HamiltonianField, Oscillator, RungeKutta, sizes
from scalaremlp.groups import Trivial
from scalaremlp.reps import T
from scalaremlp.train import LevenbergMarquardt, TrajectoryMatching, split_parameters
from scalaremlp.train.second_order.linearise import linearise, squares_of
from scalaremlp.train.second_order.problem import make_problem

OMEGA = 2.0


def oscillations(n=6, k=4, omega=OMEGA):
    """Unit masses on springs of ω²."""
    rng = np.random.default_rng(0)
    amplitude, phase = rng.uniform(0.5, 1.5, (n, 1)), rng.uniform(0, 6, (n, 1))
    t = 0.2 * np.arange(k) + rng.uniform(0, 3, (n, 1))
    angle = np.asarray(omega) * t + phase
    z = np.stack([amplitude * np.cos(angle), -amplitude * omega * np.sin(angle)], axis=-1)
    return t, z


@pytest.mark.parametrize("whole", [False, True])
def test_residuals_vanish_for_the_true_field(whole, key):
    loss = TrajectoryMatching(HamiltonianField, RungeKutta(8, substeps=2), whole=whole)
    residuals = loss.residuals(Oscillator(spring=OMEGA**2), tuple(map(jnp.asarray, oscillations())), key)
    assert residuals.shape == (6, 6) and np.abs(residuals).max() < 1e-9


@pytest.mark.parametrize("whole", [False, True])
def test_residuals_against_the_closed_form(whole, key):
    """With another frequency, each interval from its own first state, or all from the first."""
    t, z = oscillations()
    wrong, expected = 1.5, np.empty((6, 3, 2))
    for i in range(6):
        for j in range(3):
            start = 0 if whole else j
            angle = wrong * (t[i, j + 1] - t[i, start])
            q, p = z[i, start]
            there = q * np.cos(angle) + p / wrong * np.sin(angle), p * np.cos(angle) - q * wrong * np.sin(angle)
            expected[i, j] = np.array(there) - z[i, j + 1]
    loss = TrajectoryMatching(HamiltonianField, RungeKutta(8, substeps=2), whole=whole)
    found = loss.residuals(Oscillator(spring=wrong**2), (jnp.asarray(t), jnp.asarray(z)), key)
    np.testing.assert_allclose(found, expected.reshape(6, 6), atol=1e-9)
    assert float(loss(Oscillator(spring=wrong**2), (jnp.asarray(t), jnp.asarray(z)), key)) == pytest.approx(
        np.mean(expected**2)
    )


class Spring(eqx.Module):
    """A Hamiltonian with one unknown, a factor, beside a frequency that is known for each piece."""

    factor: jax.Array

    def __call__(self, z, parameters):
        return (z[1] ** 2 + self.factor * parameters[0] ** 2 * z[0] ** 2) / 2


@pytest.mark.slow
def test_a_fit_with_parameters_of_each_piece(key):
    omega = np.linspace(0.5, 2, 6)[:, None]
    t, z = oscillations(omega=omega)
    data = Trajectories(t, z, omega, 2 * T(0), T(0), Trivial(1))
    model, history = se.fit(Spring(jnp.asarray(0.7)), data, loss=TrajectoryMatching(HamiltonianField), key=key)
    assert history.optimizer == "Levenberg-Marquardt"
    assert float(model.factor) == pytest.approx(1, abs=1e-6)


@pytest.mark.slow
def test_a_model_can_be_the_field_itself(key):
    t, z = oscillations()

    def field(model):
        return lambda state: model @ state

    settings = LevenbergMarquardt(steps=30, regularise=False)
    loss = TrajectoryMatching(field, RungeKutta(4, substeps=4))
    matrix, _ = se.fit(jnp.zeros((2, 2)), (t, z), loss=loss, optimizer=settings, key=key)
    np.testing.assert_allclose(matrix, [[0, 1], [-(OMEGA**2), 0]], atol=1e-4)
    itself = TrajectoryMatching(integrator=RungeKutta(4))
    residuals = itself.residuals(lambda state: jnp.zeros(2), (jnp.asarray(t), jnp.asarray(z)), key)
    np.testing.assert_allclose(residuals.reshape(6, 3, 2), -np.diff(z, axis=1), atol=1e-12)


@pytest.mark.slow
def test_gradients_of_the_whole_piece(key):
    batch = tuple(map(jnp.asarray, oscillations()))
    loss = TrajectoryMatching(HamiltonianField, RungeKutta(4), whole=True)

    @jax.jit
    def value(k):
        return loss(Oscillator(spring=k), batch, key)

    h = 1e-5
    expected = (value(3.0 + h) - value(3.0 - h)) / (2 * h)
    assert float(jax.jit(jax.grad(value))(3.0)) == pytest.approx(float(expected), rel=1e-6)
    assert float(jax.jit(jax.jacfwd(value))(3.0)) == pytest.approx(float(expected), rel=1e-6)


@pytest.mark.parametrize(
    "batch, text",
    [
        ((jnp.zeros((3, 1)), jnp.zeros((3, 1, 2))), r"k ≥ 2.* Got \(3, 1\), \(3, 1, 2\)\. Pass `data\.Trajectories`"),
        ((jnp.zeros((3, 4)), jnp.zeros((3, 2))), r"Got \(3, 4\), \(3, 2\)"),
        (jnp.zeros((3, 4)), r"Got None, None, None"),
    ],
)
def test_other_batches_are_refused(batch, text, key, unchecked):
    with pytest.raises(ValueError, match=text):
        TrajectoryMatching(HamiltonianField).residuals(Oscillator(), batch, key)


def noisy_oscillations(scale=0.05, seed=1):
    t, z = oscillations(6, 5)
    return jnp.asarray(t), jnp.asarray(z + scale * np.random.default_rng(seed).normal(size=z.shape))


def profiled(spring, t, z):
    """The least sum of squares over first states, for whole pieces: the oscillator makes it a linear problem."""
    omega, total = np.sqrt(spring), 0.0
    for times, states in zip(np.asarray(t), np.asarray(z), strict=True):
        angle = omega * (times - times[0])
        flow = np.stack(
            [
                np.stack([np.cos(angle), np.sin(angle) / omega], -1),
                np.stack([-omega * np.sin(angle), np.cos(angle)], -1),
            ],
            axis=1,
        )
        total += np.linalg.lstsq(flow.reshape(-1, 2), states.ravel(), rcond=None)[1].item()
    return total


ESTIMATE = TrajectoryMatching(HamiltonianField, RungeKutta(8, substeps=2), whole=True, estimate=True)


@pytest.mark.parametrize("spring", [2.0, 4.0, 5.0])
def test_estimated_first_states_are_the_best_ones(spring, key):
    t, z = noisy_oscillations()
    residuals = ESTIMATE.residuals(Oscillator(spring=spring), (t, z), key)
    assert residuals.shape == (6, 8)  # 5 states of size 2, less the 2 unknowns
    assert float(jnp.sum(residuals**2)) == pytest.approx(profiled(spring, t, z), rel=1e-8)


def test_the_gradient_with_estimated_first_states_is_that_of_the_profiled_sum(key):
    t, z = noisy_oscillations()

    def total(spring):
        return jnp.sum(ESTIMATE.residuals(Oscillator(spring=spring), (t, z), key) ** 2)

    step = 1e-4
    differences = (profiled(3.0 + step, t, z) - profiled(3.0 - step, t, z)) / (2 * step)
    assert float(jax.grad(total)(3.0)) == pytest.approx(differences, rel=1e-6)


def test_first_states_that_are_not_the_pieces_own_need_whole_pieces():
    with pytest.raises(ValueError, match=r"estimated from whole pieces\. Got whole=False\. Add whole=True\."):
        TrajectoryMatching(estimate=True)


def test_estimated_first_states_find_a_frequency_better_than_measured_ones(key):
    springs = jnp.linspace(3.0, 5.0, 101)

    def spread(estimate):
        """The root mean squared error of the best constant, over 20 draws of the noise."""
        loss = TrajectoryMatching(HamiltonianField, RungeKutta(4), whole=True, estimate=estimate)
        losses = jax.jit(jax.vmap(lambda spring, batch: loss(Oscillator(spring=spring), batch, key), (0, None)))
        best = [springs[jnp.argmin(losses(springs, noisy_oscillations(0.1, seed)))] for seed in range(20)]
        return float(jnp.sqrt(jnp.mean((jnp.stack(best) - OMEGA**2) ** 2)))

    assert spread(True) < 0.8 * spread(False)


def test_a_share_of_the_data_has_whole_pieces_where_first_states_are_estimated(key):
    """Single residuals are no functions there; the gradient of a share is that of the sum that is made small."""
    assert not ESTIMATE.separable and TrajectoryMatching(whole=True).separable
    method = LevenbergMarquardt(budget=2 * 50**2 * 100)  # fifty rows of a hundred parameters
    assert method.share(100, 8, 30) == (30, 1) and method.share(100, 8, 30, separable=False) == (6, 8)
    model, data = Oscillator(spring=3.0), noisy_oscillations()
    problem = make_problem(ESTIMATE, model, data, parameters=2, key=key)
    theta, chosen = ravel_pytree(split_parameters(model)[0])[0], np.arange(2)
    normal = linearise(problem, theta, chosen)  # forward: two parameters, eight residuals of a sample
    step = 1e-5 * jnp.eye(2)
    ends = [[squares_of(problem, theta + sign * each) for sign in (1, -1)] for each in step]
    np.testing.assert_allclose(normal.gradient, [(up - down) / 4e-5 for up, down in ends], rtol=1e-6)


MODES = [{}, {"whole": True}, {"whole": True, "estimate": True}]


@pytest.mark.parametrize("options", MODES, ids=["intervals", "whole", "estimate"])
def test_pieces_of_different_length_count_as_they_would_alone(options, key):
    """The sum of squares, and its derivative, of pieces of five and of three states."""
    t, z = (np.asarray(part) for part in noisy_oscillations())
    lengths = [5, 3, 5, 3, 3, 5]
    data = Trajectories(
        [row[:k] for row, k in zip(t, lengths, strict=True)], [row[:k] for row, k in zip(z, lengths, strict=True)],
        None, 2 * T(0), None, Trivial(1),
    )  # fmt: skip
    loss = TrajectoryMatching(HamiltonianField, RungeKutta(4), **options)

    def total(spring, batch):
        return jnp.sum(loss.residuals(Oscillator(spring=spring), batch, key) ** 2)

    both = jax.jit(jax.value_and_grad(total))
    found = both(3.0, data)
    alone = [both(3.0, (t[lengths == k, :k], z[lengths == k, :k])) for lengths in [np.array(lengths)] for k in (3, 5)]
    np.testing.assert_allclose(found, np.sum(alone, axis=0), rtol=1e-9)


def test_sizes_make_residuals_the_same_in_all_units(key):
    t, z = map(np.asarray, oscillations())
    plain = TrajectoryMatching(HamiltonianField, RungeKutta(4), scale=sizes(z))
    expected = plain.residuals(Oscillator(spring=3.0), (jnp.asarray(t), jnp.asarray(z)), key)
    length, mass, time = 1e-10, 1e-26, 1e-14
    states = z * np.array([length, mass * length / time])
    loss = TrajectoryMatching(HamiltonianField, RungeKutta(4), scale=sizes(states))
    atom = Oscillator(mass, 3.0 * mass / time**2)
    found = loss.residuals(atom, (jnp.asarray(t * time), jnp.asarray(states)), key)
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)
    assert np.abs(expected).max() > 0.01
    few, zero = r"for each of the 2 components of a state\. Got 1", r"above 0\. Got \[1\.0, 0"
    for scale, text in (([1.0], few), ([1.0, 0.0], zero)):
        with pytest.raises(ValueError, match=text):
            wrong = TrajectoryMatching(HamiltonianField, RungeKutta(4), scale=scale)
            wrong.residuals(Oscillator(), (jnp.asarray(t), jnp.asarray(z)), key)


def test_a_fit_warns_where_momenta_would_not_count(key):
    t, z = map(np.asarray, oscillations())
    states, settings = z * np.array([1e-10, 1e-22]), LevenbergMarquardt(steps=1, regularise=False)
    words = {"optimizer": settings, "key": key}
    told = r"sizes should be alike\. Got root mean squares .* Add scale=scalaremlp\.dynamics"
    with pytest.warns(UserWarning, match=told):
        se.fit(jnp.zeros((2, 2)), (t, states), loss=TrajectoryMatching(linear, RungeKutta(4)), **words)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for data, scale in ((states, sizes(states)), (z, None)):
            se.fit(jnp.zeros((2, 2)), (t, data), loss=TrajectoryMatching(linear, RungeKutta(4), scale=scale), **words)


def linear(model):
    return lambda state: model @ state


@pytest.mark.parametrize("whole", [False, True])
def test_a_field_of_time_is_matched_at_its_times(whole, key):
    """q″ + 4q = cos t, begun at different times."""
    t = 0.2 * np.arange(4) + np.array([[0.0], [1.3], [2.9]])
    z = np.stack([np.cos(t) - np.cos(2 * t), 2 * np.sin(2 * t) - np.sin(t)], axis=-1) / 3

    def field(model):
        return lambda now, state: jnp.stack([state[1], -model * state[0] + jnp.cos(now)])

    loss = TrajectoryMatching(field, RungeKutta(8, substeps=2), whole=whole, time=True)
    batch = jnp.asarray(t), jnp.asarray(z)
    assert np.abs(loss.residuals(4.0, batch, key)).max() < 1e-9 < 1e-3 < np.abs(loss.residuals(4.1, batch, key)).max()
    with pytest.raises(ValueError, match=r"knows the time of each stage\. Got Composition\. Use RungeKutta or Gauss"):
        TrajectoryMatching(field, Composition(), time=True)
