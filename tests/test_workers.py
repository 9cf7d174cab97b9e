"""Studies made by several processes: the same rows, each run once, whatever is killed."""

import os
import signal
import socket
import subprocess
import sys
import time

import pytest
from joblib.externals.loky.process_executor import TerminatedWorkerError

from scalaremlp.study import Workers, grid, read_rows, run_study

RUNS = grid(["o5", "inertia"], ["default"], [30, 100], [0, 1])


def measurement(log, kills=0, seconds=0.0):
    """A measurement that writes down each call, and kills its own process the first so many times."""

    def measure(run, folder):
        with open(log, "a") as file:
            file.write(f"begun {run.name}\n")
        with open(log) as file:
            begun = sum(line.startswith("begun") for line in file)
        if begun <= kills:
            os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(seconds)
        with open(log, "a") as file:
            file.write(f"done {run.name}\n")
        return {"test_mse": run.ntrain + run.seed, "process": os.getpid()}

    return measure


def done(log):
    return sorted(line.split()[1] for line in log.read_text().splitlines() if line.startswith("done"))


def test_processes_make_the_rows_that_one_process_makes(tmp_path):
    log = tmp_path / "log"
    rows = run_study(RUNS, measurement(log), tmp_path / "many", workers=Workers(jobs=2))
    assert os.getpid() not in {row.pop("process") for row in rows}
    alone = run_study(RUNS, measurement(tmp_path / "other"), tmp_path / "alone")
    assert rows == [{name: value for name, value in row.items() if name != "process"} for row in alone]
    assert done(log) == sorted(run.name for run in RUNS)
    assert [row["test_mse"] for row in read_rows(tmp_path / "many")] == [row["test_mse"] for row in rows]
    assert run_study(RUNS, measurement(log), tmp_path / "many", workers=Workers(jobs=2))[0]["test_mse"] == 30
    assert len(done(log)) == len(RUNS)


@pytest.mark.slow
def test_a_lost_worker_loses_no_run_and_none_is_made_twice(tmp_path):
    log = tmp_path / "log"
    rows = run_study(RUNS, measurement(log, kills=1, seconds=0.2), tmp_path / "study", workers=Workers(jobs=2))
    assert [row["test_mse"] for row in rows] == [run.ntrain + run.seed for run in RUNS]
    assert done(log) == sorted(run.name for run in RUNS)


@pytest.mark.slow
def test_workers_that_all_die_are_told_of(tmp_path):
    with pytest.raises(ChildProcessError, match=r"Got every worker killed with 8 runs left.* Take fewer jobs"):
        run_study(RUNS, measurement(tmp_path / "log", kills=99), tmp_path / "study", workers=Workers(jobs=2))


def test_losses_of_workers_count_while_no_run_is_finished(tmp_path, monkeypatch):
    def lost(after):
        def in_parallel(self, missing, *_):
            for position in list(missing)[:after]:
                yield position, "done", {"test_mse": 1.0}
            if missing:
                raise TerminatedWorkerError

        return in_parallel

    two = Workers(jobs=2)
    monkeypatch.setattr(Workers, "_in_parallel", lost(1))
    assert len(run_study(RUNS, measurement(tmp_path / "log"), tmp_path / "study", workers=two)) == len(RUNS)
    monkeypatch.setattr(Workers, "_in_parallel", lost(0))
    with pytest.raises(ChildProcessError, match="Got every worker killed with 8 runs left"):
        run_study(RUNS, measurement(tmp_path / "log"), tmp_path / "other", workers=two)


STUDY = """
import os, sys, time
from pathlib import Path
from scalaremlp.study import Workers, grid, run_study

def measure(run, folder):
    time.sleep(0.3)
    with open({log!r}, "a") as file:
        file.write(f"done {{run.name}}\\n")
    return {{"test_mse": run.ntrain}}

run_study(grid(["o5"], ["default"], range(10, 22), [0, 1]), measure, {folder!r}, workers=Workers(jobs=2))
"""


@pytest.mark.slow
def test_a_study_that_is_killed_twice_makes_every_run_once(tmp_path):
    log = tmp_path / "log"
    code = STUDY.format(log=str(log), folder=str(tmp_path / "study"))
    for least in (4, 10):
        process = subprocess.Popen([sys.executable, "-c", code])
        while not log.exists() or len(done(log)) < least:
            time.sleep(0.05)
        process.kill()
        process.wait()
    subprocess.run([sys.executable, "-c", code], check=True)
    assert len(done(log)) == len(set(done(log))) == len(read_rows(tmp_path / "study")) == 24


@pytest.mark.slow
def test_ctrl_c_leaves_no_thread_behind_that_complains(tmp_path):
    log = tmp_path / "log"
    code = STUDY.format(log=str(log), folder=str(tmp_path / "study"))
    process = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.PIPE, text=True, start_new_session=True)
    while not log.exists() or len(done(log)) < 4:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGINT)
    said = process.communicate(timeout=60)[1]
    assert "KeyboardInterrupt" in said and "Exception in thread" not in said


@pytest.mark.slow
def test_a_dask_cluster_that_loses_a_worker_makes_every_run_once(tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address, dask = f"tcp://127.0.0.1:{port}", [sys.executable, "-m", "dask"]
    started = [subprocess.Popen([*dask, "scheduler", "--port", str(port), "--dashboard-address", ":0"], cwd=tmp_path)]
    work = [*dask, "worker", address, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
    started += [subprocess.Popen(work, cwd=tmp_path) for _ in range(2)]
    log = tmp_path / "log"
    try:
        code = STUDY.format(log=str(log), folder=str(tmp_path / "study")).replace("jobs=2", f"scheduler={address!r}")
        study = subprocess.Popen([sys.executable, "-c", code])
        while not log.exists() or len(done(log)) < 4:
            assert study.poll() is None
            time.sleep(0.05)
        started[1].kill()
        assert study.wait(timeout=120) == 0
    finally:
        for process in started:
            process.kill()
    assert len(set(done(log))) == len(read_rows(tmp_path / "study")) == 24
    assert len(done(log)) == 24


@pytest.mark.slow
def test_a_scheduler_that_does_not_answer(tmp_path):
    with pytest.raises(ConnectionError, match=r"Got none at tcp://127.0.0.1:1\. Start one by `dask scheduler`"):
        run_study(RUNS, measurement(tmp_path / "log"), tmp_path, workers=Workers(scheduler="tcp://127.0.0.1:1"))


def test_no_jobs_are_refused():
    with pytest.raises(ValueError, match=r"`jobs` must be a whole number of at least 1\. Got 0"):
        Workers(jobs=0)
