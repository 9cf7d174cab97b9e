"""The choice of an optimiser: by sizes alone, and with a reason in words."""

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import optax
import pytest

from scalaremlp.train import Cosine, FirstOrder, LeastSquares, LevenbergMarquardt, NaturalGradient, Regression
from scalaremlp.train._select import select

NOTHING = dict.fromkeys(("steps", "epochs", "batch_size", "schedule", "patience"))
DATA = (jnp.ones((20, 3)), jnp.ones((20, 2)))


def model(dtype=float):
    return eqx.nn.Linear(3, 2, dtype=dtype, key=jr.key(0))


def cross_entropy(model, batch, key):
    return -jnp.mean(batch[1] * jax.nn.log_softmax(jax.vmap(model)(batch[0])))


def test_least_squares_in_float64_takes_levenberg_marquardt():
    optimizer, reason = select(None, NOTHING, Regression(), model(), DATA)
    assert optimizer == LevenbergMarquardt()
    assert reason.startswith("least squares in float64 with 8 parameters and 40 residuals: ")


def test_a_loss_says_how_many_residuals_a_sample_has():
    class Three(LeastSquares):
        def residuals(self, model, batch, key):
            return jnp.concatenate([jax.vmap(model)(batch[0]), batch[1][:, :1]], axis=1)

    assert "8 parameters and 60 residuals" in select(None, NOTHING, Three(), model(), DATA)[1]


def test_a_large_data_set_is_cut_to_the_budget_of_an_iteration():
    method = LevenbergMarquardt(budget=1e6)
    assert method.share(parameters=100, residuals=1, samples=1000) == (70, 1)  # 2·70²·100 < 10⁶
    assert method.share(parameters=100, residuals=9, samples=10) == (10, 7)
    assert method.share(parameters=10, residuals=1, samples=9000) == (5000, 1)  # 2·5000·10² = 10⁶
    assert method.share(parameters=10, residuals=9, samples=10) == (10, 9)
    assert method.cost(100, 1, 1000)[0] == method.cost(100, 1, 70)[0] < method.cost(10, 1, 1000)[0] * 50
    assert not method.suits(126, 1, 1000) and method.suits(125, 1, 1000) and method.suits(10, 1, 1000)


def test_too_costly_for_the_real_one():
    """10 000 parameters make a matrix of 10⁸ entries, unless there are so few residuals that theirs takes its place."""
    assert select(None, NOTHING, Regression(), model(), DATA)[0] == LevenbergMarquardt()
    wide = eqx.nn.MLP(3, 2, 100, 2, key=jr.key(0))
    many = jax.tree.map(lambda array: jnp.tile(array, (300, 1)), DATA)
    assert select(None, NOTHING, Regression(), wide, DATA)[0] == LevenbergMarquardt()
    assert select(None, NOTHING, Regression(), wide, many)[0] == FirstOrder(linear_first=True)


def test_few_residuals_of_many_parameters_are_seen_all():
    """300 samples of 9 residuals for 3808 parameters."""
    method = LevenbergMarquardt()
    assert method.suits(3808, 9, 300) and method.share(3808, 9, 300) == (300, 9)
    assert method.cost(3808, 9, 300)[1] < method.cost(3808, 9, 3000)[1] < 8 * (3 * 3808**2 + 2 * 2.6e7)


def test_another_loss():
    optimizer, reason = select(None, NOTHING, cross_entropy, model(), DATA)
    assert optimizer == FirstOrder() and reason.startswith("function is no LeastSquares loss")


@pytest.mark.parametrize("dtype", [jnp.float32, jnp.complex128])
def test_other_precisions(dtype):
    optimizer, reason = select(None, NOTHING, Regression(), model(dtype), DATA)
    assert optimizer == FirstOrder()
    assert reason == f"the parameters are {jnp.dtype(dtype)}, and Levenberg-Marquardt needs float64"


def test_without_x64_a_warning_says_so():
    with (
        jax.enable_x64(False),
        pytest.warns(UserWarning, match=r"first-order method: .*float32.*enable_x64\(\) before"),
    ):
        select(None, NOTHING, Regression(), model(jnp.float32), DATA)


ADAM = optax.adam(1e-3)


@pytest.mark.parametrize(
    "optimizer, settings, expected",
    [
        (None, {"steps": 5}, FirstOrder(steps=5)),
        (None, {"epochs": 5, "patience": 7}, FirstOrder(epochs=5, patience=7)),
        (ADAM, {}, FirstOrder(transformation=ADAM)),
        (ADAM, {"steps": 5, "schedule": "cosine"}, FirstOrder(transformation=ADAM, steps=5, schedule="cosine")),
        (FirstOrder(learning_rate=0.1), {}, FirstOrder(learning_rate=0.1)),
        (FirstOrder(learning_rate=0.1), {"schedule": Cosine(0.2)}, FirstOrder(learning_rate=0.1, schedule=Cosine(0.2))),
        ("first-order", {"batch_size": 9}, FirstOrder(batch_size=9)),
        ("levenberg-marquardt", {}, LevenbergMarquardt()),
        (LevenbergMarquardt(steps=3), {}, LevenbergMarquardt(steps=3)),
        ("natural-gradient", {"steps": 9}, NaturalGradient(steps=9)),
        (NaturalGradient(rows=64), {"patience": 9}, NaturalGradient(rows=64, patience=9)),
    ],
)
def test_a_given_optimizer_is_taken(optimizer, settings, expected):
    got, reason = select(optimizer, {**NOTHING, **settings}, Regression(), model(), DATA)
    assert got == expected and reason


@pytest.mark.parametrize(
    "optimizer, settings, text",
    [
        (
            "adam",
            {},
            r"`optimizer` must be one of first-order, levenberg-marquardt, natural-gradient\. Got 'adam'\. For others",
        ),
        (3, {}, r"`optimizer` must be None, a name.*Got 3\. With None"),
        (LevenbergMarquardt(), {"steps": 5}, r"belong to first-order training\. Got steps with LevenbergMarquardt\."),
    ],
)
def test_what_cannot_be_taken(optimizer, settings, text):
    with pytest.raises(ValueError, match=text):
        select(optimizer, {**NOTHING, **settings}, Regression(), model(), DATA)
