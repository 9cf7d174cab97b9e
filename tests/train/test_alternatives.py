"""`validation="auto"`: what the user has left open is chosen by errors on samples that a fit has not seen."""

from functools import cache

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import optax
import pytest

import scalaremlp as se
from scalaremlp.data import Dataset
from scalaremlp.groups import O
from scalaremlp.nn import ScalarGP, ScalarMLP
from scalaremlp.reps import T
from scalaremlp.train import FirstOrder, LeastSquares, LevenbergMarquardt, Regression, fit
from scalaremlp.train._alike import fit_alike, rounded
from scalaremlp.train._alternatives import HELD_BACK, hold_back, robust_error
from scalaremlp.train._parameters import split_parameters


def sine(n=40, seed=0):
    """sin ⟨x1, x2⟩."""
    x = np.random.default_rng(seed).standard_normal((n, 6))
    return Dataset(x, np.sin(np.sum(x[:, :3] * x[:, 3:], axis=1, keepdims=True)), 2 * T(1), T(0), O(3))


def coulomb(n, seed):
    """The force between two softened charges, q1 q2 d / (0.3 + d²)^1.5."""
    rng = np.random.default_rng(seed)
    charges, places = rng.uniform(0.5, 2.0, (n, 2)), 1.5 * rng.standard_normal((n, 2, 3))
    d = places[:, 0] - places[:, 1]
    y = np.prod(charges, axis=1, keepdims=True) * d / (0.3 + np.sum(d**2, axis=1, keepdims=True)) ** 1.5
    return Dataset(np.concatenate([charges, places.reshape(n, 6)], axis=1), y, 2 * T(0) + 2 * T(1), T(1), O(3))


def network(data, **settings):
    return ScalarMLP(data.rep_in, data.rep_out, data.group, **settings, key=jr.key(1))


def process(data):
    return ScalarGP(data.rep_in, data.rep_out, data.group)


@cache
def usual():
    """A fit that takes seconds, to be compared with others by the same key."""
    return fit(network(sine()), sine(), key=jr.key(0))


def relative_error(model, data):
    return se.evaluate(model, data)["relative_mse"]


class Line(eqx.Module):
    """y = w tanh x, for fits of a moment."""

    w: jax.Array

    def __call__(self, x):
        return jnp.tanh(self.w * x)


def line(n):
    x = np.random.default_rng(0).standard_normal((n, 1))
    return jnp.asarray(x), jnp.asarray(np.tanh(2 * x))


@pytest.mark.parametrize("wrong", ["", "none", "Auto", "0.2"])
def test_which_words_validation_takes(wrong, key):
    told = rf'^`validation` must be "auto", None or data\. Got {wrong!r}\. Leave it out for "auto"\.$'
    with pytest.raises(ValueError, match=told):
        fit(Line(jnp.ones(1)), line(20), validation=wrong, key=key)


def test_none_keeps_the_network_and_an_explicit_width_is_kept(key, monkeypatch):
    """No alternative is even fitted."""
    monkeypatch.setattr(ScalarGP, "fitted", None)
    data = sine()
    one_step = {"optimizer": LevenbergMarquardt(steps=1)}
    for model, settings in (
        (network(data, width=4, depth=1), {"validation": "auto"}),
        (network(data), {"validation": "auto", **one_step}),
        (network(data, depth=1), {"validation": None}),
    ):
        monkeypatch.setattr("scalaremlp.train.LevenbergMarquardt.minimise", one_record)
        found, history = fit(model, data, key=key, **settings)
        assert type(found) is ScalarMLP and found.config()["width"] == model.config()["width"] and history.how == ""


def one_record(self, loss, model, batch, **_):
    """In the place of a fit: the model as it is."""
    return model, se.train.History(records=[se.train.Record(step=1, steps=1, loss=1.0)])


def test_the_width_is_left_open_and_24(key):
    data = sine()
    model = network(data)
    assert model.config()["width"] is None
    assert se.train.count_parameters(model) == se.train.count_parameters(network(data, width=24))
    (other,) = model.alternatives(data.x, data.y)
    assert type(other.model) is ScalarGP
    assert network(data, width=24).alternatives(data.x, data.y) == []
    assert network(data, permutation=True).alternatives(data.x, data.y) == []
    many = jnp.zeros((3001, 6))
    assert model.alternatives(many, many[:, :1]) == []


def test_an_alternative_is_chosen_by_left_out_samples(key):
    """And the few scalars that it depends on may make a network of their own."""
    data = sine(60)
    model, history = fit(network(data), data, key=key)
    assert "samples left out one at a time" in history.how and history.reason
    assert relative_error(model, sine(500, 1)) < 1e-3
    if type(model) is ScalarMLP:
        assert model.config()["dependencies"]


def test_a_law_linear_in_the_parameters_stays_a_linear_solve(key):
    train, test = se.data.particle(100, key=jr.key(0)), se.data.particle(500, key=jr.key(1))
    model, history = fit(network(train), train, key=key)
    assert history.optimizer == "linear solve" and history.how == "" and type(model) is ScalarMLP
    assert relative_error(model, test) < 1e-25


def test_a_softened_force_of_few_samples(key):
    train, test = coulomb(100, 0), coulomb(2000, 1)
    model, history = fit(network(train), train, key=key)
    assert relative_error(model, test) < 0.5
    assert history.how


@pytest.mark.slow
def test_which_the_network_alone_does_not_learn(key):
    train, test = coulomb(100, 0), coulomb(2000, 1)
    model, history = fit(network(train), train, validation=None, key=key)
    assert relative_error(model, test) > 0.5 and history.how == ""


def test_the_same_bits_twice(key):
    first, second = usual(), fit(network(sine()), sine(), key=key)
    assert eqx.tree_equal(first[0], second[0])
    assert first[1]["loss"] == second[1]["loss"] and first[1].how == second[1].how


def test_a_validation_set_of_the_user_judges(key):
    data = sine(60)
    _, history = fit(network(data), data, validation=sine(30, 1), key=key)
    assert "the validation data" in history.how
    assert history["validation"][-1] is not None and history["validation"][-1] < 1e-3


def test_refined_networks_have_what_the_process_depends_on():
    data = sine(60)
    model = network(data)
    small = model.refined(process(data).fitted(data.x, data.y).model, key=jr.key(0))
    assert type(small) is ScalarMLP and small.alternatives(data.x, data.y) == []
    assert small.summary.startswith("1 of ") and "1 networks for 1 covariants" in small.summary
    again = ScalarMLP.from_config(small.config())
    assert jax.tree.structure(again) == jax.tree.structure(small)
    assert se.equivariance_error(small, 2 * T(1), T(0), O(3), key=jr.key(1), samples=8) < 1e-9
    assert model.refined(process(data), key=jr.key(0)) is None  # of nothing


def test_a_refined_network_is_saved_and_loaded(tmp_path):
    force = coulomb(30, 0)
    dependencies = ((((0, 1), (1, -1)), (4,)), (((1, 1),), (0, 1)))
    small = network(force, width=4, dependencies=dependencies).calibrate(force.x, force.y)
    se.save(tmp_path / "run", small)
    again = se.load(tmp_path / "run")
    assert (np.asarray(jax.jit(jax.vmap(again))(force.x)) == np.asarray(jax.jit(jax.vmap(small))(force.x))).all()
    assert se.equivariance_error(small, force.rep_in, T(1), O(3), key=jr.key(1), samples=8) < 1e-9


NARROW = ((((0, 1), (1, -1)), (10,)), (((1, 1),), (0, 1)))  # (x1 − x2) by log|x1 − x2|², x2 by the charges
UNITS = [(np.repeat([1e-21, 1e28], [2, 6]), 1e-30), (np.repeat([1e11, 1e-5], [2, 6]), 1e17)]


def randomised(model):
    """With a last layer that is not zero."""
    own, rest = split_parameters(model)
    return eqx.combine(jax.tree.map(lambda leaf: leaf + 0.1, own), rest)


def narrow(data):
    return network(data, width=4, depth=1, dependencies=NARROW)


@pytest.mark.parametrize("inside, outside", UNITS)
def test_statistics_of_a_refined_network_have_no_unit(inside, outside):
    force = coulomb(30, 0)
    assert narrow(force).body.features.names[10].startswith("log <x1-x2")
    small = randomised(narrow(force))
    plain, other = small.calibrate(force.x, force.y), small.calibrate(force.x * inside, force.y * outside)
    values = (jax.jit(jax.vmap(model))(x) for model, x in ((plain, force.x), (other, force.x * inside)))
    expected, found = map(np.asarray, values)
    assert np.abs(found / outside - expected).max() < 1e-10 * np.abs(expected).max()


def test_a_refined_network_is_fitted_on_the_same_way_in_any_units():
    force, method, ends = coulomb(30, 0), LevenbergMarquardt(steps=8), []
    for inside, outside in ((1.0, 1.0), *UNITS):
        batch = force.x * inside, force.y * outside
        fitted, _ = fit_alike(
            method, Regression(), narrow(force), batch, None, calibration=lambda m, b: m.calibrate(*b), key=jr.key(0)
        )
        ends.append(np.asarray(jax.jit(jax.vmap(fitted))(batch[0])) / outside)
    assert max(np.abs(end - ends[0]).max() for end in ends) < 1e-7 * np.abs(ends[0]).max()
    assert 1e-8 < np.mean((ends[0] - force.y) ** 2) < 0.1 * np.mean(np.asarray(force.y) ** 2)


def test_few_digits_are_the_same_digits_in_any_unit():
    values = np.random.default_rng(0).standard_normal(100_000)
    for unit in (1e-30, 1e17, 0.3):
        moved = values * unit / unit
        assert np.sum(moved != values) > 1000
        assert np.sum(np.asarray(rounded(moved)) != np.asarray(rounded(values))) < 3
        assert np.max(np.abs(np.asarray(rounded(values)) / values - 1)) < 2.0**-28


class Own(LeastSquares):
    """A loss of one's own."""

    def residuals(self, model, batch, key):
        return jax.vmap(model)(batch[0]) - batch[1]


@pytest.mark.parametrize(
    "settings, got",
    [
        ({"optimizer": "levenberg-marquardt"}, "optimizer"),
        ({"optimizer": optax.adam(1e-3), "steps": 10}, "optimizer, steps"),
        ({"patience": 3}, "patience"),
        ({"loss": Own()}, "the loss Own"),
    ],
    ids=["named", "Optax", "patience", "a loss"],
)
def test_a_model_that_fits_itself_takes_neither_optimiser_nor_loss(settings, got, key):
    data = sine(10)
    told = rf"^A model that fits itself takes no optimiser and only the mean squared error\. Got {got}\. Leave it out"
    with pytest.raises(ValueError, match=told) as error:
        fit(process(data), data, key=key, **settings)
    assert "\n" not in str(error.value)


def test_a_process_by_hand_tells_one_record(key):
    data, seen = sine(), []
    _, history = fit(process(data), data, validation=sine(30, 1), key=key, callbacks=[seen.append])
    assert seen == history.records and len(history) == 1
    assert history.optimizer == "largest evidence" and history.reason == "the model fits itself"
    assert history["validation"][0] < 0.01
    assert 1 < seen[0].details["determined"] <= 40 and seen[0].details["samples"] == 40


def test_checkpoints_of_a_choice_go_on(tmp_path, key):
    data, plain = sine(), usual()
    kept = fit(network(data), data, key=key, checkpoint=tmp_path)
    again = fit(network(data), data, key=key, checkpoint=tmp_path)
    assert eqx.tree_equal(plain[0], kept[0]) and eqx.tree_equal(plain[0], again[0])
    assert plain[1]["loss"] == kept[1]["loss"] == again[1]["loss"] and plain[1].how == again[1].how


FEW_STEPS = {"optimizer": FirstOrder(steps=6, batch_size=4)}


@pytest.mark.parametrize("n, held", [(19, False), (20, True)])
def test_first_order_fits_hold_a_fifth_back(n, held, key):
    _, history = fit(Line(jnp.ones(1)), line(n), key=key, **FEW_STEPS)
    assert history.how == ("a fifth of the samples held back" if held else "")
    assert all((value is not None) == held for value in history["validation"])


def test_first_order_fits_hold_nothing_back_if_told(key):
    _, history = fit(Line(jnp.ones(1)), line(40), validation=None, key=key, **FEW_STEPS)
    assert history.how == "" and history["validation"][-1] is None
    _, history = fit(Line(jnp.ones(1)), line(40), validation=line(7), key=key, **FEW_STEPS)
    assert history.how == "" and history["validation"][-1] is not None


def test_a_fit_that_the_first_version_began_holds_nothing_back(tmp_path, key, monkeypatch):
    """It goes on with all the samples that it began with."""
    monkeypatch.setattr("scalaremlp.train.Checkpoint.by_term", False)
    _, history = fit(Line(jnp.ones(1)), line(40), key=key, checkpoint=tmp_path, **FEW_STEPS)
    assert history.how == "" and history["validation"][-1] is None


@pytest.mark.parametrize("n", [20, 23])
def test_hold_back_partitions(n, key):
    batch = (jnp.arange(n), {"y": 10.0 * jnp.arange(n)})
    parts = hold_back(batch, key)
    assert len(parts.held_back[0]) == n // HELD_BACK == len(parts.rows)
    assert sorted(np.concatenate([parts.fitted[0], parts.held_back[0]]).tolist()) == list(range(n))
    assert (parts.held_back[0] == parts.rows).all() and (parts.fitted[1]["y"] == 10 * parts.fitted[0]).all()
    again, other = hold_back(batch, key), hold_back(batch, jr.key(5))
    assert (again.rows == parts.rows).all() and (other.rows != parts.rows).any()


def test_the_error_of_a_choice():
    """The relative error where it is small; one wild sample does not decide."""
    y = np.random.default_rng(0).standard_normal((1000, 2)) + 5
    errors = 1e-3 * np.random.default_rng(1).standard_normal(y.shape)
    true = np.mean(np.sum(errors**2, axis=1)) / np.mean(np.sum((y - y.mean(axis=0)) ** 2, axis=1))
    assert abs(robust_error(errors, y, Regression()) / true - 1) < 1e-4
    assert abs(robust_error(1e-200 * errors, 1e-200 * y, Regression()) / true - 1) < 1e-4
    errors[0] = 1e6
    assert robust_error(errors, y, Regression()) < 0.05
    assert robust_error(0 * y, 0 * y, Regression()) == 0 and robust_error(errors, 0 * y + 3, Regression()) == 1


@pytest.mark.parametrize("samples", [1, 2, 3, 4])
def test_a_handful_of_samples_is_fitted(samples):
    """Of so few no fifth can be held back."""
    data = sine(samples)
    model, history = fit(network(data), data, key=jr.key(1))
    assert len(history) and np.isfinite(np.asarray(se.predict(model, data.x))).all()


def bell(n, seed=0):
    """exp(−⟨x1, x2⟩²) x1: two vectors span a plane of space."""
    x = np.random.default_rng(seed).standard_normal((n, 6))
    return Dataset(
        x, np.exp(-(np.sum(x[:, :3] * x[:, 3:], axis=1, keepdims=True) ** 2)) * x[:, :3], 2 * T(1), T(1), O(3)
    )


def turned(data, times):
    """The samples, and each turned at random so often."""
    turns = np.linalg.qr(np.random.default_rng(1).standard_normal((times * len(data), 3, 3)))[0]
    x, y = (np.tile(np.asarray(array), (times, 1)) for array in (data.x, data.y))
    x = np.einsum("nij,nkj->nki", turns, x.reshape(len(x), -1, 3)).reshape(x.shape)
    y = y if y.shape[1] == 1 else np.einsum("nij,nj->ni", turns, y)
    return Dataset(x, y, data.rep_in, data.rep_out, data.group)


@pytest.mark.parametrize(
    "data, test", [(bell(20), bell(1000, 1)), (bell(25), bell(1000, 1)), (coulomb(36, 0), coulomb(1000, 1))]
)
def test_a_solve_that_interpolates_is_no_law(data, test):
    """There are more equations than coefficients, but not more that say something: it met others by 100 to 1000."""
    model, history = fit(network(data), data, key=jr.key(2), progress=False)
    assert type(model) is ScalarGP and relative_error(model, test) < 0.1
    assert history.verdict.held_out is not None
    model, history = fit(network(data, width=8), data, key=jr.key(2), progress=False)
    assert relative_error(model, test) < 50 and "linear part alone" not in history.stopped


def test_copies_say_nothing_of_a_law():
    """22 samples, each turned four times, are 22."""
    data, test = turned(sine(22), 4), sine(1000, 1)
    model, history = fit(network(data), data, key=jr.key(2), progress=False)
    off = np.abs(np.asarray(se.predict(model, test.x)) - np.asarray(test.y))
    assert np.median(off) < 0.01 and 0.01 * np.median(off) < history.verdict.held_out.median < 100 * np.median(off)


def test_a_law_in_few_samples_is_found_by_a_linear_solve():
    """Also among copies."""
    x = np.random.default_rng(0).standard_normal((60, 6))
    y = 2 * x[:, :3] - np.sum(x[:, :3] * x[:, 3:], axis=1, keepdims=True) * x[:, 3:]
    law = Dataset(x, y, 2 * T(1), T(1), O(3))
    for data in (law, turned(law, 3)):
        history = fit(network(data), data, key=jr.key(2), progress=False)[1]
        assert history.stopped == "the linear part alone leaves no more than rounding errors"


@pytest.mark.parametrize("n", [4, 8, 11])
def test_of_fewer_than_twenty_samples_the_process_is_taken(n):
    data = bell(n)
    model, history = fit(network(data), data, key=jr.key(2), progress=False)
    assert type(model) is ScalarGP and relative_error(model, bell(1000, 1)) < 2
    assert "left out one at a time" in history.how and history.verdict.held_out is not None


def test_errors_on_what_was_held_back_are_those_of_the_verdict():
    """Also where the network is taken: noise alone."""
    rng = np.random.default_rng(0)
    data = Dataset(rng.standard_normal((60, 6)), rng.standard_normal((60, 1)), 2 * T(1), T(0), O(3))
    model, history = fit(network(data), data, key=jr.key(2), progress=False)
    if type(model) is ScalarMLP:
        assert history.verdict.held_out.samples == 60 // HELD_BACK
    assert 0.3 < history.verdict.held_out.relative < 3


@pytest.mark.parametrize("loss", ["log", "relative"])
def test_losses_by_name_choose_among_alternatives_too(loss):
    def steep(n, seed=0):
        x = np.random.default_rng(seed).standard_normal((n, 6))
        c, size = np.sum(x[:, :3] * x[:, 3:], axis=1), np.sum(x[:, :3] ** 2, axis=1)
        return Dataset(x, np.exp(3 * np.sin(c) + 2 * size)[:, None], 2 * T(1), T(0), O(3))

    data, test = steep(150), steep(500, 1)
    model, history = fit(network(data), data, loss=loss, key=jr.key(2), progress=False)
    off = np.abs(np.asarray(se.predict(model, test.x)) / np.asarray(test.y) - 1)
    assert type(model) is ScalarGP and np.median(off) < 1e-3 and not history.verdict.hints
