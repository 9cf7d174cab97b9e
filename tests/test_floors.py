"""The lowest versions that pyproject.toml states are those that `make floors` installs."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def stated(requirements):
    return {re.split(r"[^\w-]", each)[0] for each in requirements}


def installed(root=ROOT):
    done = subprocess.run([sys.executable, root / ".ci" / "floors"], capture_output=True, text=True)
    if done.returncode:
        raise ValueError(done.stderr.splitlines()[-1])
    return done.stdout.split()


def test_every_dependency_is_installed_at_its_floor():
    extras = PROJECT["optional-dependencies"]
    asked = stated(PROJECT["dependencies"]).union(
        *(stated(each) for name, each in extras.items() if name not in ("dev", "docs"))
    )
    floors = dict(line.split("==") for line in installed())
    assert asked | {"pytest", "hypothesis", "beartype"} <= floors.keys()
    assert f"jax>={floors['jax']}" in PROJECT["dependencies"]


def test_a_requirement_without_a_floor_is_told(tmp_path):
    (tmp_path / ".ci").mkdir()
    (tmp_path / ".ci/floors").write_text((ROOT / ".ci/floors").read_text())
    text = (ROOT / "pyproject.toml").read_text()
    (tmp_path / "pyproject.toml").write_text(text.replace('"rich>=13"', '"rich"'))
    with pytest.raises(ValueError, match=r"Got 'rich'\. Write name>=version"):
        installed(tmp_path)


def test_make_floors_runs_files_that_are_there():
    makefile = (ROOT / "Makefile").read_text()
    assert re.search(r"^floors: ", makefile, re.MULTILINE)
    files = re.search(r"OF_FLOORS := (.*?)\n\n", makefile, re.DOTALL)[1].replace("\\", " ").split()
    assert files and all((ROOT / file).is_file() for file in files)
    (words,) = re.findall(r"\$\(FLOORS\)/bin/python -m pytest (.*)", makefile)
    assert words == "-rs $(OF_FLOORS)"  # all of them, and what is skipped with its reason
