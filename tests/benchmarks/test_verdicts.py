"""The diseases are what they say, and the table counts them."""

import numpy as np
import pytest
from benchmarks.diseases import DISEASES, ENOUGH, healthy
from benchmarks.verdicts import HEALTHY, show

from scalaremlp.train._hints import HINTS

ROW = {"name": "", "of": "o5", "seed": 100, "words": "", "test": 0.01, "cpu_seconds": 1.0}


def test_there_is_a_disease_for_every_hint():
    assert DISEASES.keys() == HINTS.keys()


@pytest.mark.parametrize("make", [*DISEASES.values(), lambda seed: healthy("flow", seed)])
def test_samples_are_drawn_by_the_seed_and_are_not_the_test(make):
    case, again, other = make(100), make(100), make(101)
    np.testing.assert_array_equal(case.train.y, again.train.y)
    assert case.of != other.of or not np.array_equal(case.train.y, other.train.y)
    assert len({tuple(np.asarray(part.x[0]).tolist()) for part in (case.train, case.held_out, case.test)}) == 3


def test_half_of_the_healthy_ones_are_noisy():
    clean, noisy = healthy("flow", 101), healthy("flow", 100)
    assert set(ENOUGH) > {"flow"} and len(clean.train) == len(noisy.train) == 240
    from benchmarks.laws import LAWS

    for case, expected in ((clean, 0.0), (noisy, 0.05)):
        left = case.train.y - LAWS["flow"].outputs(np.asarray(case.train.x).reshape(-1, 3, 4))
        assert np.std(left) / np.std(case.train.y) == pytest.approx(expected, rel=0.1, abs=1e-12)


def rows(named, alarms):
    sick = [{**ROW, "kind": "group", "hints": ["group"] if i < named else ["input"]} for i in range(10)]
    return sick + [{**ROW, "kind": HEALTHY, "hints": ["range"] if i < alarms else []} for i in range(40)]


@pytest.mark.parametrize("named, alarms, status", [(9, 2, 0), (10, 0, 0), (8, 0, 1), (10, 3, 1)])
def test_the_bars(named, alarms, status, capsys):
    assert show(rows(named, alarms)) == status
    said = capsys.readouterr().out
    assert f"named: {named} of 10" in said and f"false alarms: {alarms} of 40" in said


def test_a_fit_that_is_bad_on_fresh_samples_is_counted_apart(capsys):
    assert show([*rows(10, 0), {**ROW, "kind": HEALTHY, "hints": ["samples"], "test": 0.3}]) == 0
    said = capsys.readouterr().out
    assert "false alarms: 0 of 40" in said and "not healthy: o5 100, error 0.3: samples" in said
