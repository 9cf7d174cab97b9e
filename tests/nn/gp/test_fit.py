"""What samples say: the scalars of a law are found, in any units, about any offset, and so is the noise."""

from dataclasses import replace

import jax
import numpy as np
import pytest
from benchmarks.laws import law

import scalaremlp as se
from scalaremlp.groups import O
from scalaremlp.nn import ScalarGP
from scalaremlp.nn.gp._evidence import most_probable
from scalaremlp.reps import T

from .laws import dataset, fitted, force, relative_error, sine

FEW = 80


@pytest.fixture(scope="module")
def found():
    """A process that knows the force."""
    return fitted(dataset(force, FEW, rep_out=T(1)))


def test_a_law_of_one_scalar_is_found():
    model = fitted(dataset(sine, FEW))
    assert model.dependencies == {"1": ["<x1,x2>"]}
    assert relative_error(model, dataset(sine, 500, seed=1)) < 1e-3


def test_a_force_is_one_of_the_difference(found):
    """The covariants of which it is a difference are switched off."""
    (scalars,) = found.dependencies.values()
    assert set(found.dependencies) == {"x1^a − x2^a"} and set(scalars) <= {
        "<x1-x2,x1-x2>",
        "|x1-x2|",
        "log <x1-x2,x1-x2>",
    }
    assert relative_error(found, dataset(force, 500, rep_out=T(1), seed=1)) < 1e-4


def test_covariants_that_a_law_does_not_contain_go():
    """Also those of a constant, slight coefficient: three differences and a vector of six stayed here."""
    data = law("flow", 300, 300)
    model = ScalarGP(data.rep_in, data.rep_out, data.group).fitted(data.x, data.y).model
    assert model.dependencies == {"x1^a": ["ω(x2,x3)"], "x3^a": ["ω(x1,x2)"]}


def test_a_search_that_went_wrong_is_made_again_with_other_samples(monkeypatch):
    """Of more samples than the covariance is chosen by; here the first search finds that nothing counts."""
    asked = []

    def searched(part, usable, **options):
        asked.append(part)
        found = most_probable(part, usable, **options)
        nothing = found.anova.without(int(found.anova.alive.sum()))
        return replace(found, anova=nothing) if len(asked) == 1 else found

    monkeypatch.setattr("scalaremlp.nn.gp._fit.most_probable", searched)
    data = dataset(sine, 500)
    model = ScalarGP(data.rep_in, data.rep_out, data.group).fitted(data.x, data.y).model
    assert [len(part) for part in asked] == [360, 360] and not np.array_equal(asked[0].outputs, asked[1].outputs)
    assert relative_error(model, dataset(sine, 500, seed=1)) < 1e-4


def test_positions_are_the_dependencies(found):
    ((mixed, columns),) = found.positions
    assert sorted(sign for _, sign in mixed) == [-1, 1]
    assert [found.features.names[i] for i in columns] == found.dependencies["x1^a − x2^a"]


@pytest.mark.parametrize("factor", [1e-19, 1e19])
def test_units_of_the_output_change_nothing(found, factor):
    """But rounding, after which another path leads to a maximum as good."""
    other = fitted(dataset(lambda s, v: factor * force(s, v), FEW, rep_out=T(1)))
    assert other.dependencies == found.dependencies
    test = dataset(lambda s, v: factor * force(s, v), 500, rep_out=T(1), seed=1)
    assert relative_error(other, test) < 1e-4


def test_an_offset_changes_nothing():
    plain, test = fitted(dataset(sine, FEW)), dataset(sine, 200, seed=1)
    shifted = fitted(dataset(lambda s, v: 1e7 + sine(s, v), FEW))
    assert shifted.dependencies == plain.dependencies
    y = np.asarray(jax.jit(jax.vmap(shifted))(test.x)) - 1e7
    assert np.mean((y - np.asarray(test.y)) ** 2) < 1e-3 * np.var(np.asarray(test.y))


def test_constant_scalars_are_left_out():
    data = dataset(sine, FEW, numbers=1)
    x = np.array(data.x)
    x[:, 0] = 3.0
    model = fitted(se.data.Dataset(x, data.y, data.rep_in, data.rep_out, data.group))
    assert model.dependencies == {"1": ["<x1,x2>"]}


@pytest.mark.parametrize("noise", [0.03, 0.3])
def test_noise_is_inferred(noise):
    data = dataset(sine, 150, noise=noise)
    said = ScalarGP(data.rep_in, data.rep_out, data.group).fitted(data.x, data.y)
    assert 0.5 < said.noise[0] / noise < 2


def test_outputs_that_are_zero():
    data = dataset(lambda _, v: 0 * v[:, 0], 20, rep_out=T(1))
    model = fitted(data)
    assert not np.asarray(jax.jit(jax.vmap(model))(data.x)).any() and model.dependencies == {}


def test_tensors_that_nothing_can_be_equal_to():
    """One vector has no antisymmetric part, and a pseudovector none at all."""
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((20, 3)), rng.standard_normal((20, 1))
    data = se.data.Dataset(x, y, T(1), T(0), O(3))
    said = ScalarGP(T(1), T(0), O(3)).fitted(data.x, data.y)
    assert said.left_out.shape == (20, 1) and np.isfinite(said.left_out).all()


def test_left_out_errors_are_about_those_on_fresh_samples():
    data = dataset(sine, FEW)
    said = ScalarGP(data.rep_in, data.rep_out, data.group).fitted(data.x, data.y)
    test = dataset(sine, 2000, seed=1)
    fresh = np.asarray(jax.jit(jax.vmap(said.model))(test.x)) - np.asarray(test.y)
    ratio = np.median(np.abs(said.left_out)) / np.median(np.abs(fresh))
    assert 0.2 < ratio < 5


def test_samples_beyond_the_most_are_predicted(monkeypatch):
    monkeypatch.setattr("scalaremlp.nn.gp._fit.MOST_SAMPLES", 60)
    data = dataset(sine, 90)
    said = ScalarGP(data.rep_in, data.rep_out, data.group).fitted(data.x, data.y)
    errors = np.asarray(data.y) - np.asarray(jax.jit(jax.vmap(said.model))(data.x))
    assert said.samples == 60 and said.left_out.shape == (90, 1)
    assert np.isclose(said.left_out, errors, rtol=1e-6, atol=1e-12).sum() == 30
