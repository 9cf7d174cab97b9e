"""Bad input ends with status 2 and one line that says the rule, the value and the remedy."""

import numpy as np
import pytest

from scalaremlp.cli import main


def refused(words, capsys):
    """The one line of a refusal."""
    assert main(words) == 2
    said = capsys.readouterr()
    lines = [line for line in said.err.splitlines() if not line.startswith("fitting")]
    assert len(lines) == 1, said.err
    assert said.out == ""
    assert lines[0].startswith("scalaremlp: ")
    return lines[0]


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (["trian", "o5"], ["trian", "train, evaluate, reproduce"]),
        (["train"], ["Missing", "TASK"]),
        (["train", "o5", "--ntrian", "3"], ["--ntrian", "--ntrain"]),
        (["train", "o5", "--ntrain", "many"], ["--ntrain", "'many'"]),
        (["train", "o5", "--ntrain", "-3"], ["--ntrain", "-3"]),
        (["train", "o5", "--model", "big"], ["'big'", "scalars", "mlp"]),
        (["train", "o5", "--model", "mlp", "--no-norms"], ["norms", "--model mlp"]),
        (["train", "o5", "--group", "O(3)"], ["o5", "--group"]),
        (["train", "intertia"], ["o5, inertia, particle", "'intertia'", "Did you mean inertia?"]),
        (["train", "nowhere.npz"], ["no file nowhere.npz"]),
        (["reproduce", "--tasks", "o6"], ["'o6'", "inertia"]),
        (["reproduce", "--sizes", "1"], ["--sizes", "at least 2", "Got 1"]),
        (["evaluate", "nowhere"], ["config.json", "nowhere"]),
    ],
    ids=lambda value: " ".join(value) if value and value[0] in ("trian", "train", "reproduce", "evaluate") else "",
)
def test_one_line_says_what_is_wrong(words, parts, capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    line = refused(words, capsys)
    assert all(part in line for part in parts), line
    assert not list(tmp_path.iterdir())


TYPES = ["--rep-in", "2*T(1)", "--rep-out", "T(0)", "--group", "O(3)"]
X, Y = np.ones((10, 6)), np.ones((10, 1))


@pytest.mark.parametrize(
    ("arrays", "words", "parts"),
    [
        ({"x": X, "y": Y}, TYPES[2:], ["--rep-in is missing"]),
        ({"a": X}, TYPES, ["must hold arrays x and y", "Got a"]),
        ({"x": X[:, 1:], "y": Y}, TYPES, ["(n, 6)", "(10, 5)"]),
        ({"x": X, "y": Y[1:]}, TYPES, ["10 and 9"]),
        ({"x": X * np.nan, "y": Y}, TYPES, ["finite"]),
        ({"x": X, "y": Y}, [*TYPES[:5], "Q(3)"], ["Q"]),
        ({"x": X, "y": Y}, ["--rep-in", "2*T(", *TYPES[2:]], ["2*T("]),
        ({"x": X, "y": Y}, [*TYPES, "--ntrain", "10"], ["10 samples", "--ntrain 10"]),
        (None, TYPES, ["no NumPy .npz file"]),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(arrays, words, parts, capsys, tmp_path):
    path = tmp_path / "mine.npz"
    path.write_text("not an archive") if arrays is None else np.savez(path, **arrays)
    line = refused(["train", str(path), *words, "--out", str(tmp_path / "run")], capsys)
    assert all(part in line for part in parts), line


def test_a_folder_with_other_files_is_left_alone(capsys, tmp_path):
    (tmp_path / "thesis.tex").write_text("x")
    assert "other files" in refused(["train", "o5", "--out", str(tmp_path)], capsys)
    assert "is a file" in refused(["train", "o5", "--out", str(tmp_path / "thesis.tex")], capsys)
