"""Fits by Levenberg-Marquardt: exact laws, the minimum SciPy finds, regularisation, validation, its two stages."""

from dataclasses import replace
from itertools import pairwise

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest
from decay import DECAY, TIMES, Decay
from scipy.optimize import least_squares

from scalaremlp.train import Ending, LevenbergMarquardt, Regression
from scalaremlp.train.second_order.plan import Fitted, stages
from scalaremlp.train.second_order.run import Run
from scalaremlp.train.second_order.stage import Stage

PLAIN = LevenbergMarquardt(regularise=False, tolerance=1e-9)


class Inner(eqx.Module):
    """A polynomial, and a wave beside it that starts at zero."""

    polynomial: jax.Array
    wave: jax.Array

    def __call__(self, x):
        return self.polynomial @ jnp.array([1.0, x, x**2]) + self.wave[0] * jnp.sin(self.wave[1] * x)

    def linear_parameters(self):
        return Inner(True, False)

    def parameter_groups(self):
        return Inner(np.arange(3), np.zeros(2, int))


class Outer(eqx.Module):
    inner: Inner

    def __call__(self, x):
        return jnp.exp(self.inner(x[0]))[None]


def planned(method, model, data, key):
    """What is fitted, and the stages of that fit."""
    fitted = Fitted.of(Regression(), model, data, key)
    return fitted, stages(fitted, method)


def test_what_a_part_of_the_model_is_linear_in_is_fitted_first(key):
    """Alone, without the others moving, and a law that it can express is exact then."""
    x = jnp.linspace(-1.0, 1.0, 40)[:, None]
    model = Outer(Inner(jnp.zeros(3), jnp.array([0.0, 3.0])))
    data = (x, jnp.exp(0.5 * x - x**2))
    _, plan = planned(LevenbergMarquardt(), model, data, key)
    assert [stage.chosen.tolist() for stage in plan] == [[0, 1, 2], [0, 1, 2, 3, 4]]
    found, history = LevenbergMarquardt().minimise(Regression(), model, data, key=key)
    assert history.ending is Ending.AT_ROUNDING and found.inner.wave.tolist() == [0.0, 3.0]
    np.testing.assert_allclose(found.inner.polynomial, [0, 0.5, -1], atol=1e-9)
    y = jnp.exp(0.5 * x + 0.2 * jnp.sin(4 * x))
    found, history = LevenbergMarquardt().minimise(Regression(), model, (x, y), key=key)
    assert history["loss"][-1] < 1e-12
    np.testing.assert_allclose(jnp.abs(found.inner.wave), [0.2, 4.0], rtol=1e-3)


def network(seed, width=3, size=2, out=1):
    return eqx.nn.MLP(size, out, width, 1, jnp.tanh, key=jr.key(seed))


def bits(tree):
    return [np.asarray(leaf).tobytes() for leaf in jax.tree.leaves(eqx.filter(tree, eqx.is_array))]


def inputs(samples, size=2, seed=0):
    return jnp.asarray(np.random.default_rng(seed).standard_normal((samples, size)))


TEACHER = jax.tree.map(lambda leaf: 3 * leaf if eqx.is_array(leaf) else leaf, network(7))


def taught(samples, seed=0, noise=0.0):
    """Data of a teacher network with 3 hidden units and 13 parameters."""
    x = inputs(samples, seed=seed)
    return x, jax.vmap(TEACHER)(x) + noise * inputs(samples, 1, seed + 50)


class Small(eqx.Module):
    """(a x₁ + b x₂)² + c tanh(d x₁)."""

    w: jax.Array

    def __call__(self, x):
        return ((self.w[0] * x[0] + self.w[1] * x[1]) ** 2 + self.w[2] * jnp.tanh(self.w[3] * x[0]))[None]


@pytest.mark.parametrize("regularise", [True, False])
def test_a_law_of_the_model_is_found_to_rounding(regularise, key):
    x, law = inputs(100), Small(jnp.array([1.0, -0.5, 2.0, 0.8]))
    data = (x, jax.vmap(law)(x))
    model, history = replace(PLAIN, regularise=regularise).minimise(Regression(), Small(jnp.ones(4)), data, key=key)
    assert float(Regression()(model, data, key)) < 1e-22 * history["loss"][0]
    np.testing.assert_allclose(model.w, law.w, rtol=1e-10)
    assert history.ending is Ending.AT_ROUNDING and len(history) < 20
    if regularise:
        assert history["determined"][-1] == pytest.approx(4)


@pytest.mark.parametrize("start", [[1.0, 1.0, 0.0], [5.0, 0.1, -2.0]])
def test_the_minimum_is_that_of_scipy(start, key):
    y = DECAY + 0.1 * inputs(30, 1)
    model, history = PLAIN.minimise(Regression(), Decay(jnp.array(start)), (TIMES, y), key=key)
    residuals = jax.jit(lambda w: (jax.vmap(Decay(w))(TIMES) - y).ravel())
    exact = least_squares(residuals, start, jax.jit(jax.jacfwd(residuals)), ftol=1e-15, xtol=1e-15, gtol=1e-15)
    np.testing.assert_allclose(model.w, exact.x, rtol=1e-6)
    assert history["loss"][-1] == pytest.approx(2 * exact.cost / 30, rel=1e-12)


@pytest.mark.slow
def test_regularisation_helps_on_fresh_data(key):
    """15 hidden units for 40 noisy samples of a teacher with 3."""
    ratios = []
    for seed in range(3):
        errors = [
            float(
                Regression()(method.minimise(Regression(), network(1, 15), taught(40, seed, 0.2), key=key)[0], *fresh)
            )
            for method in (LevenbergMarquardt(steps=25), LevenbergMarquardt(steps=25, regularise=False))
            for fresh in [(taught(300, 9), key)]
        ]
        ratios.append(errors[0] / errors[1])
    assert np.median(ratios) < 0.3


def test_validation_keeps_the_best_model(key):
    train, held_out = taught(40, noise=0.3), taught(200, seed=3)
    method = LevenbergMarquardt(regularise=False, steps=25)
    model, history = method.minimise(Regression(), network(1, 15), train, validation=held_out, key=key)
    best = int(np.argmin(history["validation"]))
    assert history["validation"][-1] > 1.5 * history["validation"][best] and best > 0
    assert float(Regression()(model, held_out, key)) == pytest.approx(history["validation"][best], rel=1e-12)
    assert float(Regression()(model, train, key)) == pytest.approx(history["loss"][best], rel=1e-12)
    assert history.kept == "the best on the validation data"


class Sheets(eqx.Module):
    """tanh(w x), whose least squares have one minimum."""

    w: jax.Array

    def __call__(self, x):
        return jnp.tanh(self.w @ x)


SAMPLES, START = 200, Sheets(jnp.full((4, 2), 0.1))
SHEETS = (inputs(SAMPLES), jax.vmap(Sheets(inputs(4, seed=1)))(inputs(SAMPLES)) + 0.2 * inputs(SAMPLES, 4, seed=2))


SHARES = {"samples": (150, (150, 1)), "directions": (450, (200, 2))}


def within(rows, **settings):
    """The method with a budget for so many residuals."""
    return replace(PLAIN, budget=2 * 8**2 * rows, **settings)


@pytest.mark.parametrize("rows, share", SHARES.values(), ids=SHARES.keys())
def test_a_small_budget_is_spent_on_a_share_and_then_polished(rows, share, key):
    method, data = within(rows, steps=5, polish=6, tolerance=0.0), SHEETS
    assert method.share(8, 4, SAMPLES) == share
    _, plan = planned(method, START, data, key)
    assert [(stage.problem.count, stage.steps) for stage in plan] == [(share[0] * share[1], 5), (4 * SAMPLES, 6)]
    fitted, history = method.minimise(Regression(), START, data, key=key)
    assert history.ending is Ending.ITERATIONS and history["step"] == list(range(5 + 6 + 1))
    assert history["loss"][-1] == pytest.approx(float(Regression()(fitted, data, key)), rel=1e-12)
    everything, _ = PLAIN.minimise(Regression(), START, data, key=key)
    np.testing.assert_allclose(fitted.w, everything.w, rtol=1e-7)
    part, _ = replace(method, polish=0).minimise(Regression(), START, data, key=key)
    assert float(jnp.abs(part.w - everything.w).max()) > 0.01


@pytest.mark.parametrize("samples, seen", [(1999, [1999]), (2000, [1000, 2000]), (40_000, [1000, 8000, 40_000])])
def test_many_samples_are_seen_a_growing_part_at_a_time(samples, seen, key):
    """Each part is in the next one, and all are in chunks of one size."""
    x = inputs(samples)
    _, plan = planned(LevenbergMarquardt(), START, (x, x @ jnp.ones((2, 4))), key)
    assert [stage.problem.samples for stage in plan] == seen
    assert [stage.steps for stage in plan] == [60, *[6] * (len(seen) - 1)]
    assert len({len(chunk.weights) for stage in plan for chunk in stage.problem.chunks}) == 1
    parts = [
        {bytes(row) for chunk in stage.problem.chunks for row in np.asarray(chunk.samples[0])} for stage in plan
    ]  # fmt: skip
    assert [len(part) for part in parts] == seen and all(few <= many for few, many in pairwise(parts))
    assert len(planned(replace(LevenbergMarquardt(), rows=np.inf), START, (x, x @ jnp.ones((2, 4))), key)[1]) == 1


def test_costly_iterations_are_fewer(key):
    """60 and six iterations, or fewer of costly ones, but 25, or 12 of too few residuals, and three."""
    x = inputs(4000)
    data = (x, x @ jnp.ones((2, 4)))
    for budget, steps in ((1e9, [60, 6]), (2 * 16_000 * 8**2 * 0.3, [60, 5]), (1.5e3, [25, 3]), (2e2, [12, 3])):
        _, plan = planned(LevenbergMarquardt(budget=budget), START, data, key)
        assert [stage.steps for stage in plan] == steps and plan[-1].problem.samples == 4000


@pytest.mark.parametrize("rows, share", SHARES.values(), ids=SHARES.keys())
def test_the_loss_of_the_first_stage_is_that_of_the_data(rows, share, key):
    """Seen along some directions of some samples, the mean of the squares is about the same."""
    _, history = within(rows, steps=1, polish=1).minimise(Regression(), START, SHEETS, key=key)
    assert history["loss"][0] == pytest.approx(float(Regression()(START, SHEETS, key)), rel=0.3)


def test_the_unit_of_the_last_stage_is_that_of_all_samples(key):
    """What is left is rounding in relation to the sum of all squares at the start."""
    fitted, plan = planned(within(150, steps=1, polish=1), START, SHEETS, key)
    run = Run(plan)
    first = run.begin(fitted)
    last = run.to_the_end(first)
    assert last.stage == 1 and last.unit == pytest.approx(first.unit * SAMPLES / 150)


def test_the_damping_of_a_stage_is_that_of_the_one_before(key):
    fitted, plan = planned(within(150, steps=5, polish=1), START, SHEETS, key)
    run, seen = Run(plan), []
    run.callbacks = [lambda record: seen.append(record.details["damping"])]
    last = run.to_the_end(run.begin(fitted))
    assert seen[5] < 0.01 * seen[0] and last.damping < 10 * seen[5] * SAMPLES / 150


def test_the_same_key_gives_the_same_bits(key):
    """Also in the first stage, whose directions are random."""
    method = within(450, steps=2, polish=1)
    runs = [method.minimise(Regression(), START, SHEETS, key=jr.key(seed)) for seed in (0, 0, 1)]
    assert bits(runs[0][0]) == bits(runs[1][0]) != bits(runs[2][0])
    assert runs[0][1]["loss"] == runs[1][1]["loss"] != runs[2][1]["loss"]


def test_fewer_samples_than_parameters(key):
    """Without regularisation they are met exactly; with it, better than by their mean."""
    data = taught(5)
    free, held = (
        replace(PLAIN, regularise=on).minimise(Regression(), network(1, 15), data, key=key)[0] for on in (False, True)
    )
    assert float(Regression()(free, data, key)) < 1e-20
    assert float(Regression()(held, data, key)) < 0.5 * float(jnp.var(data[1]))
    for model in (free, held):
        assert float(jnp.abs(jax.vmap(model)(inputs(50, seed=2))).max()) < 2 * float(jnp.abs(data[1]).max())


class Linear(Sheets):
    """w x, found by the linear solve."""

    def __call__(self, x):
        return self.w @ x

    def linear_parameters(self):
        return Linear(True)


def test_a_share_that_the_linear_part_meets_is_not_the_end(key):
    """5 residuals for 8 parameters are met by the solve, and the other 795 are not."""
    model, history = within(5, steps=5, polish=3).minimise(Regression(), Linear(START.w), SHEETS, key=key)
    np.testing.assert_allclose(model.w.T, np.linalg.lstsq(*SHEETS)[0], rtol=1e-8)
    assert len(history) > 1 and history.optimizer != "linear solve"


def test_a_fit_that_one_first_guess_would_trap_is_freed_by_another(key):
    """30 samples of the teacher for 61 parameters: from one guess of the noise, most of the network is taken for it."""
    errors = []
    for starts in (1, 3):
        method = LevenbergMarquardt(steps=60, starts=starts)
        found = [method.minimise(Regression(), network(20 + n, 15), taught(30, n), key=key)[0] for n in (2, 4, 5)]
        errors.append(np.median([float(Regression()(model, taught(300, 9), key)) for model in found]))
    assert errors[1] < 0.3 * errors[0]


NAN, INF = float("nan"), float("inf")


class Told(Stage):
    """A trial whose evidence is what the test says."""

    def log_evidence(self, state):
        return EVIDENCE[round(-np.log10(self.guess))]


EVIDENCE = []


def trials(kind, key, **replaced):
    """A fit of three trials and a last stage, each of that kind."""
    fitted, plan = planned(LevenbergMarquardt(steps=6), network(1, 15), taught(9), key)
    return fitted, Run([kind(**{**vars(stage), **replaced}) for stage in plan])


@pytest.mark.parametrize(
    "evidence, best", [([1, 3, 2], 1), ([2, 2, 2], 0), ([NAN, 1, NAN], 1), ([NAN] * 3, 0), ([-INF, -5, INF], 1)]
)
def test_the_trial_of_most_evidence_goes_on(evidence, best, key):
    """The first of these; one whose evidence is not finite only if all are like it. All begin at the same place."""
    EVIDENCE[:] = evidence
    fitted, run = trials(Told, key)
    first = run.begin(fitted)
    last = run.to_the_end(first)
    assert last.origin.theta.tolist() == fitted.theta.tolist()
    losses, after = np.array(run.history["loss"]), 1 + 2 * (best + 1)
    assert len(losses) == 1 + 3 * 2 + 1 + 6 and losses[7] == pytest.approx(losses[after - 1], rel=1e-12)
    model = run.stages[-1].problem.model(last.theta)
    assert losses[-1] == pytest.approx(float(Regression()(model, taught(9), key)), rel=1e-9)


def test_the_history_ends_with_the_winner_also_if_nothing_moves_it(key):
    class Still(Told):
        def iterate(self, state, *rest):
            return super().iterate(state, *rest) if self.trial else (state, Ending.STUCK)

    EVIDENCE[:] = [1.0, 3.0, 2.0]
    fitted, run = trials(Still, key)
    last, history = run.to_the_end(run.begin(fitted)), run.history
    assert len(history) == 8 and history["loss"][-1] == history["loss"][4] != history["loss"][6]
    model = run.stages[-1].problem.model(last.theta)
    assert history["loss"][-1] == pytest.approx(float(Regression()(model, taught(9), key)), rel=1e-9)


def test_an_interpolation_gives_way_to_a_trial_that_is_none(key):
    """Without noise there is nothing to weigh the precisions by."""
    judged = []

    class Interpolating(Stage):
        def ended(self, state):
            met = self.guess == 1 and self.trial and state.number == 2
            return Ending.AT_ROUNDING if met else super().ended(state)

        def exact(self, state):
            return False

        def judged(self, state):
            judged.append(super().judged(state))
            return judged[-1]

    fitted, run = trials(Interpolating, key)
    run.to_the_end(run.begin(fitted))
    first, second, _ = judged
    assert first.winner.log_evidence == -INF and np.isfinite(second.winner.log_evidence)
    assert second.winner.theta.tolist() == second.theta.tolist()


class Sparse(eqx.Module):
    """A function of one direction, each component of which has a prior of its own."""

    w: jax.Array

    def __call__(self, x):
        along = self.w @ x
        return (along + 0.3 * along**3 + jnp.sin(along))[None]

    def parameter_groups(self):
        return Sparse(np.arange(self.w.size))


def test_a_trial_that_finds_the_law_is_the_end(key):
    """3 of 30 components, from 18 samples: it determines 3 parameters, where an interpolation determines 18."""
    law = Sparse(jnp.zeros(30).at[:3].set(jnp.array([1.0, -0.7, 0.5])))
    found = 0
    for seed in range(4):
        x, start = inputs(18, 30, seed), Sparse(0.1 * inputs(1, 30, seed + 90)[0])
        data, fresh = ((values, jax.vmap(law)(values)) for values in (x, inputs(300, 30, 70)))
        model, history = LevenbergMarquardt().minimise(Regression(), start, data, key=key)
        if history["loss"][-1] < 1e-20 * history["loss"][0]:
            found += 1
            assert float(Regression()(model, fresh, key)) < 1e-18
            assert history["determined"][-1] < 18 and len(history) < 100
    assert found >= 2


def test_trials_are_for_fewer_residuals_than_parameters(key):
    lengths = [
        len(replace(method, steps=6).minimise(Regression(), network(1, 15), taught(samples), key=key)[1])
        for method, samples in [
            (LevenbergMarquardt(), 60), (LevenbergMarquardt(), 61), (LevenbergMarquardt(regularise=False), 9)
        ]
    ]  # fmt: skip
    assert lengths == [14, 7, 7]
