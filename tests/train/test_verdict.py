"""Every fit ends with a verdict: its numbers are right, it is kept with the history, and it names what ails the fit."""

import json

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import optax
import pytest

from scalaremlp.data import Dataset
from scalaremlp.groups import O
from scalaremlp.measure import evaluate
from scalaremlp.nn import ScalarMLP
from scalaremlp.reps import Alt, Sym, Sym0, T
from scalaremlp.train import (
    CrossEntropy,
    Ending,
    FirstOrder,
    History,
    LevenbergMarquardt,
    Verdict,
    fit,
    load_history,
    save,
)

NOISE = 0.1


class Line(eqx.Module):
    w: jax.Array

    def __call__(self, x):
        return self.w @ x


def samples(n, seed=0, noise=NOISE):
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n, 4))
    return Dataset(x, x[:, :2] + noise * rng.normal(size=(n, 2)), 4 * T(0), 2 * T(0), O(1))


def fitted(train, held_out=None, **options):
    model, history = fit(Line(jnp.zeros((2, 4))), train, validation=held_out, key=jr.key(0), progress=False, **options)
    return model, history


def test_the_numbers_are_those_of_evaluate_and_the_noise_is_found():
    train, held_out, test = samples(2000), samples(500, 1), samples(800, 2)
    model, history = fitted(train, held_out)
    verdict = history.verdict.with_test(model, test)
    for errors, data in ((verdict.training, train), (verdict.held_out, held_out), (verdict.test, test)):
        assert errors.samples == len(data)
        assert errors.relative == pytest.approx(evaluate(model, data)["relative_mse"], rel=1e-9)
    assert verdict.noise == pytest.approx(NOISE, rel=0.05) and verdict.determined == pytest.approx(8, abs=1e-2)
    assert (verdict.residuals, verdict.parameters, verdict.hints) == (4000, 8, {})


def test_the_paragraph():
    model, history = fitted(samples(300), samples(100, 1))
    text = str(history.verdict.with_test(model, samples(500, 2)))
    assert "on 300 training samples, " in text and "on 100 held-out ones, " in text and "on 500 test samples" in text
    assert "99th percentile" in text and "% of the sum of squares" in text and "Noise inferred: 0.1" in text
    assert "\n" not in text and history.stopped in text and "converged" in text


def test_the_largest_error_is_of_the_row_that_has_it():
    test = samples(300, 2)
    y = np.array(test.y)
    y[123] += 50
    model, history = fitted(samples(300))
    verdict = history.verdict.with_test(model, Dataset(test.x, y, test.rep_in, test.rep_out, test.group))
    assert verdict.test.row == 123 and verdict.test.share > 0.9
    assert ", of test sample 123 (counted from 0; s" in str(verdict)
    assert [*verdict.hints] == ["single"]


def test_it_is_saved_with_the_history(tmp_path):
    model, history = fitted(samples(300), samples(100, 1))
    history.verdict = history.verdict.with_test(model, samples(500, 2))
    save(tmp_path, model, history)
    again = load_history(tmp_path).verdict
    assert again == history.verdict and str(again) == str(history.verdict)
    assert Verdict.from_dict(json.loads(json.dumps(history.verdict.as_dict()))) == history.verdict


@pytest.mark.parametrize("held_out", [None, 100])
def test_a_verdict_that_is_not_finite_is_saved_too(held_out, tmp_path):
    model, history = fitted(samples(300), None if held_out is None else samples(held_out, 1))
    bad = Line(jnp.full((2, 4), jnp.nan))
    history.verdict = history.verdict.with_test(bad, samples(50, 2))
    save(tmp_path, model, history)
    again = load_history(tmp_path).verdict
    assert np.isnan(again.test.error) and "not finite" in again.hints and "not finite" in str(again)


def test_histories_of_old_have_none(tmp_path):
    model, history = fitted(samples(30))
    save(tmp_path, model, history)
    config = json.loads((tmp_path / "config.json").read_text())
    del config["fit"]["verdict"], config["fit"]["ending"]
    (tmp_path / "config.json").write_text(json.dumps(config))
    again = load_history(tmp_path)
    assert again.verdict is None and again.ending is history.ending and again.stopped == history.stopped
    assert History().verdict is None


@pytest.mark.parametrize(
    "damaged", ["words", [1], {"training": {}}, {"training": 3}, {"ending": "x"}, {"ranges": {"a": 1}}]
)
def test_a_damaged_verdict_is_refused(damaged, tmp_path):
    model, history = fitted(samples(30))
    save(tmp_path, model, history)
    config = json.loads((tmp_path / "config.json").read_text())
    config["fit"]["verdict"] = {**config["fit"]["verdict"], **damaged} if isinstance(damaged, dict) else damaged
    (tmp_path / "config.json").write_text(json.dumps(config))
    with pytest.raises(ValueError, match="A history must be as `save` wrote it"):
        load_history(tmp_path)


def test_other_losses_tell_their_values_alone():
    x = np.random.default_rng(0).normal(size=(60, 4))
    y = np.eye(2)[(x[:, 0] > 0).astype(int)]
    data = Dataset(x, y, 4 * T(0), 2 * T(0), O(1))
    model, history = fitted(data, data, loss=CrossEntropy(), steps=50)
    verdict = history.verdict
    assert verdict.training is None and verdict.losses == (history["loss"][-1], history["validation"][-1])
    assert str(verdict).startswith("Loss ") and "on the held-out ones" in str(verdict)
    assert verdict.with_test(model, data) is verdict


def test_arrays_without_types_have_their_errors():
    data = samples(100)
    _, history = fitted((data.x, data.y))
    assert history.verdict.training.samples == 100 and not history.verdict.ranges and str(history.verdict)
    assert [*history.verdict.targets] == ["the outputs"]


def test_a_fit_that_blows_up():
    with pytest.warns(UserWarning, match="not finite"):
        _, history = fitted(samples(100), optimizer=FirstOrder(transformation=optax.sgd(1e6), steps=200, chunk=20))
    assert history.ending is Ending.NOT_FINITE and [*history.verdict.hints] == ["not finite"]


def scalar_fit(data, steps=25):
    model = ScalarMLP(data.rep_in, data.rep_out, data.group, width=2, depth=1, key=jr.key(0))
    return fit(model, data, optimizer=LevenbergMarquardt(steps=steps), key=jr.key(1), progress=False)


def test_the_magnetic_force_under_the_full_orthogonal_group():
    rng = np.random.default_rng(0)
    q, (E, v, B) = rng.normal(size=(150, 1)), rng.normal(size=(3, 150, 3))
    data = Dataset(np.hstack([E, v, B, q]), q * (E + np.cross(v, B)), 3 * T(1) + T(0), T(1), O(3))
    _, history = scalar_fit(data)
    assert history.verdict.remedy.group == "SO(3)" and history.verdict.remedy.gain > 0.5
    assert "O(3) may be too large. SO(3) has 3 tensors and 1 scalar more" in history.verdict.hints["group"]


@pytest.mark.parametrize("sign, kind", [(1, "Sym(2)"), (-1, "Alt(2)"), (0.5, "")])
def test_a_symmetry_that_the_type_does_not_say(sign, kind):
    a = np.random.default_rng(0).normal(size=(60, 3, 3))
    a += sign * a.transpose(0, 2, 1)
    data = Dataset(a.reshape(60, 9), np.einsum("nij,nij->n", a, a)[:, None], T(2), T(0), O(3))
    _, history = scalar_fit(data, steps=5)
    assert history.verdict.packed == ((("T(2)", kind),) if kind else ())
    assert ("symmetry" in history.verdict.hints) == bool(kind) and kind in history.verdict.hints.get("symmetry", "")
    assert type(history.verdict).from_dict(history.verdict.as_dict()).packed == history.verdict.packed


@pytest.mark.parametrize("rep", [Sym(2), Alt(2), Sym0(2)])
def test_types_that_are_packed_already_have_nothing_to_say(rep):
    x = np.random.default_rng(0).normal(size=(60, rep(O(3)).size))
    _, history = scalar_fit(Dataset(x, np.sum(x**2, axis=1)[:, None], rep, T(0), O(3)), steps=5)
    assert history.verdict.packed == ()


def test_a_term_without_covariants_and_the_errors_of_each():
    x = np.random.default_rng(0).normal(size=(60, 3))
    data = Dataset(x, np.c_[x[:, :1] ** 2, x], 3 * T(0), T(0) + T(1), O(3))
    model, history = scalar_fit(data, steps=20)
    verdict = history.verdict.with_test(model, data)
    assert [*verdict.hints] == ["no covariants"] and verdict.bare == ("T(1)",)
    assert verdict.test.terms["T(0)"] < 1e-2 and verdict.test.terms["T(1)"] == pytest.approx(1, abs=0.1)
    assert "Of each term: T(0) " in str(verdict)


def test_larger_test_inputs_lie_outside():
    rng = np.random.default_rng(0)
    law = lambda x: np.sum(x**2, axis=1, keepdims=True)  # noqa: E731
    small, large = rng.normal(size=(200, 3)), 3 * rng.normal(size=(200, 3))
    data = Dataset(small, law(small), T(1), T(0), O(3))
    model, history = scalar_fit(data)
    assert not history.verdict.with_test(model, data).hints
    verdict = history.verdict.with_test(model, Dataset(large, law(large), T(1), T(0), O(3)))
    assert [*verdict.hints] == ["range"] and verdict.outside["scalar"] == "<x1,x1>" and "|x1| = " in str(verdict)
