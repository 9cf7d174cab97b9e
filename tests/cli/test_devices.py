"""Devices that JAX is asked for and does not find."""

import os
import subprocess
import sys

import pytest


@pytest.mark.parametrize("asked", ["cuda", "no-such"])
def test_devices_that_are_not_there_are_refused_in_one_line(asked, tmp_path):
    words = [sys.executable, "-m", "scalaremlp.cli", "train", "o5", "--out", str(tmp_path / "run")]
    done = subprocess.run(words, env=os.environ | {"JAX_PLATFORMS": asked}, capture_output=True, text=True)
    assert done.returncode == 2 and not done.stdout
    said = done.stderr.splitlines()
    assert len(said) == 1 and said[0].startswith(
        f"scalaremlp: JAX_PLATFORMS must name devices that are there. Got '{asked}'"
    )
    assert said[0].endswith("Leave it out for the best there are, or install JAX for these")
