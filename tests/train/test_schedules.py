"""Schedules: their values at the points that define them."""

import math

import pytest

from scalaremlp.train import Constant, Cosine, Schedule, StepDecay
from scalaremlp.train._schedules import SCHEDULES, as_schedule


@pytest.mark.parametrize("name", SCHEDULES)
def test_contract(name):
    schedule = as_schedule(name)
    assert (
        isinstance(schedule, Schedule) and schedule == SCHEDULES[name]() and hash(schedule) == hash(SCHEDULES[name]())
    )
    for steps in (1, 2, 7, 1000):
        factors = [schedule.factor(step, steps) for step in range(steps)]
        assert all(0 < factor <= 1 for factor in factors)


@pytest.mark.parametrize("schedule", [Cosine(warmup=0.1), StepDecay(warmup=0.1), Constant(warmup=0.1)])
def test_warm_up_rises_linearly_to_the_peak(schedule):
    assert [schedule.factor(step, 100) for step in range(10)] == pytest.approx([0.1 * (i + 1) for i in range(10)])
    assert schedule.factor(10, 100) == 1


def test_cosine_falls_to_its_final_value():
    schedule = Cosine(warmup=0.2, final=0.1)
    assert schedule.factor(600, 1000) == pytest.approx(0.55)  # half way between 200 and 1000
    assert schedule.factor(400, 1000) == pytest.approx(0.1 + 0.9 * (1 + math.cos(math.pi / 4)) / 2)
    assert schedule.factor(1000, 1000) == pytest.approx(0.1)
    factors = [schedule.factor(step, 1000) for step in range(200, 1000)]
    assert factors == sorted(factors, reverse=True)


def test_step_decay_falls_at_its_moments():
    schedule = StepDecay(at=(0.3, 0.6), decay=0.5)
    assert [schedule.factor(step, 10) for step in range(10)] == [1, 1, 1, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25]


@pytest.mark.parametrize("kind", [Cosine, StepDecay, Constant])
@pytest.mark.parametrize("warmup", [-0.1, 1.0])
def test_warm_up_is_a_fraction(kind, warmup):
    with pytest.raises(ValueError, match=rf"`warmup` is a fraction of all steps.*Got {warmup}\. Try 0\.05"):
        kind(warmup=warmup)


def test_an_unknown_schedule_is_refused():
    with pytest.raises(ValueError, match=r"one of cosine, step, constant or an object.*Got 'exponential'\. An Optax"):
        as_schedule("exponential")
