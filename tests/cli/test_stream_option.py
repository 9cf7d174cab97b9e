"""`train --stream`: files that are read piece by piece, from the command line."""

import json
from functools import partialmethod

import numpy as np
import pyarrow
import pyarrow.parquet
import pytest

from scalaremlp.cli import _train, main
from scalaremlp.data import Stream
from scalaremlp.runs import samples
from scalaremlp.runs.fit import Course

WORDS = ["--rep-in", "2*T(1)", "--rep-out", "T(0)", "--group", "O(3)", "--width", "2", "--depth", "1"]
ROWS = 2000


class FewAreDrawn(Stream):
    """A fit looks at 200 rows first."""

    __init__ = partialmethod(Stream.__init__, sampled=200)


@pytest.fixture(autouse=True)
def few_are_drawn(monkeypatch):
    monkeypatch.setattr(samples, "Stream", FewAreDrawn)


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    x = np.random.default_rng(0).standard_normal((ROWS, 6))
    y = np.tanh(np.sum(x[:, :3] * x[:, 3:], axis=1)) + 0.01 * np.random.default_rng(1).standard_normal(ROWS)
    file = tmp_path_factory.mktemp("stream") / "mine.parquet"
    columns = dict(zip(["a1", "a2", "a3", "b1", "b2", "b3", "y"], [*x.T, y], strict=True))
    pyarrow.parquet.write_table(pyarrow.table(columns), file, row_group_size=300)
    return str(file)


def train(file, folder, *words):
    return main(["train", file, *WORDS, *words, "--out", str(folder)])


def test_a_run_trains_on_all_rows_that_it_does_not_test_on(file, tmp_path, capsys):
    assert train(file, tmp_path / "run", "--stream", "--ntest", "150", "--nval", "50", "--json") == 0
    found = capsys.readouterr()
    assert "samples: 1800 for training, 50 for validation, 150 for testing" in found.err
    assert "the last ones see all 1800 rows" in found.err and "columns: a1, a2, a3, b1, b2, b3 -> y" in found.err
    numbers = json.loads(found.out.splitlines()[-1])
    assert numbers["ntest"] == 150 and numbers["relative_mse"] < 0.1
    assert numbers["verdict"].startswith("All 1800 rows of the file") and "200 rows drawn" in numbers["verdict"]
    assert json.loads((tmp_path / "run" / "run.json").read_text())["settings"]["stream"] is True
    for words in ([], ["--ntest", "20"]):
        assert main(["evaluate", str(tmp_path / "run"), *words, "--json"]) == 0
        again = json.loads(capsys.readouterr().out.splitlines()[-1])
        assert again["ntest"] == (20 if words else 150)
        assert words or again["test_mse"] == pytest.approx(numbers["test_mse"], rel=1e-12)
    assert main(["evaluate", str(tmp_path / "run"), "--data", file]) == 0
    assert "warning: 1850 of the 2000 samples" in capsys.readouterr().err
    assert main(["predict", str(tmp_path / "run"), file, "--out", str(tmp_path / "y.npz")]) == 0


def test_large_files_are_streamed_unasked(file, tmp_path, monkeypatch):
    words = ("--ntrain", "20", "--ntest", "20", "--model", "mlp", "--epochs", "1")
    for large in (False, True):
        monkeypatch.setattr(_train, "_LARGE", 10 if large else 2**30)
        assert train(file, tmp_path / f"run{large}", *words) == 0
        settings = json.loads((tmp_path / f"run{large}" / "run.json").read_text())["settings"]
        assert settings.get("stream", False) is large


def test_a_run_goes_on_to_the_same_bits(file, tmp_path, monkeypatch, capsys):
    assert train(file, tmp_path / "whole", "--stream") == 0
    write, seen = Course.__call__, []

    def interrupted(self, record):
        write(self, record)
        seen.append(record.details["samples"])
        if len(seen) == 5 or seen.count(1600) == 2:
            raise KeyboardInterrupt

    monkeypatch.setattr(Course, "__call__", interrupted)
    assert train(file, tmp_path / "run", "--stream") == 130 and seen[-1] < 1600
    assert main(["train", "--resume", str(tmp_path / "run")]) == 130 and seen[-1] == 1600
    monkeypatch.setattr(Course, "__call__", write)
    assert main(["train", "--resume", str(tmp_path / "run")]) == 0
    models = [next((tmp_path / name).glob("model-*.npz")).read_bytes() for name in ("whole", "run")]
    assert models[0] == models[1]


@pytest.mark.parametrize(
    "words, told",
    [
        (["--ordered"], "the samples of a stream are drawn. Got --ordered as well"),
        (["--epochs", "3"], "Models are fitted to a stream by Levenberg-Marquardt"),
        (["--ntrain", "1600", "--ntest", "400"], "a stream is to be more than 2000 rows"),
        (["--ntest", "5000"], "no more than the file has, 2000. Got -3000"),
    ],
)
def test_what_a_stream_cannot_is_refused_in_one_line(file, tmp_path, capsys, words, told):
    assert train(file, tmp_path / "run", "--stream", *words) == 2
    error = capsys.readouterr().err
    assert told in error and error.count("\n") == 1 and not (tmp_path / "run").exists()


def test_other_samples_are_no_streams(tmp_path, capsys):
    np.savez(tmp_path / "mine.npz", x=np.ones((30, 6)), y=np.ones((30, 1)))
    assert train(str(tmp_path / "mine.npz"), tmp_path / "run", "--stream") == 2
    assert "A file is streamed from .parquet, .csv or .tsv. Got" in capsys.readouterr().err
    assert main(["train", "o5", "--stream"]) == 2
    assert "the task o5 has its own samples. Leave out --stream" in capsys.readouterr().err
