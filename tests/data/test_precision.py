"""Numbers of any precision and byte order become the working one; what is marked as missing is refused."""

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

from scalaremlp.data import Dataset, Trajectories, read, read_inputs
from scalaremlp.groups import O, U
from scalaremlp.measure import equivariance_error, evaluate, predict
from scalaremlp.reps import T
from scalaremlp.train import FirstOrder, fit

X = np.arange(1, 13).reshape(4, 3)
Y = np.ones((4, 1))
KINDS = [">f8", "<f4", ">f4", ">f2", np.longdouble, ">i4", "<i2", ">u8", "?"]


def dataset(x):
    return Dataset(x, Y, T(1), T(0), O(3)).x


def of_a_file(x, tmp_path):
    np.savez(tmp_path / "mine.npz", x=x, y=Y)
    data = read(tmp_path / "mine.npz", T(1), T(0), O(3))
    np.testing.assert_array_equal(read_inputs(tmp_path / "mine.npz", T(1), O(3)), data.x)
    return data.x


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("made", [dataset, of_a_file])
def test_every_kind_of_number_becomes_float64(kind, made, tmp_path):
    x = made(X.astype(kind), *([tmp_path] if made is of_a_file else []))
    assert x.dtype == jnp.float64
    np.testing.assert_array_equal(x, X.astype(kind).astype(float))


@pytest.mark.parametrize("kind", ["<c8", ">c16", np.clongdouble, "<f4", ">i8"], ids=str)
def test_of_complex_groups_they_become_complex128(kind):
    x = Dataset(X.astype(kind), Y, T(1), T(0), U(3)).x
    assert x.dtype == jnp.complex128
    np.testing.assert_array_equal(x, X)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_without_x64_they_become_float32(kind):
    with jax.enable_x64(False):
        assert dataset(X.astype(kind)).dtype == jnp.float32


def test_bfloat16_and_jax_arrays():
    for kind in (jnp.bfloat16, jnp.float16, jnp.float32, jnp.int32):
        assert dataset(jnp.asarray(X, kind)).dtype == dataset(np.asarray(jnp.asarray(X, kind))).dtype == jnp.float64


@pytest.mark.filterwarnings("error")
def test_numbers_beyond_float64_are_refused():
    x = X.astype(np.longdouble)
    x[1, 2] = np.longdouble("1e4000") if np.finfo(np.longdouble).max > 1e308 else np.inf
    with pytest.raises(ValueError, match=r"`x` must be finite\. Got inf in sample 1, column 2"):
        dataset(x)


def squares(x):
    return jnp.sum(x**2)[None]


@pytest.mark.parametrize("kind", KINDS, ids=str)
def test_functions_take_every_kind(kind):
    x, exact = X.astype(kind), X.astype(kind).astype(float)
    y = np.sum(exact**2, axis=1, keepdims=True)
    found = predict(squares, x)
    assert found.dtype == jnp.float64
    np.testing.assert_array_equal(found, y)
    assert equivariance_error(squares, T(1), T(0), O(3), key=jr.key(0), x=x) < 1e-14
    if np.dtype(kind).kind == "f":
        assert evaluate(squares, (x, y))["mse"] == 0


class Line(eqx.Module):
    weights: jax.Array

    def __call__(self, x):
        return (self.weights @ x)[None]


def test_a_fit_of_foreign_arrays_is_that_of_float64():
    x, y = X / 8, X[:, :1] / 4
    found = [
        fit(Line(jnp.zeros(3)), data, optimizer=FirstOrder(steps=3), key=jr.key(1))[0].weights
        for data in ((x, y), (x.astype(">f8"), y.astype(np.longdouble)))
    ]
    np.testing.assert_array_equal(*found)


@pytest.mark.parametrize("kind", [">f8", np.longdouble, ">i4"], ids=str)
def test_trajectories(kind):
    t = np.tile(np.arange(3), (4, 1))
    data = Trajectories(t.astype(kind), X.reshape(4, 3, 1).astype(kind), Y.astype(kind), T(0), T(0), O(2))
    assert {data.t.dtype, data.z.dtype, data.parameters.dtype} == {jnp.dtype(float)}


MASKED = np.ma.masked_equal(X.astype(float), 8.0)
MISSING = r"must have no missing values\. Got 1 masked ones, the first at \(2, 1\)\. Leave those samples out"


@pytest.mark.parametrize(
    "call",
    [
        lambda: Dataset(MASKED, Y, T(1), T(0), O(3)),
        lambda: Dataset(list(MASKED), Y, T(1), T(0), O(3)),
        lambda: Dataset(X, MASKED, T(1), T(1), O(3)),
        lambda: predict(squares, MASKED),
        lambda: evaluate(squares, (MASKED, Y)),
        lambda: equivariance_error(squares, T(1), T(0), O(3), key=jr.key(0), x=MASKED),
        lambda: Trajectories(MASKED, X[..., None], None, T(0), None, O(2)),
    ],
    ids=["inputs", "a list of rows", "outputs", "predict", "evaluate", "equivariance_error", "trajectories"],
)
def test_masked_values_are_refused(call, unchecked):
    with pytest.raises(ValueError, match=MISSING):
        call()


def test_a_mask_of_nothing_is_no_harm():
    np.testing.assert_array_equal(dataset(np.ma.array(X)), X)


@pytest.mark.parametrize("unit", [1e-60, 1e60])
def test_single_precision_loses_no_column_in_silence(unit):
    x, y = np.ones((5, 3)), np.stack([np.ones(5), unit * np.ones(5)], axis=1)
    with (
        jax.enable_x64(False),
        pytest.raises(ValueError, match=r"single precision\. Got .* about 1e.?60\. Call scalaremlp"),
    ):
        Dataset(x, y, T(1), 2 * T(0), O(3))
    assert Dataset(x, y, T(1), 2 * T(0), O(3)).y[0, 1] == unit
