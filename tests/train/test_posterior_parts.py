"""What a posterior is made of: precisions that are kept, what centres leave out, samples left out, a second fit."""

from dataclasses import replace
from functools import cache

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

import scalaremlp as se
from scalaremlp.groups import O
from scalaremlp.reps import T
from scalaremlp.train.uncertainty.averaged import Linear, added_up
from scalaremlp.train.uncertainty.left_out import _left_out, widened


def ridge(size=1.0, samples=60, each=2):
    """A linear model at the optimum for the precisions 1/4 and 4 of two groups and noise 1, and its samples."""
    rng = np.random.default_rng(0)
    groups, a = np.array([0] * 4 + [1] * 3), np.array([0.25] * 4 + [4.0] * 3)
    rows = rng.standard_normal((samples, each, 7))
    y = rows @ (size * rng.standard_normal(7) / a**0.5) + rng.standard_normal((samples, each))
    flat = rows.reshape(-1, 7)
    values = np.linalg.solve(flat.T @ flat + np.diag(a), flat.T @ y.ravel())
    residuals = rows @ values - y
    linear = Linear(added_up([(rows, residuals)], None, False), values, groups, float(y.size), False, held=True)
    return linear, rows, residuals, y, a


def test_a_fit_in_closed_form_keeps_its_precisions():
    linear, rows, _, _, a = ridge()
    found, flat = linear.averaged(), rows.reshape(-1, 7)
    covariance = found.noise[0] * np.linalg.inv(flat.T @ flat + np.diag(a))
    np.testing.assert_allclose(found.factor.T @ found.factor, covariance, rtol=1e-6, atol=1e-12)
    np.testing.assert_allclose(found.before, found.noise[0] / a, rtol=1e-6)
    assert found.moved < 1e-16 < replace(linear, held=False).averaged().moved


def test_samples_left_out_are_as_a_fit_without_them_predicts():
    linear, rows, residuals, y, a = ridge(each=1)
    found = linear.averaged()
    unit = found.noise[0] ** 0.5
    squares, spare = _left_out(rows / unit, residuals / unit, found)
    for i in range(5):
        others = np.arange(len(rows)) != i
        flat, target = rows[others, 0], y[others, 0]
        inverse = np.linalg.inv(flat.T @ flat + np.diag(a))
        error = rows[i, 0] @ inverse @ flat.T @ target - y[i, 0]
        assert squares[i] == pytest.approx(error**2 / unit**2, rel=1e-6)
        assert spare[i] == pytest.approx(rows[i, 0] @ inverse @ rows[i, 0], rel=1e-6)


def test_variances_grow_where_samples_left_out_ask_for_it():
    linear, rows, residuals, _, _ = ridge(each=1, samples=20)
    found = linear.averaged()
    terms = np.zeros(1, int)
    factor, left = widened([(rows, residuals)], terms, found)
    assert factor == 1 and 20 - 7 <= left < 20
    tight = found._replace(root=found.root / 10, variances=found.variances / 100)  # ten times too sure of all
    more, _ = widened([(rows, residuals)], terms, tight)
    assert more > 10


@cache
def process():
    rng = np.random.default_rng(3)
    x = rng.standard_normal((60, 6))
    a, b = x[:, :3], x[:, 3:]
    y = np.sin(np.sum(a * b, axis=1, keepdims=True)) * a + b + 0.1 * rng.standard_normal((60, 3))
    data = se.data.Dataset(x, y, 2 * T(1), T(1), O(3))
    return se.fit(se.nn.ScalarGP(2 * T(1), T(1), O(3)), data, key=jr.key(0), progress=False)[0], x


def test_what_the_functions_of_a_process_leave_out_is_the_rest_of_its_covariance():
    model, x = process()
    form = model.linear_form()
    fewer = eqx.tree_at(
        lambda form: form.weights, form, tuple(own * (np.arange(own.shape[2]) < 4) for own in form.weights)
    )

    def whole(form, x):
        rows, rest = form(x), form.rest(x)
        return rows @ rows.T + rest @ rest.T

    for place in (x[:10], 4 * x[:10]):
        every, some = (np.asarray(jax.vmap(lambda x, form=form: whole(form, x))(place)) for form in (form, fewer))
        np.testing.assert_allclose(every, some, rtol=1e-6, atol=1e-8 * np.abs(every).max())
    near, far = (float(jnp.max(jnp.abs(jax.vmap(form.rest)(place)))) for place in (x, 4 * x))
    assert near < 1e-4 * far


def test_a_process_through_all_samples_cannot_tell_their_noise():
    few = process()[1][:8]
    data = se.data.Dataset(
        few, np.sin(3 * np.sum(few[:, :3] * few[:, 3:], axis=1, keepdims=True)), 2 * T(1), T(0), O(3)
    )
    through, _ = se.fit(se.nn.ScalarGP(2 * T(1), T(0), O(3)), data, key=jr.key(0), progress=False)
    with pytest.raises(
        ValueError, match=r"passes through all 8 samples, with .* residuals to spare.*Give more samples"
    ):
        se.train.posterior(through, data)


def test_a_process_of_chance_is_a_constant_of_which_nothing_is_known():
    few = process()[1][:8]
    data = se.data.Dataset(few, np.random.default_rng(8).standard_normal((8, 1)), 2 * T(1), T(0), O(3))
    constant, _ = se.fit(se.nn.ScalarGP(2 * T(1), T(0), O(3)), data, key=jr.key(0), progress=False)
    with pytest.raises(ValueError, match=r"Got ScalarGP without parameters: .*no function from a constant. Fit it, or"):
        se.train.posterior(constant, data)


@cache
def network():
    rng = np.random.default_rng(5)
    x = rng.standard_normal((60, 6))
    a, b = x[:, :3], x[:, 3:]
    y = np.tanh(np.sum(a * b, axis=1, keepdims=True)) * a + 0.3 * rng.standard_normal((60, 3))
    data = se.data.Dataset(x, y, 2 * T(1), T(1), O(3))
    start = se.nn.ScalarMLP(2 * T(1), T(1), O(3), width=4, depth=2, key=jr.key(0))
    model, _ = se.fit(start, data, optimizer="levenberg-marquardt", key=jr.key(1), progress=False)
    return model, data, se.train.posterior(model, data)


def test_a_second_fit_is_a_part_of_the_covariance(tmp_path):
    model, data, found = network()
    assert found.elsewhere is not None
    x = jnp.asarray(data.x[0])
    alone = replace(found, elsewhere=None)
    apart = np.asarray(found.form.model(jnp.asarray(found.elsewhere))(x) - model(x))
    assert np.linalg.norm(apart) > 0
    np.testing.assert_allclose(found.covariance(x) - alone.covariance(x), np.outer(apart, apart), rtol=1e-6, atol=1e-12)
    g = np.asarray(O(3).sample(jr.key(1), 1)[0])
    turned = jnp.concatenate([g @ x[:3], g @ x[3:]])
    np.testing.assert_allclose(found.covariance(turned), g @ found.covariance(x) @ g.T, rtol=1e-6, atol=1e-10)
    se.train.save_posterior(tmp_path / "p.npz", found)
    np.testing.assert_allclose(se.train.load_posterior(tmp_path / "p.npz", model)(data.x)[1], found(data.x)[1])


def test_a_model_that_is_taken_to_be_right_has_no_second_fit():
    model, data, _ = network()
    assert se.train.posterior(model, (data.x, data.y)).elsewhere is not None  # the model tells its types
    line = eqx.nn.Linear(1, 1, key=jr.key(2))
    x, noise = jr.normal(jr.key(0), (80, 1)), jr.normal(jr.key(1), (80, 1))
    line, _ = se.fit(line, (x, x + 0.1 * noise), key=jr.key(3), progress=False)
    assert se.train.posterior(line, (x, x + 0.1 * noise)).elsewhere is None
