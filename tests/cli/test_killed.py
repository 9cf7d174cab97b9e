"""Commands that are killed at any change of the disk go on by the same words, and end in the same bits."""

import os
import shutil
from errno import ENOSPC, EROFS
from pathlib import Path

import pytest
from dying import Disk, Killed
from small_commands import COMMANDS, fit_by_half, left, make_quick, prepare

from scalaremlp.cli import main
from scalaremlp.runs import fit
from scalaremlp.train import _checkpoint

RUN = {"run.json", "config.json", "metrics.jsonl", "result.json"}
TABLES = {"results.json", "results.csv"}
PICTURES = {"figures/learning.png", "figures/predicted.png"}
LEFT = {
    "train": RUN | PICTURES,
    "pendulum": RUN | {"errors.csv", "figures/phase_space.png", "figures/errors.png", "figures/conserved.png"},
    "study": TABLES | {f"runs/o5-mlp-n8-seed{n}/{name}" for n in (0, 1) for name in RUN | PICTURES | {"finished.json"}},
    "reproduce": TABLES
    | {"results.md", "report.md", "report.html", "figures/o5.png"}
    | {f"runs/o5-default-n12-seed0/{name}" for name in RUN | PICTURES | {"finished.json"}},
}
SOME = {"train": 9, "pendulum": 11, "study": 21, "reproduce": 11}  # every so many changes, in the default suite


def cases(**more):
    """Each command, at some of its changes, and at more when that is asked for."""
    some = [pytest.param(name, step, id=name) for name, step in SOME.items()]
    ((which, step),) = more.items()
    return [*some, *(pytest.param(name, step, id=f"{name}-{which}", marks=pytest.mark.slow) for name in SOME)]


@pytest.fixture
def small(tmp_path, tmp_path_factory, monkeypatch, unchecked):
    """A folder with a few samples. Each record is a checkpoint, so that all runs make the same changes."""
    monkeypatch.chdir(tmp_path)
    prepare(tmp_path)
    make_quick(monkeypatch.setattr)
    monkeypatch.setattr(_checkpoint, "_SHARE", 0)
    monkeypatch.setattr(os, "fsync", lambda file: None)  # counted; what dies here is no machine
    cache = tmp_path_factory.getbasetemp() / "pendulums"
    monkeypatch.setenv("SCALAREMLP_CACHE", str(cache))
    if not cache.exists():  # motion is made once, and kept
        assert main(COMMANDS["pendulum"]) == 0
        begin_with({})
    return tmp_path


def told(name, monkeypatch) -> list[str]:
    """The words of a command. The fits of a study are those of train, and not made again here."""
    if name in ("study", "reproduce"):
        monkeypatch.setattr(fit, "fit", fit_by_half)
    return COMMANDS[name]


def begin_with(files: dict[Path, bytes]) -> None:
    """Nothing but these in the folder of the run."""
    shutil.rmtree("run", ignore_errors=True)
    for path, content in files.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def files_of(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def changes_of(folder: Path, words: list[str]) -> list[str]:
    """All that a command changes, when nothing is in its way."""
    with Disk(folder).watched() as disk:
        assert main(words) == 0
    return disk.changes


def ended(words: list[str], capsys, change: str) -> None:
    """The command is at its end, now or when it was killed."""
    capsys.readouterr()
    status, said = main(words), capsys.readouterr().err
    assert status == 0 or (status == 2 and "holds a run already" in said), (change, said)


@pytest.mark.parametrize("name, step", cases(every=1))
def test_killed_at_a_change_of_the_disk(name, step, small, capsys, monkeypatch):
    words = told(name, monkeypatch)
    changes, whole = changes_of(small, words), left(Path("run"))
    assert {change.split()[0] for change in changes} >= {"open", "write", "fsync", "replace", "unlink", "rmdir"}
    assert {file for file in whole if "model-" not in file} == LEFT[name]
    for number in range(0, len(changes), step):
        begin_with({})
        with pytest.raises(Killed), Disk(small, dies_at=number).watched():
            main(words)
        ended(words, capsys, changes[number])
        assert left(Path("run")) == whole, changes[number]
    print(f"{name}: {len(changes)} changes, every {step} killed")


@pytest.mark.parametrize("name, step", cases(every=1))
def test_a_run_that_is_replaced_is_there_until_the_new_one_has_begun(name, step, small, capsys, monkeypatch):
    """Killed at any change, the folder holds the old run to the bit, or the new one, which goes on."""
    words = told(name, monkeypatch)
    other = [*words, "--seed", "1"] if name in ("train", "pendulum") else words
    assert main(other) == 0
    old = files_of(Path("run"))
    fresh = [*words, "--fresh"]
    changes, whole = changes_of(small, fresh), left(Path("run"))
    steps = ("replace", "/.run.json."), ("unlink", "/finished.json")  # of a run, and of one of a study
    begins = next(n for n, change in enumerate(changes) for what, where in steps if what in change and where in change)
    chosen = {*range(0, len(changes), 2 * step), begins, begins + 1}
    for number in sorted(chosen):
        begin_with(old)
        with pytest.raises(Killed), Disk(small, dies_at=number).watched():
            main(fresh)
        begun = number > begins
        assert begun or old.items() <= files_of(Path("run")).items(), changes[number]
        if begun and number % 4:  # by the same words without --fresh, too
            ended(words, capsys, changes[number])
        else:
            assert main(fresh) == 0, changes[number]
        assert left(Path("run")) == whole, changes[number]


@pytest.mark.parametrize("name, step", cases(third=3))
@pytest.mark.parametrize("error, said", [(ENOSPC, "No space left on device"), (EROFS, "Read-only file system")])
def test_a_disk_that_takes_no_more(name, step, error, said, small, capsys, monkeypatch):
    """From a change on, until there is room again: one line, and the same words go on."""
    words = told(name, monkeypatch)
    changes, whole = changes_of(small, words), left(Path("run"))
    for number in range(0, len(changes), step):
        begin_with({})
        capsys.readouterr()
        with Disk(small, dies_at=number, error=error).watched():
            status = main(words)
        lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("scalaremlp: ")]
        if status == 0:  # only what is taken away at the end could not be
            assert whole.items() <= left(Path("run")).items() and not lines, changes[number]
        else:
            assert status == 2 and len(lines) == 1 and said in lines[0], (changes[number], status, lines)
            assert "the same command" in lines[0] or "Go on with it by" in lines[0], lines
            assert error == EROFS or not list(small.rglob("*.part")), changes[number]
        ended(words, capsys, changes[number])
        assert left(Path("run")) == whole, changes[number]
