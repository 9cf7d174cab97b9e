"""The choice of an optimiser: by sizes alone, and with a reason in words."""

from dataclasses import dataclass
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import optax
import pytest

from scalaremlp.train import Cosine, FirstOrder, LeastSquares, LevenbergMarquardt, Regression
from scalaremlp.train._select import MAX_BYTES, MAX_FLOPS, select

NOTHING = dict.fromkeys(("steps", "epochs", "batch_size", "schedule", "patience"))
DATA = (jnp.ones((20, 3)), jnp.ones((20, 2)))


@dataclass(frozen=True)
class Fake:
    """Stands in for Levenberg-Marquardt, with a cost that the test sets."""

    asked: ClassVar[list] = []
    price = (1.0, 1.0)

    @classmethod
    def cost(cls, parameters, residuals, samples):
        cls.asked.append((parameters, residuals, samples))
        return cls.price

    def minimise(self, loss, model, data, *, validation, key, callbacks):
        raise AssertionError("only chosen, never run")


@pytest.fixture
def fake(monkeypatch):
    monkeypatch.setattr("scalaremlp.train._select.LevenbergMarquardt", Fake)
    monkeypatch.setattr(Fake, "asked", [])
    return Fake


def model(dtype=float):
    return eqx.nn.Linear(3, 2, dtype=dtype, key=jr.key(0))


def cross_entropy(model, batch, key):
    return -jnp.mean(batch[1] * jax.nn.log_softmax(jax.vmap(model)(batch[0])))


def test_least_squares_in_float64_takes_levenberg_marquardt(fake):
    optimizer, reason = select(None, NOTHING, Regression(), model(), DATA)
    assert optimizer == Fake() and fake.asked == [(8, 2, 20)]
    assert (
        reason == "least squares in float64 with 8 parameters and 40 residuals: 1e-09 Gflop an iteration and 1e-09 GB"
    )


def test_a_loss_says_how_many_residuals_a_sample_has(fake):
    class Three(LeastSquares):
        def residuals(self, model, batch, key):
            return jnp.concatenate([jax.vmap(model)(batch[0]), batch[1][:, :1]], axis=1)

    select(None, NOTHING, Three(), model(), DATA)
    assert fake.asked == [(8, 3, 20)]


@pytest.mark.parametrize("price", [(1.01 * MAX_FLOPS, 1.0), (1.0, 1.01 * MAX_BYTES)])
def test_too_costly(fake, monkeypatch, price):
    monkeypatch.setattr(fake, "price", price)
    optimizer, reason = select(None, NOTHING, Regression(), model(), DATA)
    assert optimizer == FirstOrder()
    assert (
        reason.startswith("with 8 parameters and 40 residuals Levenberg-Marquardt would need") and "more than" in reason
    )


def test_too_costly_for_the_real_one():
    """10 000 parameters make a matrix of 10⁸ entries."""
    assert select(None, NOTHING, Regression(), model(), DATA)[0] == LevenbergMarquardt()
    wide = eqx.nn.MLP(3, 2, 100, 2, key=jr.key(0))
    assert select(None, NOTHING, Regression(), wide, DATA)[0] == FirstOrder()


def test_another_loss(fake):
    optimizer, reason = select(None, NOTHING, cross_entropy, model(), DATA)
    assert optimizer == FirstOrder() and reason.startswith("function is no LeastSquares loss") and not fake.asked


@pytest.mark.parametrize("dtype", [jnp.float32, jnp.complex128])
def test_other_precisions(fake, dtype):
    optimizer, reason = select(None, NOTHING, Regression(), model(dtype), DATA)
    assert optimizer == FirstOrder() and not fake.asked
    assert reason == f"the parameters are {jnp.dtype(dtype)}, and Levenberg-Marquardt needs float64"


def test_without_x64_a_warning_says_so(fake):
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
    ],
)
def test_a_given_optimizer_is_taken(optimizer, settings, expected):
    got, reason = select(optimizer, {**NOTHING, **settings}, Regression(), model(), DATA)
    assert got == expected and reason


@pytest.mark.parametrize(
    "optimizer, settings, text",
    [
        ("adam", {}, r"by name is one of first-order, levenberg-marquardt\. Got 'adam'\. For others"),
        (3, {}, r"`optimizer` must be None, a name.*Got 3\. With None"),
        (LevenbergMarquardt(), {"steps": 5}, r"belong to first-order training\. Got steps with LevenbergMarquardt\."),
    ],
)
def test_what_cannot_be_taken(optimizer, settings, text):
    with pytest.raises(ValueError, match=text):
        select(optimizer, {**NOTHING, **settings}, Regression(), model(), DATA)
