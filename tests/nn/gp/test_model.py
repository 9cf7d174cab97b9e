"""`ScalarGP` is a model as the others are: equivariant, compiled, batched, saved, refused."""

from functools import cache

import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

import scalaremlp as se
from scalaremlp.groups import SO, SU, Lorentz, O, Sp, U
from scalaremlp.nn import ScalarGP
from scalaremlp.reps import T

from ..models import draw
from .laws import dataset, fitted, some_law

EXACT = 1e-12
MODEL = 1e-9
GROUPS = [O(2), SO(2), Lorentz(), Sp(1), SU(2), U(2)]
OUTPUTS = [T(0), T(1), T(2), T(0) + T(1)]
CASES = [(group, rep_out) for group in GROUPS for rep_out in OUTPUTS]
QUICK = {(O(2), T(0) + T(1)), (Lorentz(), T(1)), (Sp(1), T(0)), (U(2), T(0) + T(1)), (SO(2), T(2))}
over_cases = pytest.mark.parametrize(
    "group, rep_out",
    [case if case in QUICK else pytest.param(*case, marks=pytest.mark.slow) for case in CASES],
    ids=str,
)


def source(group):
    return 2 * T(1) + T(0, 1) if group.field == "complex" else 2 * T(1)


@over_cases
def test_contract(group, rep_out):
    """One fit for all, since fits take the time."""
    data = some_law(group, source(group), rep_out)
    model = fitted(data)
    y = np.asarray(jax.vmap(model)(data.x))
    size = np.abs(y).max()
    assert y.shape == data.y.shape and np.isfinite(y).all() and y.dtype == data.y.dtype
    if np.abs(np.asarray(data.y)).max() > 1e-9:  # one vector of Sp(1) has no scalar
        assert size > 1e-3
    assert se.equivariance_error(model, source(group), rep_out, group, key=jr.key(1), samples=8) < MODEL
    compiled = np.asarray(jax.jit(jax.vmap(model))(data.x))
    alone = np.stack([np.asarray(model(each)) for each in data.x[:3]])
    weights = max(np.abs(tensor.weights).sum(axis=1).max(initial=0.0) for tensor in model.tensors)
    rounding = max(EXACT * size, np.finfo(float).eps * weights)  # what weights make of the last digit of a function
    assert np.abs(compiled - y).max() <= rounding and np.abs(alone - y[:3]).max() <= rounding


def test_gradients_are_finite_where_vectors_vanish_or_are_equal():
    """Of a process that depends on lengths, and of an exponential of one."""
    v, zero = jnp.array([1.0, 2.0, 3.0]), jnp.zeros(3)
    pairs = jnp.stack([jnp.concatenate(pair) for pair in [(zero, zero), (v, zero), (v, v), (v, -v), (v, 2 * v)]])
    for data in (dataset(lambda _, v: np.linalg.norm(v[:, 0] - v[:, 1], axis=1, keepdims=True)), dataset(positive)):
        slopes = np.asarray(jax.jit(jax.vmap(jax.jacobian(fitted(data))))(pairs))
        assert np.isfinite(slopes).all()
        assert (np.abs(slopes).max(axis=(1, 2)) > 1e-3).any()


def positive(_, v):
    return np.exp(2.5 * np.sum(v[:, 0] ** 2, axis=1, keepdims=True))


def with_decades(n=60):
    data = dataset(lambda s, v: s, n=n, numbers=1, seed=4)
    x = np.array(data.x)
    x[:, 0] = np.exp(4 * x[:, 0])
    y = x[:, :1] * np.sum(x[:, 1:4] * x[:, 4:], axis=1, keepdims=True)
    return se.data.Dataset(x, y, data.rep_in, data.rep_out, data.group)


LINKS = {
    "identity": lambda: dataset(lambda _, v: np.sum(v[:, 0] ** 2, axis=1, keepdims=True)),
    "log": lambda: dataset(positive),
    "power": with_decades,
    "complex": lambda: some_law(U(2), source(U(2)), T(0) + T(1)),
}


@cache
def fitted_to(name):
    return fitted(LINKS[name]())


@pytest.mark.parametrize("name", LINKS)
def test_saved_and_loaded_to_the_bit(name, tmp_path):
    data, model = LINKS[name](), fitted_to(name)
    used = "log" if any(model.logs) else "power" if any(t.known.exponents.any() for t in model.tensors) else "identity"
    assert used == ("identity" if name == "complex" else name)
    se.save(tmp_path / "run", model)
    again = se.load(tmp_path / "run")
    assert isinstance(again, ScalarGP) and again.config() == model.config()
    assert (np.asarray(jax.jit(jax.vmap(again))(data.x)) == np.asarray(jax.jit(jax.vmap(model))(data.x))).all()
    assert again.dependencies == model.dependencies and again.summary == model.summary


def test_the_config_makes_a_model_of_the_same_structure():
    model = fitted_to("power")
    again = ScalarGP.from_config(model.config())
    same = jax.tree.map(lambda a, b: a.shape == b.shape and a.dtype == b.dtype, model, again)
    assert jax.tree.all(same) and jax.tree.structure(model) == jax.tree.structure(again)


@pytest.mark.parametrize("group", [O(3), U(2)], ids=str)
def test_unfitted_it_is_zero(group):
    model = ScalarGP(2 * T(1), T(0) + T(1), group, key=jr.key(0))
    y = np.asarray(jax.jit(jax.vmap(model))(draw(group, 4, 2 * group.dim)))
    assert y.shape == (4, 1 + group.dim) and not y.any()
    assert model.dependencies == {} and model.positions == ()


@pytest.mark.usefixtures("unchecked")
def test_an_input_of_another_shape_is_refused():
    with pytest.raises(ValueError, match=r"one input of size 6.*Got"):
        ScalarGP(2 * T(1), T(0), O(3))(jnp.ones((4, 6)))


def test_how_many_searches_there_are_is_kept():
    model = ScalarGP(2 * T(1), T(0), O(3), searches=1)
    assert ScalarGP.from_config(model.config()).searches == 1
    usual = ScalarGP(2 * T(1), T(0), O(3))
    assert usual.searches == 4 and "searches" not in usual.config()
    with pytest.raises(ValueError, match=r"`searches` must be a whole number of at least 1. Got 0."):
        ScalarGP(2 * T(1), T(0), O(3), searches=0)
