"""A fit that is stopped at any moment and goes on from its checkpoint ends in the bits of one that was not stopped."""

import json
import os
import re

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import optax
import pytest
from decay import DECAY, TIMES, Decay

from scalaremlp.data import Dataset, o5
from scalaremlp.groups import O
from scalaremlp.nn import ScalarMLP
from scalaremlp.reps import T
from scalaremlp.train import (
    Checkpoint,
    Ending,
    FirstOrder,
    History,
    LevenbergMarquardt,
    NaturalGradient,
    Record,
    Regression,
    _checkpoint,
    fit,
)

NOISE = 0.1 * jnp.asarray(np.random.default_rng(0).standard_normal((30, 1)))
TRAIN, VALIDATION = (TIMES[::2], (DECAY + NOISE)[::2]), (TIMES[1::2], (DECAY + NOISE)[1::2])
START = Decay(jnp.array([5.0, 0.1, -2.0]))
METHODS = {
    "second order": LevenbergMarquardt(steps=14),
    "second order without evidence": LevenbergMarquardt(steps=6, regularise=False),
    "two stages": LevenbergMarquardt(steps=6, polish=3, budget=9.0 * 2 * 8),
    "a part first": LevenbergMarquardt(steps=6),
    "trials": LevenbergMarquardt(steps=6),
    "Adam": FirstOrder(steps=50, chunk=10, batch_size=4),
    "patience": FirstOrder(steps=4000, chunk=10, batch_size=4, learning_rate=0.3, patience=30),
    "natural gradient": NaturalGradient(steps=50, chunk=10, batch_size=4),
    "Optax": FirstOrder(steps=30, chunk=7, transformation=optax.adamw(1e-2)),
}
CASES = [(name, held_out) for name in METHODS for held_out in (True, False) if held_out or name != "patience"]


class Offering(eqx.Module):
    """Linear in its two numbers."""

    w: jax.Array

    def linear_parameters(self):
        return Offering(True)


class Wrapped(eqx.Module):
    """Not linear in them: the rate of decay stands still while the inner module is fitted."""

    inner: Offering
    rate: jax.Array

    def __call__(self, t):
        return self.inner.w[0] * jnp.exp(-self.rate * t) + jnp.tanh(self.inner.w[1])


STARTS = {
    "a part first": Wrapped(Offering(jnp.array([5.0, -2.0])), jnp.array(0.1)),
    "trials": eqx.nn.MLP(1, 1, 6, 1, jnp.tanh, key=jr.key(0)),  # more parameters than samples
}


class Stopped(Exception):
    pass


def records(history):
    """All numbers but the seconds; NaN is written as null."""
    rows = [record.as_dict() for record in History.from_jsonl(history.to_jsonl())]
    return [{name: value for name, value in row.items() if name != "seconds"} for row in rows], history.summary


def stopping_at(number, error=Stopped):
    seen = []

    def stop(record):
        seen.append(record)
        if len(seen) == number:
            raise error

    return stop


@pytest.mark.parametrize("name, held_out", CASES, ids=str)
def test_stopped_at_every_record(name, held_out, tmp_path, key):
    settings = {"optimizer": METHODS[name], "validation": VALIDATION if held_out else None, "key": key}
    start = STARTS.get(name, START)
    model, history = fit(start, TRAIN, **settings)
    assert len(history) > 4
    if name == "a part first":
        assert len(history) == 13  # the start, and six iterations of each of its stages
    if name == "trials":
        assert len(history) == 14  # the start, two iterations of each of the three, the best of them, and six from it
    if name == "two stages":
        assert history.ending is Ending.ITERATIONS and len(history) == 10
    if name == "patience":
        assert history.ending is Ending.PATIENCE
    for every in (1, 3):
        path = tmp_path / str(every)
        for _ in range(len(history) + 1):
            try:
                again, course = fit(start, TRAIN, checkpoint=path, callbacks=[stopping_at(every)], **settings)
                break
            except Stopped:
                continue
        assert eqx.tree_equal(again, model) and records(course) == records(history)
    once_more, course = fit(start, TRAIN, checkpoint=path, **settings)  # nothing is left to be done
    assert eqx.tree_equal(once_more, model) and records(course) == records(history)


@pytest.mark.parametrize("name", ["two stages", "Adam"])
def test_killed_between_two_files(name, tmp_path, key, monkeypatch):
    """Every file is renamed to its place; the process ends before one of these."""
    settings = {"optimizer": METHODS[name], "key": key}
    model, history = fit(START, TRAIN, **settings)
    replace, left = os.replace, [0]

    def dying(*arguments):
        left[0] -= 1
        if left[0] < 0:
            raise Stopped
        replace(*arguments)

    monkeypatch.setattr(os, "replace", dying)
    for number in range(40):
        left[0] = 2 + number % 5
        try:
            again, course = fit(START, TRAIN, checkpoint=tmp_path, **settings)
            break
        except Stopped:
            continue
    assert number > 3 and eqx.tree_equal(again, model) and records(course) == records(history)


@pytest.mark.slow
def test_a_model_of_the_library_with_a_linear_solve_before(tmp_path, key):
    train = o5(60, key=key)
    model = ScalarMLP(train.rep_in, train.rep_out, train.group, width=4, key=key)
    settings = {"optimizer": LevenbergMarquardt(steps=5), "key": key}
    whole, history = fit(model, train, **settings)
    with pytest.raises(Stopped):
        fit(model, train, checkpoint=tmp_path, callbacks=[stopping_at(3)], **settings)
    again, course = fit(model, train, checkpoint=tmp_path, **settings)
    assert eqx.tree_equal(again, whole) and records(course) == records(history)


def test_the_checkpoint_of_another_fit_is_refused(tmp_path, key):
    fit(START, TRAIN, checkpoint=tmp_path, optimizer=LevenbergMarquardt(steps=2), key=key)
    other = eqx.nn.MLP(1, 1, 4, 1, key=key)
    with pytest.raises(ValueError, match=r"must match the model .* Got \.theta: float64\[3\] in .* where the model"):
        fit(other, TRAIN, checkpoint=tmp_path, optimizer=LevenbergMarquardt(steps=2), key=key)


def test_the_history_of_a_checkpoint(tmp_path):
    """A record that was written before its state does not count."""
    checkpoint = Checkpoint(tmp_path)
    assert checkpoint.read(jnp.zeros(1)) is None and checkpoint.history() is None
    rows = [Record(step=number, steps=3, loss=1 / (number + 1)) for number in range(3)]
    checkpoint.write(jnp.ones(1), History(records=rows[:2]))
    (tmp_path / "metrics.jsonl").write_text(History(records=rows).to_jsonl())
    state, history = checkpoint.read(jnp.zeros(1))
    assert state.tolist() == [1.0] and [record.step for record in history] == [0, 1]
    assert jax.tree.leaves(checkpoint.history().records) == jax.tree.leaves(history.records)


def test_a_checkpoint_of_the_first_version_is_told_apart(tmp_path):
    """Its fit neither shifted nor weighed terms, and goes on so."""
    checkpoint = Checkpoint(tmp_path / "state")
    assert checkpoint.by_term
    checkpoint.write(jnp.arange(2.0), History(records=[Record(step=1, steps=2, loss=0.5)]))
    assert checkpoint.by_term
    config = json.loads((tmp_path / "state" / "config.json").read_text())
    del config["settings"]["by_term"]
    (tmp_path / "state" / "config.json").write_text(json.dumps(config))
    assert not checkpoint.by_term and checkpoint.read(jnp.zeros(2)) is not None


def test_a_fit_that_the_first_version_began(tmp_path, key, monkeypatch):
    """It meets the outputs as they are, by way of `calibrate_unshifted`."""
    x = jnp.asarray(np.random.default_rng(0).standard_normal((20, 6)))
    data = Dataset(x, jnp.concatenate([1e-3 * x[:, :1], 100 + x[:, :3]], axis=1), 2 * T(1), T(0) + T(1), O(3))
    seen = []

    class Watched(Regression):
        def residuals(self, model, batch, key):
            seen.append((self.weights is None, model.body.offset is None))
            return super().residuals(model, batch, key)

    def begin():
        model = ScalarMLP(2 * T(1), T(0) + T(1), O(3), width=4, depth=1, key=key)
        fit(model, data, loss=Watched(), key=key, optimizer=LevenbergMarquardt(steps=1), checkpoint=tmp_path / "a")

    begin()
    assert set(seen) == {(False, False)}
    monkeypatch.setattr(Checkpoint, "by_term", False)
    monkeypatch.setattr(Checkpoint, "read", lambda self, like: None)
    seen.clear()
    begin()
    assert set(seen) == {(True, True)}


def test_terms_of_their_own_noise_go_on(tmp_path, key):
    rng = np.random.default_rng(0)
    x = jnp.asarray(rng.standard_normal((60, 6)))
    energy = jnp.sin((x[:, :3] * x[:, 3:]).sum(axis=1, keepdims=True)) + 0.1 * rng.standard_normal((60, 1))
    data = Dataset(x, jnp.concatenate([energy, x[:, :3] * energy], axis=1), 2 * T(1), T(0) + T(1), O(3))

    def fitted(folder, stop=None):
        def watch(record):
            if record.step == stop:
                raise KeyboardInterrupt

        model = ScalarMLP(2 * T(1), T(0) + T(1), O(3), width=3, depth=1, key=key)
        steps = LevenbergMarquardt(steps=8)
        return fit(model, data, key=key, optimizer=steps, checkpoint=tmp_path / folder, callbacks=[watch])

    whole = fitted("whole")
    with pytest.raises(KeyboardInterrupt):
        fitted("part", stop=4)
    again = fitted("part")
    assert eqx.tree_equal(whole[0], again[0]) and whole[1]["loss"] == again[1]["loss"]


@pytest.mark.parametrize("name", ["second order", "Adam"])
def test_what_is_written_costs_a_hundredth_of_the_time_and_the_last_state_is_there(name, tmp_path, key, monkeypatch):
    """A clock by which a record takes one second, and a write as long as is said here."""
    now, cost, written = [0.0], [1.0], []
    saved = _checkpoint.save

    def save(path, state, history, settings):
        saved(path, state, history, settings=settings)
        written.append(len(history))
        now[0] += cost[0]

    def tick(record):
        now[0] += 1.0

    monkeypatch.setattr(_checkpoint, "save", save)
    monkeypatch.setattr(_checkpoint.time, "perf_counter", lambda: now[0])
    settings = {"optimizer": METHODS[name], "key": key, "callbacks": [tick]}
    every = {1.0: lambda n: [1, n], 0.015: lambda n: [*range(1, n, 2), n], 0.0: lambda n: [*range(1, n + 1)]}
    for seconds, expected in every.items():
        cost[0] = seconds
        n = len(fit(START, TRAIN, checkpoint=tmp_path / str(seconds), **settings)[1])
        assert written == [*dict.fromkeys(expected(n))]
        written.clear()
    cost[0] = 1.0
    for error in (Stopped, KeyboardInterrupt):
        folder, stop = tmp_path / error.__name__, stopping_at(4, error)
        with pytest.raises(error):
            fit(START, TRAIN, checkpoint=folder, **{**settings, "callbacks": [tick, stop]})
        assert written == [1, 4] and len(Checkpoint(folder).history()) == 4
        written.clear()


@pytest.mark.parametrize("name", ["second order", "Adam"])
def test_the_seconds_of_a_fit_that_goes_on_go_on(name, tmp_path, key):
    """After so many seconds as are in the history, here more than a test takes."""
    settings, file = {"optimizer": METHODS[name], "key": key, "checkpoint": tmp_path}, tmp_path / "metrics.jsonl"
    with pytest.raises(Stopped):
        fit(START, TRAIN, callbacks=[stopping_at(3)], **settings)
    file.write_text(re.sub(r'"seconds": [^,}]*', '"seconds": 1e6', file.read_text()))
    history = fit(START, TRAIN, **settings)[1]
    assert len(history) > 4 and min(history["seconds"]) >= 1e6


def test_killed_between_two_writes_it_makes_the_records_between_again(tmp_path, key, monkeypatch):
    settings = {"optimizer": METHODS["second order"], "key": key}
    model, history = fit(START, TRAIN, **settings)
    flush = Checkpoint.flush
    monkeypatch.setattr(Checkpoint, "flush", lambda self: flush(self) if len(self._pending[1]) == 3 else None)
    with pytest.raises(Stopped):
        fit(START, TRAIN, checkpoint=tmp_path, callbacks=[stopping_at(6)], **settings)
    assert len(Checkpoint(tmp_path).history()) == 3
    again, course = fit(START, TRAIN, checkpoint=tmp_path, **settings)
    assert eqx.tree_equal(again, model) and records(course) == records(history)
