"""Commands without streams, without a home, in a terminal that knows few letters."""

import os
import subprocess
import sys

import numpy as np
import pytest

TRAIN = "train o5 --model mlp --ntrain 20 --ntest 20 --epochs 1 --width 2 --depth 1 --optimizer first-order --out r"


def typed(words, tmp_path, streams="", **environment):
    """The exit status of a command of the shell, and what it said."""
    command = f"{sys.executable} -m scalaremlp.cli {words} {streams}"
    done = subprocess.run(
        ["sh", "-c", command], cwd=tmp_path, env={**os.environ, **environment}, capture_output=True, check=False
    )
    return done.returncode, done.stdout.decode(), done.stderr.decode()


@pytest.mark.slow
@pytest.mark.parametrize("streams", [">&-", "2>&-", ">&- 2>&-", "<&- >&- 2>&-"])
def test_closed_streams(streams, tmp_path):
    for words in ("info", "--help", TRAIN):
        status, _, said = typed(words, tmp_path, streams)
        assert status == 0 and "Traceback" not in said, words
    assert (tmp_path / "r" / "result.json").is_file()
    assert typed("info r", tmp_path, streams)[0] == 0
    assert typed("info nothing", tmp_path, streams)[0] == 2


def test_help_with_a_closed_output(tmp_path):
    status, _, said = typed("--help", tmp_path, ">&-")
    assert status == 0 and not said


def test_a_terminal_of_few_letters(tmp_path):
    np.savetxt(tmp_path / "m.csv", np.ones((9, 2)), delimiter=",", header="é,日", comments="", encoding="utf-8")
    status, said, errors = typed(
        "train m.csv --rep-in 'T(0)' --rep-out 'T(0)' --group 'O(3)' --model mlp --epochs 1",
        tmp_path,
        PYTHONIOENCODING="ascii",
    )
    assert status == 0 and said.isascii() and "Traceback" not in errors


@pytest.mark.slow
@pytest.mark.parametrize("home", ["", "/nowhere/at/all", "/proc"])
def test_a_home_that_is_none(home, tmp_path):
    words = "pendulum --ntrain 4 --ntest 1 --horizon 1 --steps 1 --width 2 --depth 1 --film none --out p"
    clean = {"HOME": home, "SCALAREMLP_CACHE": "", "XDG_CACHE_HOME": ""}
    status, _, said = typed(words, tmp_path, **clean)
    assert status in (0, 1) and "Traceback" not in said, said
    assert (tmp_path / "p" / "result.json").is_file() and {path.name for path in tmp_path.iterdir()} == {"p"}
