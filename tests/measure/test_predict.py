"""Many inputs at once: the model on every row, NumPy arrays in and out."""

import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

import scalaremlp as se
from scalaremlp.groups import O
from scalaremlp.measure import predict
from scalaremlp.nn import MLP
from scalaremlp.reps import T


def points(n, size):
    return np.random.default_rng(0).standard_normal((n, size))


def model():
    return MLP(T(0) + T(1), T(1), O(3), width=4, depth=1, key=jr.key(0))


@pytest.mark.parametrize("n, batch", [(1, 4), (4, 4), (10, 4), (7, 100)])
def test_predict_is_the_model_on_every_row(n, batch):
    x = jnp.asarray(points(n, 3))
    np.testing.assert_array_equal(predict(lambda v: 2 * v[:2], x, batch=batch), 2 * x[:, :2])


def test_it_is_offered_by_the_package():
    assert se.predict is predict and "predict" in se.__all__


def test_numpy_in_and_out():
    x = points(5, 4)
    y = predict(model(), x)
    assert type(y) is np.ndarray and y.shape == (5, 3) and y.flags.writeable and y.dtype == np.float64
    np.testing.assert_allclose(y, jax.vmap(model())(jnp.asarray(x)), rtol=1e-14)


def test_jax_in_and_out():
    x = jnp.asarray(points(5, 4))
    assert isinstance(predict(model(), x), jax.Array)
    assert jax.jit(lambda x: predict(model(), x))(x).shape == (5, 3)


def test_whole_numbers_of_a_typed_model():
    np.testing.assert_array_equal(predict(model(), np.eye(4, dtype=int)), predict(model(), np.eye(4)))


def test_predict_refuses_no_inputs(unchecked):
    with pytest.raises(ValueError, match=r"inputs of shape \(n, size_in\)\. Got shape \(0, 3\)\. One"):
        predict(lambda v: v, jnp.zeros((0, 3)))


def test_predict_refuses_empty_batches():
    with pytest.raises(ValueError, match=r"^`batch` must be a whole number of at least 1\. Got 0\. Leave it out"):
        predict(lambda x: x, jnp.ones((3, 2)), batch=0)


MODEL_INPUT = r"`x` must be inputs of shape (n, 4), for (T(0) + T(1))(O(3)). Got shape "


@pytest.mark.parametrize(
    "x, text",
    [
        (np.ones(4), MODEL_INPUT + "(4,). One input is predicted by model(x), many are the rows of `x`."),
        (np.ones(()), MODEL_INPUT + "(). One input is predicted by model(x), many are the rows of `x`."),
        (np.ones((0, 4)), MODEL_INPUT + "(0, 4). One input is predicted by model(x), many are the rows of `x`."),
        (np.ones((6, 5)), MODEL_INPUT + "(6, 5). Give each input in the order in which the type is written."),
        (np.ones((6, 2, 2)), MODEL_INPUT + "(6, 2, 2). Flatten each input: x.reshape(len(x), -1)."),
        (jnp.ones(4), MODEL_INPUT + "(4,). One input is predicted by model(x), many are the rows of `x`."),
        (np.full((6, 4), np.nan), "`x` must be finite. Got nan in sample 0, column 0. "
         "Repair that sample or leave it out."),
        (np.full((6, 4), "1"), "`x` must be an array of numbers. Got dtype <U1. Convert it to float64."),
        (1j * np.ones((6, 4)), "`x` must be real, since (T(0) + T(1))(O(3)) is real. Got dtype complex128. "
         "Pass real arrays or choose a complex group."),
    ],
)  # fmt: skip
def test_what_are_no_inputs_of_the_model(unchecked, x, text):
    with pytest.raises(ValueError) as caught:
        predict(model(), x)
    assert str(caught.value) == text


@pytest.mark.parametrize("x", [np.ones(4), np.ones((2, 2, 2)), np.full((2, 2), "1")], ids=["one", "blocks", "text"])
def test_what_are_no_inputs_of_a_function(unchecked, x):
    with pytest.raises(ValueError, match=r"^`x` must be .* Got .*\.$"):
        predict(lambda v: v, x)


def test_another_number_of_samples_is_not_compiled_for(caplog):
    se.predict(doubled, np.ones((1500, 2)))
    with jax.log_compiles():
        found = se.predict(doubled, np.ones((2700, 2)))
    programs = [record.getMessage() for record in caplog.records if "Finished XLA compilation" in record.getMessage()]
    assert found.shape == (2700, 2) and (found == 2).all()
    assert not [each for each in programs if "stage" not in each]  # which puts an array on the device


def doubled(x):
    return 2 * x
