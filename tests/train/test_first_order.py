"""The training loop: reproducible to the bit, resumable, keeps the best model, takes any Optax optimiser."""

from dataclasses import replace

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import optax
import pytest

from scalaremlp.scalars import Statistics
from scalaremlp.train import Cosine, Ending, FirstOrder, LeastSquares, Regression
from scalaremlp.train._batches import shuffled
from scalaremlp.train._chunk import average_loss


def normal(shape, seed=0):
    return jnp.asarray(np.random.default_rng(seed).standard_normal(shape))


def problem(n: int = 60):
    x = normal((n, 3))
    return eqx.nn.Linear(3, 1, key=jr.key(2)), (x, jnp.sin(x[:, :1]) + x[:, 1:2])


def bits(tree) -> list[bytes]:
    return [np.asarray(leaf).tobytes() for leaf in jax.tree.leaves(eqx.filter(tree, eqx.is_array))]


SHORT = FirstOrder(steps=70, batch_size=16, chunk=20)
HELD_OUT = (jnp.ones((2, 3)), jnp.ones((2, 1)))


def test_the_same_key_gives_the_same_bits_and_another_key_others():
    model, data = problem()
    (first, history), (second, again), (other, _) = (
        SHORT.minimise(Regression(), model, data, validation=HELD_OUT, key=jr.key(seed)) for seed in (0, 0, 9)
    )
    assert bits(first) == bits(second) and history["loss"] == again["loss"]
    assert bits(first) != bits(other)


@pytest.mark.parametrize("stop_after", [1, 2, 3])
def test_a_resumed_run_ends_in_the_same_bits(stop_after, key):
    """Chunks end at 20, 40, 60 and 70 steps, of which 3 make an epoch, so in the midst of epochs."""
    model, data = problem()
    arguments, options = (Regression(), model, data), {"validation": HELD_OUT, "key": key}
    states = [state for state, _ in SHORT.chunks(SHORT.start(*arguments, **options), *arguments, **options)]
    saved = jax.tree.map(np.asarray, states[stop_after - 1])
    resumed = list(SHORT.chunks(jax.tree.map(jnp.asarray, saved), *arguments, **options))
    assert [record.step for _, record in resumed] == [20, 40, 60, 70][stop_after:]
    assert bits(resumed[-1][0]) == bits(states[-1])


def test_the_length_of_a_chunk_does_not_matter(key):
    """A chunk that starts inside an epoch goes on in that epoch's order."""
    model, data = problem()
    shorter = replace(SHORT, chunk=10)
    one, other = (each.minimise(Regression(), model, data, validation=HELD_OUT, key=key) for each in (SHORT, shorter))
    assert one[1]["step"] == [20, 40, 60, 70] and other[1]["step"] == [10, 20, 30, 40, 50, 60, 70]
    np.testing.assert_allclose(one[1]["validation"][-1], other[1]["validation"][-1], rtol=1e-12)


class Visits(eqx.Module):
    """One number for each sample. Its loss has gradient 1/b for the samples of a batch of b, and 0 for the others."""

    counts: jax.Array


def visit(model, batch, key):
    return jnp.mean(batch @ model.counts)


@pytest.mark.parametrize("n, batch, epochs", [(12, 4, 3), (13, 4, 5), (5, 8, 2)])
def test_every_sample_is_used_at_most_once_in_an_epoch(n, batch, epochs, key):
    used = min(n, batch)
    optimizer = FirstOrder(transformation=optax.sgd(-float(used)), batch_size=batch, epochs=epochs)
    model, history = optimizer.minimise(visit, Visits(jnp.zeros(n)), jnp.eye(n), key=key)
    steps = n // used
    assert history["step"][-1] == steps * epochs
    assert float(model.counts.sum()) == pytest.approx(used * steps * epochs)
    assert float(model.counts.max()) <= epochs + 1e-9
    if n % used:
        assert float(model.counts.min()) > 0  # another sample waits in each epoch
    else:
        np.testing.assert_allclose(model.counts, epochs)
        assert history["epoch"][-1] == epochs


def test_a_loss_gets_other_random_numbers_at_each_step(key):
    """But the validation loss the same ones, so that its values can be compared."""

    def noise(model, batch, key):
        return jr.uniform(key) + 0 * model.w

    _, history = FirstOrder(steps=10, chunk=1).minimise(noise, Point(jnp.zeros(())), TRAIN, validation=TRAIN, key=key)
    assert len(set(history["loss"])) == 10 and len(set(history["validation"])) == 1


def test_orders_differ_between_epochs_and_are_permutations(key):
    orders = [np.asarray(shuffled(key, jnp.asarray(epoch), 50)) for epoch in range(2)]
    assert all(sorted(order) == list(range(50)) for order in orders)
    assert not np.array_equal(*orders)


class Point(eqx.Module):
    """A model that is one number."""

    w: jax.Array | np.ndarray


class Towards(LeastSquares):
    """Its square distance to the data."""

    def residuals(self, model, batch, key):
        return (model.w - batch)[:, None]


TRAIN, VALIDATION = jnp.ones(4), jnp.full(2, 0.5)
SLOWLY = FirstOrder(transformation=optax.sgd(0.01), steps=400, chunk=2)


def test_the_model_of_the_best_validation_loss_is_kept(key):
    """w goes from 0 to 1 and passes 0.5, the optimum of the validation loss, on its way."""
    model, history = SLOWLY.minimise(Towards(), Point(jnp.zeros(())), TRAIN, validation=VALIDATION, key=key)
    best = int(np.argmin(history["validation"]))
    assert 0 < best < len(history) - 1
    assert float(Towards()(model, VALIDATION, key)) == min(history["validation"]) < 1e-4
    assert history.kept == f"the model of the smallest validation loss, after {history['step'][best]} steps"
    last, history = SLOWLY.minimise(Towards(), Point(jnp.zeros(())), TRAIN, key=key)
    assert float(last.w) == pytest.approx(1, abs=1e-3)
    assert history.kept == "the last model, after 400 steps" and history["validation"] == [None] * 200


def test_the_initial_model_is_kept_if_nothing_is_better(key):
    model, history = SLOWLY.minimise(Towards(), Point(jnp.asarray(0.5)), TRAIN, validation=VALIDATION, key=key)
    assert float(model.w) == 0.5 and history.kept.endswith("after 0 steps")


def test_patience(key):
    arguments = (Towards(), Point(jnp.zeros(())), TRAIN)
    patient = FirstOrder(transformation=optax.sgd(0.01), steps=400, chunk=2, patience=50)
    model, history = patient.minimise(*arguments, validation=VALIDATION, key=key)
    best = history["step"][int(np.argmin(history["validation"]))]
    assert history["step"][-1] == best + 50
    assert (history.ending, history.stopped) == (Ending.PATIENCE, "no better validation loss within 50 steps")
    assert float(model.w) == pytest.approx(0.5, abs=0.05)
    with pytest.raises(ValueError, match=r"`patience` needs a validation loss.*Got patience=50.*Pass `validation=`"):
        patient.minimise(*arguments, key=key)


@pytest.mark.parametrize("least, steps", [(None, 10), (4, 10), (30, 30)])
def test_patience_ends_no_fit_before_its_least_number_of_steps(least, steps, key):
    """Nothing is better than the start."""
    method = replace(SLOWLY, patience=10, least_steps=least)
    history = method.minimise(Towards(), Point(jnp.asarray(0.5)), TRAIN, validation=VALIDATION, key=key)[1]
    assert history["step"][-1] == steps and history.ending is Ending.PATIENCE


def test_a_diverging_fit_returns_the_model_from_before(key):
    wild = FirstOrder(transformation=optax.sgd(1.0), steps=4000, chunk=10)  # each step multiplies w by -3

    def steep(model, batch, key):
        return 2 * jnp.mean((model.w - batch) ** 2)

    with pytest.warns(UserWarning, match="not finite by step"):
        model, history = wild.minimise(steep, Point(jnp.zeros(())), TRAIN, key=key)
    assert np.isfinite(float(model.w)) and abs(float(model.w)) > 1e100
    assert history["step"][-1] < 4000 and history.ending is Ending.NOT_FINITE


def test_a_gradient_that_is_not_finite_is_noticed_at_once(key):
    def bare_root(model, batch, key):
        return jnp.sqrt(model.w**2) + jnp.mean(batch)

    with pytest.warns(UserWarning, match="not finite by step 1"):
        model, _ = FirstOrder(steps=1).minimise(bare_root, Point(jnp.zeros(())), TRAIN, key=key)
    assert float(model.w) == 0


def test_a_model_without_parameters_is_refused(key):
    with pytest.raises(ValueError, match=r"must have parameters.*Got Point without any"):
        SHORT.minimise(Towards(), Point(np.zeros(())), TRAIN, key=key)


def test_a_loss_that_is_not_finite_from_the_start_is_refused(key):
    with pytest.raises(ValueError, match=r"must be finite before training\. Got nan\. Check"):
        SHORT.minimise(Towards(), Point(jnp.asarray(jnp.nan)), TRAIN, key=key)


def test_units_of_the_outputs_do_not_matter(key):
    """The loss at the start sets the scale, so Adam's epsilon is small beside the gradients of tiny outputs too."""
    x = normal((32, 1))
    losses = []
    for unit in (1.0, 1e-9):
        model = eqx.nn.Linear(1, 1, key=jr.key(0))
        model = jax.tree.map(lambda a, unit=unit: unit * a, model)
        _, history = FirstOrder(steps=200, learning_rate=0.01 * unit).minimise(
            Regression(), model, (x, unit * (3 * x + 1)), key=key
        )
        losses.append(np.array(history["loss"]) / unit**2)
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-4)


@pytest.mark.parametrize(
    "optimizer",
    [
        FirstOrder(steps=500, learning_rate=0.05),
        FirstOrder(steps=500, learning_rate=0.05, weight_decay=1e-4, schedule="step"),
        FirstOrder(steps=500, transformation=optax.adam(3e-2)),
        FirstOrder(steps=500, transformation=optax.sgd(1e-2, momentum=0.9, nesterov=True), schedule=Cosine(0.1)),
        FirstOrder(steps=20, transformation=optax.lbfgs()),
    ],
    ids=["adam", "adamw", "optax.adam", "sgd", "lbfgs"],
)
def test_any_optax_optimizer(optimizer, key):
    model, (x, y) = problem()
    exact = np.linalg.lstsq(np.c_[x, np.ones(len(x))], y)[1][0] / len(x)
    fitted, _ = optimizer.minimise(Regression(), model, (x, y), key=key)
    assert float(Regression()(fitted, (x, y), key)) < 1.1 * exact < 0.2 * float(Regression()(model, (x, y), key))


def test_the_learning_rate_is_recorded(key):
    model, data = problem()
    optimizer = FirstOrder(learning_rate=0.02, steps=40, chunk=10, schedule=Cosine(warmup=0.5, final=0.1))
    _, history = optimizer.minimise(Regression(), model, data, key=key)
    expected = [0.02 * Cosine(warmup=0.5, final=0.1).factor(step - 1, 40) for step in history["step"]]
    np.testing.assert_allclose(history["learning_rate"], expected)


def test_the_schedule_multiplies_the_update(key):
    """Plain gradient descent on w with gradient 1: w falls by the sum of the rates."""
    schedule = Cosine(warmup=0.25)
    optimizer = FirstOrder(transformation=optax.sgd(0.5), steps=20, chunk=7, schedule=schedule)
    model, _ = optimizer.minimise(lambda m, b, k: m.w + 0 * b.sum(), Point(jnp.ones(())), TRAIN, key=key)
    assert float(model.w) == pytest.approx(1 - 0.5 * sum(schedule.factor(step, 20) for step in range(20)), rel=1e-12)


class Complex(eqx.Module):
    w: jax.Array

    def __call__(self, x):
        return self.w * x


def test_complex_parameters(key):
    x = normal((20, 1)) + 1j * normal((20, 1), seed=1)
    model, _ = FirstOrder(steps=500, learning_rate=0.05).minimise(
        Regression(), Complex(jnp.ones((), complex)), (x, (0.5 - 2j) * x), key=key
    )
    assert complex(model.w) == pytest.approx(0.5 - 2j, abs=1e-3)


class Centre(Statistics):
    mean: jax.Array


class Centred(eqx.Module):
    centre: Centre
    w: jax.Array
    name: str = eqx.field(static=True, default="centred")

    def __call__(self, x):
        return self.w * (x - self.centre.mean)


def test_statistics_stay(key):
    x = normal((20, 2))
    model = Centred(Centre(jnp.full(2, 0.3)), jnp.ones(2))
    fitted, _ = FirstOrder(steps=50, weight_decay=0.1).minimise(Regression(), model, (x, 3 * x), key=key)
    assert float(jnp.abs(fitted.w - model.w).min()) > 0.01
    np.testing.assert_array_equal(fitted.centre.mean, model.centre.mean)


@pytest.mark.parametrize("n", [3, 1024, 2053])
def test_averages_over_pieces_are_exact(n, key):
    """A mean over unequal batches would be off for 2053 = 2 * 1024 + 5 samples."""
    values = jnp.arange(float(n)) ** 2
    assert float(average_loss(lambda m, b, k: jnp.mean(b), None, values, key)) == pytest.approx(
        float(values.mean()), rel=1e-12
    )


def test_equal_fits_are_compiled_once(key):
    traced = []

    class Traced(Regression):
        def residuals(self, model, batch, key):
            traced.append(len(batch[0]))
            return super().residuals(model, batch, key)

    model, data = problem()
    for seed, steps, rate in ((0, 40, 1e-2), (1, 60, 1e-3)):
        FirstOrder(steps=steps, chunk=20, learning_rate=rate).minimise(Traced(), model, data, key=jr.key(seed))
        count = len(traced) if seed == 0 else count
    assert len(traced) == count > 0


def test_single_precision_stays_single(key):
    model, data = problem()
    model, data = jax.tree.map(lambda a: a.astype(jnp.float32) if eqx.is_array(a) else a, (model, data))
    fitted, _ = FirstOrder(steps=5).minimise(Regression(), model, data, key=key)
    assert {leaf.dtype for leaf in jax.tree.leaves(eqx.filter(fitted, eqx.is_array))} == {jnp.dtype(jnp.float32)}


@pytest.mark.parametrize(
    "settings, text",
    [
        ({"steps": 0}, r"`steps` must be a whole number of at least 1\. Got 0\."),
        ({"batch_size": -1}, r"`batch_size` must be a whole number of at least 1\. Got -1\."),
        ({"epochs": 0}, r"`epochs` must be a whole number of at least 1"),
        ({"chunk": 0}, r"`chunk` must be a whole number of at least 1"),
        ({"patience": 0}, r"`patience` must be a whole number of at least 1"),
        ({"steps": 10, "epochs": 2}, r"given once\. Got steps=10 and epochs=2\. Leave one out"),
        ({"learning_rate": 0.0}, r"`learning_rate` must be a number above 0\. Got 0\.0\. The default is 0\.005"),
        ({"weight_decay": -0.1}, r"`weight_decay` must be a number of at least 0\. Got -0\.1"),
        ({"schedule": "cosin"}, r"one of cosine, step, constant .*Got 'cosin'\."),
    ],
)
def test_settings_out_of_range(settings, text):
    with pytest.raises(ValueError, match=text):
        FirstOrder(**settings)
