"""Real processes in one folder: killed at any moment, two at once, one that reads while another writes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from small_commands import COMMANDS

SCRIPT = Path(__file__).parents[1] / "support" / "sigkills.py"


def happened(what: str, name: str, times: int) -> dict[str, int]:
    """What the script counted; it starts from a process that has not started JAX."""
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    words = [sys.executable, SCRIPT, what, name, "--times", str(times)]
    done = subprocess.run(words, env=env, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout.splitlines()[-1])
    print(found, done.stderr)
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_killed_at_any_moment_it_goes_on_by_the_same_words(name):
    found = happened("killed", name, 40)
    assert (found["kills"], found["stuck"], found["lost"]) == (40, 0, 0)


@pytest.mark.slow
@pytest.mark.parametrize("name", COMMANDS)
def test_of_two_at_once_one_is_told_so_or_goes_after_the_other(name):
    found = happened("together", name, 20)
    assert found["wrong"] == 0 and found["told"] > 0


@pytest.mark.slow
@pytest.mark.parametrize("name", ["train", "pendulum", "study"])
def test_a_reader_beside_a_writer_sees_a_whole_model_or_is_told_in_a_line(name):
    found = happened("read", name, 6)
    assert found["wrong"] == 0 and found["whole"] > 0
