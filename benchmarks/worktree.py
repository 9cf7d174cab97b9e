"""Another commit of the library beside this one."""

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.machine import ROOT


def short(commit: str) -> str:
    """The short hash of a commit that may be named in any way that git knows.

    Raises:
        SystemExit: if there is no such commit.
    """
    done = _git("rev-parse", "--short", "--verify", "--quiet", f"{commit}^{{commit}}")
    if done.returncode:
        raise SystemExit(f"--against must be a commit of this repository. Got {commit!r}. Choose one of `git log`")
    return done.stdout.strip()


@contextmanager
def worktree(commit: str) -> Iterator[Path]:
    """The files of a commit in a temporary folder, which is taken away afterwards."""
    with tempfile.TemporaryDirectory(prefix="scalaremlp-") as folder:
        path = Path(folder).resolve() / commit
        done = _git("worktree", "add", "--detach", str(path), commit)
        if done.returncode:
            raise SystemExit(f"git could not check {commit} out: {done.stderr.strip()}")
        try:
            yield path
        finally:
            _git("worktree", "remove", "--force", str(path))


def _git(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(["git", *words], cwd=ROOT, capture_output=True, text=True, check=False)
