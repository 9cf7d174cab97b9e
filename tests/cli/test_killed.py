"""Commands that are killed at any change of the disk go on by the same words, and end in the same bits."""

import re
import shutil
from pathlib import Path

import numpy as np
import pytest
from dying import Disk, Killed

from scalaremlp._files import write_text
from scalaremlp.cli import main
from scalaremlp.runs import fit

WORDS = ["train", "mine.npz", "--rep-in", "2*T(1)", "--rep-out", "T(0)", "--group", "O(3)", "--model", "mlp"]
WORDS += ["--width", "2", "--depth", "1", "--optimizer", "first-order", "--epochs", "150", "--out", "run"]


@pytest.fixture
def small(tmp_path, monkeypatch):
    """A folder with a few samples; pictures are files without a picture, since drawing takes most of the time."""
    x = np.random.default_rng(0).normal(size=(30, 6))
    np.savez(tmp_path / "mine.npz", x=x, y=x[:, :1] * x[:, 3:4])
    monkeypatch.chdir(tmp_path)

    def drawn(folder, *_, **__):
        for name in ("learning", "predicted"):
            write_text(folder / "figures" / f"{name}.png", "a picture")

    monkeypatch.setattr(fit, "draw", drawn)
    return tmp_path


def left(folder: Path) -> dict[str, object]:
    """All that a finished run leaves, without the seconds."""
    found: dict[str, object] = {}
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name, text = str(path.relative_to(folder)), path.read_bytes()
        found[name] = re.sub(rb'"seconds": [^,}\n]*', b"", text) if path.suffix in (".json", ".jsonl") else text
    return found


def killed_at_every_change(folder: Path, words: list[str], before=lambda: None, step: int = 1):
    """What a run leaves that was killed once at each of its changes and went on, beside one that was not."""
    before()
    with Disk(folder).watched() as disk:
        assert main(words) == 0
    whole, last = left(folder / "run"), len(disk.changes)
    yield disk.changes, whole
    for number in range(0, last, step):
        shutil.rmtree(folder / "run", ignore_errors=True)
        before()
        with pytest.raises(Killed), Disk(folder, dies_at=number).watched():
            main(words)
        yield disk.changes[number], (main(words), left(folder / "run"))


@pytest.mark.parametrize("step", [6, pytest.param(1, marks=pytest.mark.slow)])
def test_train_killed_at_every_change_of_the_disk(step, small, capsys):
    found = killed_at_every_change(small, WORDS, step=step)
    changes, whole = next(found)
    assert len(changes) > 30 and {change.split()[0] for change in changes} >= {"open", "fsync", "replace", "unlink"}
    assert set(whole) == {
        "run.json", "config.json", "metrics.jsonl", "result.json", "figures/learning.png", "figures/predicted.png",
        *(name for name in whole if name.startswith("model-")),
    }  # fmt: skip
    for change, (status, again) in found:
        said = capsys.readouterr().err
        if status == 2:  # killed when all was there
            assert "holds a run already" in said
        assert status in (0, 2) and again == whole, change


def test_a_run_that_is_replaced_is_there_until_the_new_one_has_begun(small, capsys):
    """Killed at any change, the folder holds the old run to the bit, or the new one, which goes on."""
    assert main([*WORDS, "--seed", "1"]) == 0
    old = {path: path.read_bytes() for path in (small / "run").rglob("*") if path.is_file()}

    def before():
        shutil.rmtree(small / "run")
        for path, content in old.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)

    with Disk(small).watched() as disk:
        assert main([*WORDS, "--fresh"]) == 0
    whole = left(small / "run")
    begun = next(n for n, change in enumerate(disk.changes) if change.startswith("replace") and "run.json" in change)
    for number, words in (
        *((n, [*WORDS, "--fresh"]) for n in range(begun + 1)),
        (begun + 1, WORDS),
        (begun + 3, WORDS),
    ):
        before()
        with pytest.raises(Killed), Disk(small, dies_at=number).watched():
            main([*WORDS, "--fresh"])
        capsys.readouterr()
        if number <= begun:
            assert all(path.read_bytes() == content for path, content in old.items())
            assert main(["train", "--resume", "run"]) == 2 and "is finished" in capsys.readouterr().err
        if number in (0, begun, begun + 1, begun + 3):
            assert main(words) == 0 and left(small / "run") == whole
