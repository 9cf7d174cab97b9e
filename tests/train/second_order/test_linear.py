"""The solve for the linear parameters: exact laws to rounding, noise held back, all else left alone."""

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax.flatten_util import ravel_pytree

from scalaremlp.train import Ending, FirstOrder, Regression, split_parameters
from scalaremlp.train.second_order.flat import linear_entries, prior_groups
from scalaremlp.train.second_order.linear import FLOOR, first_ratios, fit_linear, solve_linear
from scalaremlp.train.second_order.linearise import squares_of
from scalaremlp.train.second_order.problem import make_problem


class Law(eqx.Module):
    """Linear in `w`, and not in `bend`."""

    bend: jax.Array
    w: jax.Array
    offers: bool = eqx.field(static=True, default=True)

    def __call__(self, x):
        return self.w @ x + self.w[:, 0] * jnp.sin(self.bend @ x)

    def linear_parameters(self):
        return Law(False, self.offers, self.offers)


def law(size, *, bend=0.0, offers=True):
    return Law(jnp.full((1, size), bend), jnp.zeros((1, size)), offers)


def solve(model, data, key, regularise=True):
    """The solve on all the data, and Σr² before it and after."""
    parameters = split_parameters(model)[0]
    theta, group = ravel_pytree(parameters)[0], prior_groups(model, parameters)
    problem = make_problem(Regression(), model, data, parameters=theta.size, key=key)
    unit = float(squares_of(problem, theta))
    entries = linear_entries(model, parameters)
    first = first_ratios(unit if regularise else 0.0, group)
    found = solve_linear(problem, theta, group, entries, first, unit=unit, regularise=regularise)
    assert found.squares == float(squares_of(problem, found.theta))
    return problem.model(found.theta), found, unit


def inputs(samples, size, seed=0):
    return np.random.default_rng(seed).standard_normal((samples, size))


def output(model, x):
    return jax.vmap(model)(jnp.asarray(x))


@pytest.mark.parametrize(
    "scales, regularise", [(np.ones(6), True), (np.logspace(-3, 3, 6), True), (np.logspace(-3, 3, 6), False)]
)
def test_a_linear_law_is_found_to_rounding(scales, regularise, key):
    x, w = inputs(40, 6) * scales, inputs(1, 6, seed=1)
    model, found, unit = solve(law(6), (jnp.asarray(x), jnp.asarray(x @ w.T)), key, regularise)
    assert found.squares < FLOOR * unit
    np.testing.assert_allclose(model.w * scales, w * scales, rtol=1e-7, atol=1e-10 * np.abs(w * scales).max())
    fresh = inputs(20, 6, seed=2) * scales
    np.testing.assert_allclose(output(model, fresh), fresh @ w.T, atol=1e-10 * np.abs(fresh @ w.T).max())


def test_equal_columns_share_a_law(key):
    """The sum of their weights is what the data say, and neither is large."""
    x = inputs(40, 4)
    x = np.c_[x, x[:, 1], x[:, 2] + x[:, 3]]
    y = x @ np.array([[1.0], [2.0], [-1.0], [0.5], [0.0], [0.0]])
    model, found, unit = solve(law(6), (jnp.asarray(x), jnp.asarray(y)), key)
    assert found.squares < FLOOR * unit
    w = np.asarray(model.w[0])
    assert np.linalg.norm(w) < 1.1 * np.linalg.norm(np.linalg.lstsq(x, y)[0])
    np.testing.assert_allclose([w[0], w[1] + w[4], w[2] + w[5], w[3] + w[5]], [1, 2, -1, 0.5], atol=1e-9)


def test_more_parameters_than_samples_of_a_low_rank(key):
    """Inputs in 5 dimensions of 40: 20 samples say all there is to know."""
    plane = inputs(5, 40, seed=3)
    x, fresh, w = inputs(20, 5) @ plane, inputs(30, 5, seed=1) @ plane, inputs(40, 1, seed=2)
    model, found, unit = solve(law(40), (jnp.asarray(x), jnp.asarray(x @ w)), key)
    assert found.squares < FLOOR * unit
    np.testing.assert_allclose(output(model, fresh), fresh @ w, atol=1e-8)
    assert float(jnp.linalg.norm(model.w)) < 1.1 * np.linalg.norm(np.linalg.pinv(plane) @ (plane @ w))


def test_more_parameters_than_samples_stay_small(key):
    """Of the many solutions one near the shortest, not a large one."""
    x, w = inputs(20, 40), inputs(40, 1, seed=1)
    model, found, unit = solve(law(40), (jnp.asarray(x), jnp.asarray(x @ w)), key)
    shortest = np.linalg.pinv(x) @ (x @ w)
    assert found.squares < 0.3 * unit and float(jnp.linalg.norm(model.w)) < 1.001 * np.linalg.norm(shortest)


def noisy(samples, seed, signal=0.05):
    x, w = inputs(samples, 40, seed), signal * inputs(40, 1, seed + 100)
    return x, w, x @ w + 0.5 * inputs(samples, 1, seed + 200)


def test_without_regularisation_it_is_least_squares(key):
    x, _, y = noisy(60, 0)
    model, found, _ = solve(law(40), (jnp.asarray(x), jnp.asarray(y)), key, regularise=False)
    np.testing.assert_allclose(model.w[0], np.linalg.lstsq(x, y)[0][:, 0], rtol=1e-9)
    assert found.squares == pytest.approx(np.linalg.lstsq(x, y)[1][0], rel=1e-12)


def test_noise_is_not_fitted(key):
    """|w - truth|², the error on fresh data, against that of least squares."""
    better = []
    for seed in range(3):
        x, w, y = noisy(60, seed)
        model, _, _ = solve(law(40), (jnp.asarray(x), jnp.asarray(y)), key)
        better.append(np.sum((model.w[0] - w[:, 0]) ** 2) / np.sum((np.linalg.lstsq(x, y)[0] - w) ** 2))
    assert max(better) < 0.5


def test_pure_noise_is_not_interpolated(key):
    """20 samples, 40 parameters: the log evidence of noise is -17.3, and that of a law without noise -21.4."""
    data = (jnp.asarray(inputs(20, 40)), jnp.asarray(inputs(20, 1, seed=1)))
    _, found, unit = solve(law(40), data, key)
    assert found.squares > 0.3 * unit and not fit_linear(Regression(), law(40), data, key=key)[1]


def test_all_else_stays(key):
    x, y = inputs(40, 6), inputs(40, 1, seed=1)
    data = (jnp.asarray(x), jnp.asarray(y))
    model, _, _ = solve(law(6, bend=0.7), data, key, regularise=False)
    np.testing.assert_array_equal(model.bend, np.full((1, 6), 0.7))
    columns = x + np.outer(np.sin(0.7 * x.sum(axis=1)), np.eye(6)[0])
    np.testing.assert_allclose(model.w[0], np.linalg.lstsq(columns, y)[0][:, 0], rtol=1e-10)
    _, found, unit = solve(law(6, bend=0.7), data, key)
    assert float(found.ratios[0]) == pytest.approx(1e-6 * unit / 12) and float(found.ratios[1]) > 1e-3


@pytest.mark.parametrize("budget", [3e11, 100.0])
def test_exact_for_a_law_within_the_linear_part_alone(budget, key, monkeypatch):
    """With the smaller budget 12 of the 40 samples are solved for; the law holds for all."""
    samples = 40
    monkeypatch.setattr("scalaremlp.train.second_order.linear._BUDGET", budget)
    x, w = inputs(samples, 6), inputs(6, 1, seed=1)
    model, exact = fit_linear(Regression(), law(6), (jnp.asarray(x), jnp.asarray(x @ w)), key=key)
    np.testing.assert_allclose(output(model, x), x @ w, atol=1e-12 * np.abs(x @ w).max() * samples)
    bent = x @ w + 1e-6 * np.sin(3 * x[:, :1])
    assert exact and not fit_linear(Regression(), law(6), (jnp.asarray(x), jnp.asarray(bent)), key=key)[1]


def test_not_exact_if_one_sample_outside_the_part_breaks_the_law(key, monkeypatch):
    monkeypatch.setattr("scalaremlp.train.second_order.linear._BUDGET", 100.0)
    x, w = inputs(40, 6), inputs(6, 1, seed=1)
    y, found = x @ w, []
    for outlier in range(40):
        data = (jnp.asarray(x), jnp.asarray(y + np.eye(40)[:, [outlier]]))
        found.append(fit_linear(Regression(), law(6), data, key=key)[1])
    assert not any(found)


def test_callbacks_see_a_fit_that_the_linear_solve_ends(key):
    x, w, seen = inputs(40, 6), inputs(6, 1, seed=1), []
    data = (jnp.asarray(x), jnp.asarray(x @ w))
    _, history = FirstOrder(linear_first=True).minimise(Regression(), law(6), data, key=key, callbacks=[seen.append])
    assert seen == history.records and history.optimizer == "linear solve"


@pytest.mark.parametrize("model", [law(6, offers=False), eqx.nn.Linear(6, 1, key=jax.random.key(0))])
def test_nothing_offered(model, key):
    x = jnp.asarray(inputs(30, 6))
    fitted, exact = fit_linear(Regression(), model, (x, x[:, :1]), key=key)
    assert fitted is model and not exact


def test_first_order_stops_before_its_first_step(key):
    x, w = jnp.asarray(inputs(40, 6)), inputs(6, 1, seed=1)
    optimizer, data = FirstOrder(steps=30, chunk=10, linear_first=True), (x, x @ w)
    model, history = optimizer.minimise(Regression(), law(6), data, validation=data, key=key)
    assert history["step"] == [0] and history["loss"] == history["validation"]
    assert history["loss"][0] == pytest.approx(float(Regression()(model, data, key)), abs=1e-28)
    assert history["loss"][0] < 1e-26 and history.ending is Ending.LINEAR and history.optimizer == "linear solve"
    assert history.kept == "the linear solution"


def test_first_order_goes_on_from_the_linear_solution(key):
    x, w = inputs(40, 6), inputs(6, 1, seed=1)
    data = (jnp.asarray(x), jnp.asarray(x @ w + 0.1 * x[:, :1] ** 3))
    best = np.linalg.lstsq(x, data[1])[1][0] / 40
    model, history = FirstOrder(steps=1, learning_rate=1e-9, linear_first=True).minimise(
        Regression(), law(6), data, key=key
    )
    assert history["step"] == [1] and history.optimizer == "Adam" and history.ending is Ending.STEPS
    assert best <= float(Regression()(model, data, key)) < 1.1 * best


def test_another_loss_is_refused(key):
    def absolute(model, batch, key):
        return jnp.mean(jnp.abs(jax.vmap(model)(batch[0]) - batch[1]))

    text = r"^`linear_first` needs a LeastSquares loss\. Got function: leave linear_first out\.$"
    with pytest.raises(ValueError, match=text):
        FirstOrder(linear_first=True).minimise(absolute, law(1), (jnp.ones((4, 1)), jnp.ones((4, 1))), key=key)


def test_single_precision_is_refused(key):
    text = r"^`linear_first` needs float64 parameters\. Got float32: call scalaremlp\.enable_x64\(\) before making "
    with pytest.raises(ValueError, match=text + "the model, or leave linear_first out"):
        FirstOrder(linear_first=True).minimise(
            Regression(), jax.tree.map(lambda leaf: leaf.astype(jnp.float32), law(1)), (jnp.ones((4, 1)),) * 2, key=key
        )
