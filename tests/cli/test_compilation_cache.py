"""What one command has compiled the next one reads from disk; where that cannot be, nothing is said of it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from scalaremlp._compilation_cache import trim

TRAIN = "train o5 --model mlp --ntrain 20 --ntest 20 --epochs 1 --width 2 --depth 1 --optimizer first-order --fresh"
SMALL = """
import subprocess, sys, warnings
import jax
from scalaremlp._compilation_cache import keep_programs
print(keep_programs() is not None)
code = "import jax.numpy as jnp; print(float(jnp.arange(3.0).sum()))"
exec(code)
if "child" in sys.argv:
    subprocess.run([sys.executable, "-c", code.replace("3.0", "5.0")], check=True)
"""


def run(cache: Path, *words: str, **environment: str) -> tuple[str, str]:
    """What a process with this cache folder says, on both streams; JAX was told nothing of a cache before."""
    told = {name: text for name, text in os.environ.items() if not name.startswith(("JAX_COMP", "JAX_PERS", "PYTHONW"))}
    told |= {"SCALAREMLP_CACHE": str(cache), **environment}
    done = subprocess.run([sys.executable, *words], env=told, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout, done.stderr


def entries(cache: Path) -> list[Path]:
    return sorted(cache.glob("jax/*/*-cache"))


def test_the_second_run_of_a_command_compiles_nothing(tmp_path):
    words = ("-m", "scalaremlp.cli", *TRAIN.split(), "--out", str(tmp_path / "r"))
    _, before = run(tmp_path, *words)
    first = entries(tmp_path)
    _, said = run(tmp_path, *words, JAX_LOG_COMPILES="1")
    assert first and entries(tmp_path) == first
    assert "Persistent compilation cache hit" in said and "PERSISTENT COMPILATION CACHE MISS" not in said.upper()
    assert "persistent" not in before and "Warning" not in before


def test_it_is_kept_for_the_processes_that_a_command_starts_too(tmp_path):
    said, errors = run(tmp_path, "-c", SMALL, "child")
    assert said.split() == ["True", "3.0", "10.0"] and errors == ""
    assert len(entries(tmp_path)) > 2 and entries(tmp_path)[0].parent.stat().st_mode & 0o077 == 0
    alone = tmp_path / "alone"
    run(alone, "-c", SMALL)
    assert 0 < len(entries(alone)) < len(entries(tmp_path))


def test_a_damaged_entry_is_compiled_again_without_a_word(tmp_path):
    run(tmp_path, "-c", SMALL, "child")
    for path in entries(tmp_path):
        path.write_bytes(path.read_bytes()[:50])
    assert run(tmp_path, "-c", SMALL, "child") == ("True\n3.0\n10.0\n", "")


@pytest.mark.parametrize("variable", ["SCALAREMLP_COMPILATION_CACHE=0", "JAX_ENABLE_COMPILATION_CACHE=false"])
def test_it_can_be_turned_off(tmp_path, variable):
    assert run(tmp_path, "-c", SMALL, **dict([variable.split("=")])) == ("False\n3.0\n", "")
    assert not entries(tmp_path)


def test_where_jax_has_a_folder_of_the_user_it_stays(tmp_path):
    said, _ = run(tmp_path, "-c", SMALL, JAX_COMPILATION_CACHE_DIR=str(tmp_path / "own"))
    assert said.startswith("False") and not entries(tmp_path)


def test_a_folder_that_cannot_be_is_none(tmp_path):
    (tmp_path / "file").touch()
    assert run(tmp_path / "file", "-c", SMALL) == ("False\n3.0\n", "")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may write anywhere")
def test_a_folder_that_is_not_to_be_written_to_is_none(tmp_path):
    tmp_path.chmod(0o500)
    assert run(tmp_path, "-c", SMALL) == ("False\n3.0\n", "")


def test_a_full_disk_goes_unsaid(tmp_path):
    """No file may grow beyond nothing: each entry fails to be written."""
    limited = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
    limited += "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))\n"
    assert run(tmp_path, "-c", limited + SMALL) == ("True\n3.0\n", "")
    assert run(tmp_path, "-c", SMALL) == ("True\n3.0\n", ""), "what is cut off is compiled again"


def test_the_library_does_not_turn_it_on(tmp_path):
    run(tmp_path, "-c", "import scalaremlp as se; se.enable_x64(); import jax.numpy as jnp; jnp.arange(3.0).sum()")
    assert not entries(tmp_path)


def test_the_oldest_go_where_there_are_too_many(tmp_path):
    (tmp_path / "kind").mkdir()
    for number in range(6):
        path = tmp_path / "kind" / f"{number}-cache"
        path.write_bytes(bytes(10))
        os.utime(path, (number, number))
    trim(tmp_path, 60)
    assert len([*tmp_path.rglob("*-cache")]) == 6
    trim(tmp_path, 59)
    assert sorted(path.name for path in tmp_path.rglob("*-cache")) == ["4-cache", "5-cache"]


@pytest.mark.slow
def test_two_commands_at_once_do_not_disturb_each_other(tmp_path):
    words = (sys.executable, "-m", "scalaremlp.cli", *TRAIN.split())
    told = {name: text for name, text in os.environ.items() if not name.startswith(("JAX_COMP", "JAX_PERS", "PYTHONW"))}
    told["SCALAREMLP_CACHE"] = str(tmp_path)
    both = [
        subprocess.Popen([*words, "--out", str(tmp_path / name)], env=told, stderr=subprocess.PIPE, text=True)
        for name in "ab"
    ]
    for one in both:
        said = one.communicate()[1]
        assert one.returncode == 0 and "persistent" not in said, said
