"""A run remembers the names of its columns: files are read by them, and outputs written under them."""

import json

import numpy as np
import pytest

from scalaremlp.cli import main
from scalaremlp.cli._columns import remembered
from scalaremlp.runs.samples import digest, load_samples
from scalaremlp.runs.saved import SavedTraining
from scalaremlp.runs.settings import TrainSettings

TYPES = {"rep_in": "T(0) + T(1)", "rep_out": "T(1)", "group": "O(2)"}
WORDS = [word for name, text in TYPES.items() for word in (f"--{name.replace('_', '-')}", text)]
NAMES = ["event", "px", "py", "m", "v[0]", "v[1]"]
RNG = np.random.default_rng(0)
M, V = RNG.normal(size=(40, 1)).round(4), RNG.normal(size=(40, 2)).round(4)
EVENTS = 10**17 + 3 + 2 * np.arange(40)  # beyond what float64 tells apart
COLUMNS = {
    "event": EVENTS, "px": M[:, 0] * V[:, 0], "py": M[:, 0] * V[:, 1], "m": M[:, 0], "v[0]": V[:, 0], "v[1]": V[:, 1],
}  # fmt: skip


def write(file, names, *, separator=",", decimal=".", renamed=None):
    """Columns in an order of one's own."""
    lines = [separator.join((renamed or {}).get(name, name) for name in names)]
    for row in zip(*(COLUMNS[name].tolist() for name in names), strict=True):
        lines.append(separator.join(repr(value).replace(".", decimal) for value in row))
    file.write_text("\n".join(lines) + "\n")
    return str(file)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A folder with a table and a run that was made with it."""
    folder = tmp_path_factory.mktemp("columns")
    write(folder / "law.csv", NAMES)
    words = [str(folder / "law.csv"), *WORDS, "--x-columns", "m,v", "--y-columns", "p", "--width", "2", "--depth", "1"]
    assert main(["train", *words, "--out", str(folder / "run")]) == 0
    return folder


def test_the_names_are_in_the_run_folder(folder):
    settings = json.loads((folder / "run" / "run.json").read_text())["settings"]
    assert settings["x_names"] == ["m", "v[0]", "v[1]"] and settings["y_names"] == ["px", "py"]


def test_predict_takes_them_in_any_order_and_writes_names_and_ids(folder, tmp_path, capsys):
    new = write(tmp_path / "new.txt", ["v[1]", "event", "v[0]", "m"], separator=";", decimal=",")
    run, out = str(folder / "run"), tmp_path / "y.csv"
    assert main(["predict", run, new, "--id-column", "event", "--out", str(out)]) == 0
    lines = out.read_text().splitlines()
    assert lines[0] == "event,px,py" and [int(line.split(",")[0]) for line in lines[1:]] == EVENTS.tolist()
    np.testing.assert_allclose(np.loadtxt(lines[1:], delimiter=",")[:, 1:], M * V, atol=1e-9)
    assert "not used" not in capsys.readouterr().err
    assert main(["predict", run, new, "--out", str(tmp_path / "y.npz"), "--id-column", "event"]) == 0
    with np.load(tmp_path / "y.npz") as file:
        assert file["names"].tolist() == ["px", "py"] and file["id"].tolist() == EVENTS.tolist()
        np.testing.assert_allclose(file["y"], M * V, atol=1e-9)
    capsys.readouterr()
    assert main(["predict", run, str(folder / "law.csv"), "--out", str(tmp_path / "z.npz")]) == 0
    assert f"not used of {folder / 'law.csv'}: event, px, py\n" in capsys.readouterr().err


def test_check_and_evaluate_take_them_in_any_order(folder, tmp_path, capsys):
    new = write(tmp_path / "new.csv", ["py", "v[1]", "m", "v[0]", "px", "event"])
    run = str(folder / "run")
    assert main(["check", run, "--data", new, "--json"]) == 0
    assert main(["evaluate", run, "--data", new, "--json"]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out.splitlines()[-1])["relative_mse"] < 1e-20
    assert said.err.count(f"not used of {new}: ") == 2
    assert f"warning: 32 of the 40 samples of {new} are among those that the model was fitted to" in said.err


def test_new_rows_are_not_taken_for_known_ones(folder, tmp_path, capsys):
    lines = (folder / "law.csv").read_text().splitlines()
    (tmp_path / "new.csv").write_text("\n".join([lines[0], *(line + "1" for line in lines[1:])]))
    assert main(["evaluate", str(folder / "run"), "--data", str(tmp_path / "new.csv")]) == 0
    assert "warning" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("names", "renamed", "words", "parts"),
    [
        (["v[0]", "v[1]"], {}, [], ["without m, of columns v[0], v[1]. Rename"]),
        (["v[0]", "v[1]", "m"], {"m": "mass"}, [], ["without m, of columns", "mass"]),
        (["v[0]", "v[1]", "m"], {"v[0]": "v[O]"}, [], ["without v[0]", "Is it v[O]?"]),
        (["event", "m"], {}, ["--x-columns", "event,m"], ["ask for 3 columns of inputs. Got 2"]),
        (["m", "v[0]", "v[1]"], {}, ["--id-column", "run"], ["'run'", "There are m, v[0]"]),
        (["m", "v[0]", "v[1]"], {}, ["--id-column", "v"], ["v, which stands for 2"]),
        (["m", "v[0]", "v[1]", "px"], {}, ["--id-column", "px"], ["--id-column px as well"]),
        (["m", "v[0]", "v[1]"], {}, ["--header", "--no-header"], ["Leave one of them out"]),
        (["m", "v[0]", "v[1]"], {}, ["--no-header"], ["taken by name", "--x-columns 1-3"]),
    ],
    ids=str,
)
def test_what_is_missing_is_refused(folder, names, renamed, words, parts, tmp_path, capsys):
    new = write(tmp_path / "new.csv", names, renamed=renamed)
    assert main(["predict", str(folder / "run"), new, *words]) == 2
    line = capsys.readouterr().err
    assert all(part in line for part in parts) and line.count("\n") == 1, line
    assert [file.name for file in tmp_path.iterdir()] == ["new.csv"]


def test_columns_can_be_said_for_a_file_without_names(folder, tmp_path, capsys):
    bare = tmp_path / "bare.csv"
    bare.write_text("\n".join(f"{m!r},{x!r},{y!r}" for (m,), (x, y) in zip(M.tolist(), V.tolist(), strict=True)))
    assert main(["predict", str(folder / "run"), str(bare)]) == 2
    assert "which has no names" in capsys.readouterr().err
    out = tmp_path / "y.csv"
    words = ["--x-columns", "1-3", "--id-column", "1", "--out", str(out)]
    assert main(["predict", str(folder / "run"), str(bare), *words]) == 0
    assert out.read_text().splitlines()[0] == "1,px,py"


def old(file, **changes):
    """Settings as they were before runs remembered names."""
    columns = {"x_columns": None, "y_columns": None, "ntrain": None, "nval": None, "ntest": None}
    values = {"file": str(file), "sha256": digest(file), **TYPES, **columns, "seed": 5, **changes}
    return TrainSettings.from_json({**values, "model": {"name": "scalars", "options": {}}, "fit": {}})


ROWS = np.random.default_rng(1).normal(size=(20, 6))


@pytest.mark.parametrize(
    ("head", "changes", "x", "y"),
    [
        ("a,b,c,d,e", {}, [0, 1, 2], [3, 4]),
        ("# a,b,c,d,e", {"y_columns": "a,b"}, [2, 3, 4], [0, 1]),
        (None, {"x_columns": "3-5"}, [2, 3, 4], [0, 1]),
        ("0,1,2,3,4", {}, [0, 1, 2], [3, 4]),  # it was a sample
        (",a,b,c,d", {}, [0, 1, 2], [3, 4]),  # the index was an input
        (",a,b,c,d,e", {"y_columns": "d,e"}, [0, 1, 2], [4, 5]),  # and what was left over was dropped
    ],
    ids=str,
)
def test_old_runs_keep_their_samples(head, changes, x, y, tmp_path):
    width = 5 if head is None else head.count(",") + 1
    table = ROWS[:, :width]
    np.savetxt(tmp_path / "old.csv", table, delimiter=",", header=head or "", comments="", fmt="%.17g")
    if head is None:
        (tmp_path / "old.csv").write_text((tmp_path / "old.csv").read_text().lstrip("\n"))
    if head == "0,1,2,3,4":
        table = np.vstack([np.arange(5), table])
    samples = load_samples(old(tmp_path / "old.csv", **changes))
    drawn = table[np.random.default_rng(5).permutation(len(table))]
    for part, rows in zip(samples, np.split(drawn, [len(table) - 8, len(table) - 4]), strict=True):
        np.testing.assert_array_equal(part.x, rows[:, x])
        np.testing.assert_array_equal(part.y, rows[:, y])


def test_the_names_of_an_old_run_are_those_of_its_file(tmp_path):
    np.savetxt(tmp_path / "old.csv", ROWS, delimiter=",", header="a,b,c,d,e,f", comments="")
    saved = SavedTraining(tmp_path, None, old(tmp_path / "old.csv", x_columns="f,2-3", y_columns="a,d"))
    known = {"x_columns": ("f", "b", "c"), "y_columns": ("a", "d")}
    assert remembered(saved, "new.csv") == known
    (tmp_path / "old.csv").rename(tmp_path / "moved.csv")
    assert remembered(saved, str(tmp_path / "moved.csv")) == known
    assert remembered(saved, "new.csv") == {"x_columns": None, "y_columns": None}


def test_the_order_of_a_file_is_kept_when_asked(tmp_path):
    np.savetxt(tmp_path / "mine.csv", ROWS[:, :5], delimiter=",", fmt="%.17g")
    samples = load_samples(old(tmp_path / "mine.csv", x_names=None, y_names=None, ordered=True))
    np.testing.assert_array_equal(np.concatenate([part.x for part in samples]), ROWS[:, :3])


def test_a_header_of_numbers_and_an_order_are_remembered(tmp_path, capsys):
    """As pandas writes an array, without its index, and compressed."""
    table = np.hstack([M, V, M * V])
    np.savetxt(tmp_path / "law.csv.gz", table, delimiter=",", header="0,1,2,3,4", comments="", fmt="%.17g")
    out, law = str(tmp_path / "run"), str(tmp_path / "law.csv.gz")
    words = ["train", law, *WORDS, "--width", "2", "--depth", "1", "--out", out]
    assert main(words) == 2
    assert "names or a sample. Got '0, 1, 2, 3, 4'" in capsys.readouterr().err
    assert main([*words, "--header", "--ordered"]) == 0
    assert "columns: 0, 1, 2 -> 3, 4" in capsys.readouterr().err
    settings = json.loads((tmp_path / "run" / "run.json").read_text())["settings"]
    assert settings["header"] is settings["ordered"] is True and settings["y_names"] == ["3", "4"]
    np.testing.assert_array_equal(load_samples(TrainSettings.from_json(settings)).test.x, table[32:, :3])
    assert main(["evaluate", out]) == 0
    assert main(["predict", out, law, "--header", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["out"] == str(tmp_path / "law-predicted.npz")
    with np.load(tmp_path / "law-predicted.npz") as file:
        np.testing.assert_allclose(file["y"], M * V, atol=1e-9)
        assert file["names"].tolist() == ["3", "4"]
