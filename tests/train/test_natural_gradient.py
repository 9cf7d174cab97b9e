"""Natural gradients on mini-batches: a fit by them, its settings, and what they refuse."""

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

from scalaremlp.train import Ending, FirstOrder, LeastSquares, NaturalGradient, Regression, fit, select
from scalaremlp.train._chunk import average_loss


def normal(shape, seed=0):
    return jnp.asarray(np.random.default_rng(seed).standard_normal(shape))


def network(dtype=float):
    return eqx.nn.MLP(3, 2, 20, 2, jnp.tanh, dtype=dtype, key=jr.key(2))


X = normal((300, 3))
DATA = (X, jnp.stack([jnp.sin(2 * X[:, 0]) * X[:, 1], X[:, 1] * X[:, 2]], axis=1))
SHORT = NaturalGradient(steps=150, rows=64)


def loss_of(model, data=DATA):
    return float(average_loss(Regression(), model, data, jr.key(0)))


def test_it_gets_farther_in_as_many_steps_than_adam(key):
    found = [
        loss_of(method.minimise(Regression(), network(), DATA, key=key)[0])
        for method in (SHORT, FirstOrder(steps=150, batch_size=64))
    ]
    assert found[0] < 0.05 * found[1] and found[0] < 1e-2 * loss_of(network())


def test_units_of_the_outputs_do_not_matter(key):
    """Nor of the parameters: a last layer a thousandth as large for outputs a thousandth as large."""
    start, data = network(), (X, 1e-9 * DATA[1])
    last = lambda model: (model.layers[-1].weight, model.layers[-1].bias)  # noqa: E731
    small = eqx.tree_at(last, start, jax.tree.map(jnp.zeros_like, last(start)))
    losses = []
    for batch, unit in ((DATA, 1.0), (data, 1e-9)):
        _, history = NaturalGradient(steps=20, chunk=1).minimise(Regression(), small, batch, key=key)
        losses.append(history["loss"][0] / unit**2)
    assert losses[0] == pytest.approx(losses[1], rel=1e-9)


def test_the_history_tells_the_loss_the_rate_and_the_epoch(key):
    model, history = SHORT.minimise(Regression(), network(), DATA, validation=DATA, key=key)
    assert history.optimizer == SHORT.name == "natural gradient" and history.ending is Ending.STEPS
    assert history["step"][-1] == 150 and history["epoch"][-1] == 150 * 64 / 300
    assert max(history["learning_rate"]) == pytest.approx(0.2, rel=0.05) and history["learning_rate"][-1] < 1e-3
    assert loss_of(model) == pytest.approx(min(history["validation"]), rel=1e-9)
    assert history["validation"][-1] < history["loss"][0]


def test_complex_outputs_of_real_parameters(key):
    class Turned(eqx.Module):
        inner: eqx.nn.Linear

        def __call__(self, x):
            return self.inner(x)[:1] * (1 + 2j)

    start = Turned(eqx.nn.Linear(3, 2, key=key))
    data = (X, (X @ jnp.array([1.0, -2.0, 0.5]))[:, None] * (1 + 2j))
    model, _ = NaturalGradient(steps=100).minimise(Regression(), start, data, key=key)
    assert loss_of(model, data) < 1e-6 * loss_of(start, data)


def test_single_precision_stays_single(key):
    model, data = jax.tree.map(lambda a: a.astype(jnp.float32) if eqx.is_array(a) else a, (network(), DATA))
    fitted, _ = NaturalGradient(steps=5).minimise(Regression(), model, data, key=key)
    assert {leaf.dtype for leaf in jax.tree.leaves(eqx.filter(fitted, eqx.is_array))} == {jnp.dtype(jnp.float32)}


class Whole(Regression):
    @property
    def separable(self):
        return False


@pytest.mark.parametrize(
    "settings, loss, samples",
    [({}, Regression(), 128), ({"rows": 40}, Regression(), 40), ({"rows": 40}, Whole(), 20), ({"rows": 1}, Whole(), 1),
     ({"batch_size": 30}, Whole(), 30), ({"rows": 999}, Regression(), 300)],
)  # fmt: skip
def test_samples_of_a_step(settings, loss, samples):
    """A row each, or all residuals of fewer samples."""
    assert NaturalGradient(**settings).batch_for(loss, network(), DATA) == samples


def test_fit_holds_samples_back_and_passes_settings_on(key):
    _, history = fit(network(), DATA, optimizer="natural-gradient", steps=20, key=key)
    assert history.how == "a fifth of the samples held back" and history["step"] == [20]
    assert None not in history["validation"] and history.reason == "given by the caller"


class Offering(eqx.Module):
    """Linear in its numbers."""

    w: jax.Array

    def __call__(self, x):
        return self.w @ x

    def linear_parameters(self):
        return Offering(True)


@pytest.mark.parametrize("dtype, name", [(float, "linear solve"), (jnp.float32, "natural gradient")])
def test_linear_parameters_are_solved_for_first_in_double(dtype, name, key):
    data = (X.astype(dtype), (X @ normal((3, 2))).astype(dtype))
    _, history = NaturalGradient(steps=3).minimise(Regression(), Offering(jnp.zeros((2, 3), dtype)), data, key=key)
    assert history.optimizer == name


@pytest.mark.parametrize(
    "settings, text",
    [
        ({"rows": 0}, r"`rows` must be a whole number of at least 1\. Got 0\."),
        ({"damping": 0.0}, r"`damping` must be a number above 0\. Got 0\.0\."),
        ({"learning_rate": 1.5}, r"`learning_rate` must be at most 1, and not negative\. Got 1\.5\."),
        ({"momentum": -0.1}, r"`momentum` must be at most 1, and not negative\. Got -0\.1\."),
        ({"norm_limit": float("nan")}, r"`norm_limit` must be a number above 0\. Got nan"),
        ({"steps": 10, "epochs": 2}, r"given once\. Got steps=10 and epochs=2"),
    ],
)
def test_settings_out_of_range(settings, text):
    with pytest.raises(ValueError, match=text):
        NaturalGradient(**settings)


def absolute(model, batch, key):
    return jnp.mean(jnp.abs(jax.vmap(model)(batch[0]) - batch[1]))


def test_what_is_refused(key):
    nothing = dict.fromkeys(("steps", "epochs", "batch_size", "schedule", "patience"))
    cases = [
        (absolute, network(), r"need a LeastSquares loss\. Got function: use optimizer='first-order'\."),
        (Regression(), Offering(jnp.ones((2, 3), complex)), r"need real parameters .* Got parameters of complex128"),
        (Regression(), Offering(jnp.ones((2, 3), jnp.float16)), r"Got parameters of float16 and numbers of float64"),
        (Regression(), eqx.nn.Identity(), r"must have parameters"),
    ]
    for loss, model, text in cases:
        with pytest.raises(ValueError, match=text):
            NaturalGradient().minimise(loss, model, DATA, key=key)
        with pytest.raises(ValueError, match=text):
            select(NaturalGradient(), nothing, loss, model, DATA)
    with jax.enable_x64(False), pytest.raises(ValueError, match=r"of float32 and numbers of float32: call scalaremlp"):
        NaturalGradient().check(Regression(), network(jnp.float32))


def test_a_loss_that_does_not_see_the_parameters_leaves_them(key):
    class Nothing(LeastSquares):
        def residuals(self, model, batch, key):
            return jnp.ones((len(batch), 1)) + 0 * model.sum()

    model, _ = NaturalGradient(steps=3).minimise(Nothing(), jnp.ones(2), jnp.ones((5, 1)), key=key)
    np.testing.assert_array_equal(model, jnp.ones(2))
