"""Importing the package is cheap: what is heavy is imported when it is used."""

import os
import subprocess
import sys

import pytest

import scalaremlp

HEAVY = ("matplotlib", "diffrax", "optax", "tyro", "rich", "scipy.optimize", "markdown_it")


def imported_after(code):
    """The modules that a fresh interpreter has loaded after running some code."""
    program = f"import sys\n{code}\nprint('\\n'.join(sys.modules))"
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True, env=environment)
    return set(done.stdout.split())


def test_importing_the_package_imports_nothing_else():
    loaded = imported_after("import scalaremlp")
    assert not loaded & {"jax", "equinox", *HEAVY}


def test_the_everyday_names_load_no_heavy_module():
    code = "import scalaremlp as se\nse.groups, se.reps, se.scalars, se.nn, se.data, se.fit, se.load"
    before = imported_after("import jax, equinox")
    assert not (imported_after(code) - before) & set(HEAVY)


@pytest.mark.parametrize(
    "words",
    [
        ["info", "--rep-in", "T(1", "--rep-out", "T(0)", "--group", "O(3)"],
        ["info", "--rep-in", "T(1)", "--rep-out", "T(100000)", "--group", "O(3)"],
        ["info", "--rep-in", "T(1)", "--rep-out", "T(1)", "--group", "SO(3"],
        ["train", "mine.npz", "--rep-in", "2*T(1)", "--rep-out", "vector", "--group", "O(3)"],
        ["basis", "T(1) >>", "O(3)"],
        ["evaluate", "none"],
        ["predict", ".", "none.csv"],
        ["train", "--resume", "none"],
        ["trian"],
        ["train", "--seed", "x"],
        ["--help"],
    ],
    ids=" ".join,
)
def test_no_jax_for_words(words):
    loaded = imported_after(f"from scalaremlp.cli import main\nassert main({words!r}) in (0, 2)")
    assert not loaded & {"jax", "equinox", "scipy", "matplotlib", "scalaremlp.nn"}


def test_types_and_groups_are_read_compared_and_printed_without_jax():
    code = """
from scalaremlp import groups, reps
rep = reps.parse("2*T(1) + T(2)")
assert rep == reps.parse(str(rep)) and rep(groups.parse("Lorentz")).size == 24
"""
    assert not imported_after(code) & {"jax", "equinox", "scipy"}


@pytest.mark.parametrize("name", scalaremlp.__all__)
def test_every_name_is_there(name):
    assert getattr(scalaremlp, name) is not None
    assert name in dir(scalaremlp)


def test_a_wrong_name_lists_the_right_ones():
    with pytest.raises(AttributeError, match=r"no attribute 'ft'; it offers enable_x64, units, groups"):
        scalaremlp.ft  # noqa: B018
