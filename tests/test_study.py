"""Studies: every run once, on disk at once, resumed after a stop."""

import contextlib
import csv
import json
import math

import pytest

from scalaremlp._files import write_json
from scalaremlp.study import Run, grid, read_rows, run_study, summary

RUNS = grid(["o5", "inertia"], ["default"], [30, 100], [0, 1])


class Counter:
    """A measurement that counts its calls and, if told, stops at one of them."""

    def __init__(self, stop_at=None, error=KeyboardInterrupt):
        self.calls, self.stop_at, self.error = [], stop_at, error

    def __call__(self, run, folder):
        if len(self.calls) == self.stop_at:
            self.stop_at = None
            raise self.error("stopped")
        self.calls.append(run)
        (folder / "mark").write_text("x")
        return {"test_mse": run.ntrain + run.seed, "seconds": 0.5}


def test_grid_has_every_combination_with_seeds_fastest():
    assert len(RUNS) == 8
    assert RUNS[:2] == (Run("o5", "default", 30, 0), Run("o5", "default", 30, 1))


def test_a_stopped_study_goes_on_where_it_stopped(tmp_path):
    first = Counter(stop_at=3)
    with pytest.raises(KeyboardInterrupt):
        run_study(RUNS, first, tmp_path)
    assert [row["ntrain"] for row in read_rows(tmp_path)] == [30, 30, 100]
    second = Counter()
    rows = run_study(RUNS, second, tmp_path)
    assert second.calls == list(RUNS[3:])
    assert len(rows) == 8
    assert read_rows(tmp_path) == rows


def test_results_are_a_tidy_table(tmp_path):
    run_study(RUNS, Counter(), tmp_path)
    with (tmp_path / "results.csv").open() as file:
        table = list(csv.DictReader(file))
    assert len(table) == 8
    assert table[-1] == {
        "task": "inertia", "model": "default", "ntrain": "100", "seed": "1", "test_mse": "101", "seconds": "0.5",
    }  # fmt: skip


def test_other_settings_or_fresh_make_the_runs_anew(tmp_path):
    run_study(RUNS[:2], Counter(), tmp_path, settings={"ntest": 5})
    for options, calls in (({"settings": {"ntest": 5}}, 0), ({"settings": {"ntest": 6}}, 2), ({"fresh": True}, 2)):
        counter = Counter()
        run_study(RUNS[:2], counter, tmp_path, **options)
        assert len(counter.calls) == calls


def test_a_failing_run_does_not_stop_the_others_and_is_tried_again(tmp_path):
    states = []
    rows = run_study(
        RUNS[:3], Counter(1, ValueError), tmp_path, notify=lambda i, run, state, row: states.append((i, state))
    )
    assert "ValueError: stopped" in rows[1]["error"]
    assert [state for _, state in states] == ["start", "done", "start", "failed", "start", "done"]
    assert len(read_rows(tmp_path)) == 2
    again = Counter()
    run_study(RUNS[:3], again, tmp_path)
    assert again.calls == [RUNS[1]]


def test_a_damaged_result_is_made_anew(tmp_path):
    run_study(RUNS[:1], Counter(), tmp_path)
    (tmp_path / "runs" / RUNS[0].name / "finished.json").write_text('{"run":')
    counter = Counter()
    run_study(RUNS[:1], counter, tmp_path)
    assert len(counter.calls) == 1


def test_summary_does_not_hide_a_run_without_a_number():
    rows = [{"task": "t", "model": "m", "ntrain": 1, "seed": s, "mse": v} for s, v in enumerate([1.0, None, 3.0])]
    (line,) = summary(rows, ["mse"])
    assert line["seeds"] == 3
    assert math.isnan(line["mse"])


def test_numbers_that_are_not_finite_become_null(tmp_path):
    write_json(tmp_path / "a" / "b.json", {"x": [1.0, float("nan"), float("inf")]})
    assert json.loads((tmp_path / "a" / "b.json").read_text()) == {"x": [1.0, None, None]}
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["b.json"]


def test_a_run_that_was_interrupted_keeps_its_folder_under_the_same_settings(tmp_path):
    """What it has left there, such as a checkpoint, is found again; other settings, `fresh` or a failure begin anew."""
    mark = tmp_path / "runs" / RUNS[0].name / "mark"

    def interrupted(error):
        def measure(run, folder):
            mark.write_text("x")
            raise error

        return measure

    def found(**options):
        seen = []
        run_study(RUNS[:1], lambda run, folder: seen.append(mark.exists()) or {}, tmp_path, **options)
        return seen

    for options, error, kept in (
        ({}, KeyboardInterrupt(), True),
        ({"settings": {"ntest": 6}}, KeyboardInterrupt(), False),
        ({"fresh": True}, KeyboardInterrupt(), False),
        ({}, OSError(28, "No space left on device"), True),
        ({}, ValueError("stopped"), False),
    ):
        with contextlib.suppress(KeyboardInterrupt, OSError):
            run_study(RUNS[:1], interrupted(error), tmp_path, fresh=True)
        assert found(**options) == [kept]
    assert [path.name for path in mark.parent.iterdir()] == ["finished.json"]
