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
        (
            ["trian", "o5"],
            [
                "trian",
                "train, discover, evaluate, predict, features, check, compare-groups, info, basis, pendulum, reproduce",
            ],
        ),
        (["train"], ["a task or a file is missing", "o5, inertia, particle"]),
        (["train", "--resume", "nowhere"], ["a run.json", "nowhere"]),
        (["train", "o5", "--resume", "nowhere"], ["--resume goes on", "a task or file as well"]),
        (["train", "--resume", "nowhere", "--no-norms"], ["--no-norms as well"]),
        (["train", "o5", "--ntrian", "3"], ["--ntrian", "--ntrain"]),
        (["train", "o5", "--ntrain", "many"], ["--ntrain", "'many'"]),
        (["train", "o5", "--ntrain", "-3"], ["--ntrain", "-3"]),
        (["train", "o5", "--model", "big"], ["'big'", "scalars", "mlp"]),
        (["train", "o5", "--model", "mlp", "--no-norms"], ["norms", "--model mlp"]),
        (["train", "o5", "--model", "emlp", "--scalars", "logs"], ["scalars", "--model emlp"]),
        (["train", "o5", "--scalars", "log"], ["products, norms", "'log'", "Did you mean logs?"]),
        (["train", "o5", "--loss", "rel"], ["'rel'", "relative"]),
        (["train", "inertia", "--ntrain", "5", "--ntest", "5", "--loss", "log"], ["outputs T(0)", "Leave the loss"]),
        (["info", "--scalars", "logs"], ["--scalars are of types", "--rep-in"]),
        (["train", "o5", "--group", "O(3)"], ["o5", "--group"]),
        (["train", "o5", "--nval", "0"], ["o5", "--nval"]),
        (["train", "o5", "--ntrain", "0"], ["--ntrain must be at least 1. Got 0"]),
        (["train", "o5", "--optimizer", "levenberg-marquardt", "--epochs", "5"], ["belong to first-order training"]),
        (["train", "mine.xls"], ["o5, inertia, particle, ", "elasticity, or a file", "'mine.xls'", ".npz, .csv, .tsv"]),
        (["train", "intertia"], ["o5, inertia, particle", "'intertia'", "Did you mean inertia?"]),
        (["train", "nowhere.npz"], ["no file nowhere.npz"]),
        (["reproduce", "--tasks", "o6"], ["'o6'", "inertia"]),
        (["reproduce", "--sizes", "1"], ["--sizes", "at least 2", "Got 1"]),
        (["reproduce", "--jobs", "-1"], ["--jobs", "at least 0", "Got -1"]),
        (["evaluate", "nowhere"], ["config.json", "nowhere"]),
        (["discover", "nowhere", "--seed", "-1"], ["--seed must be at least 0. Got -1"]),
        (["compare-groups", "nowhere", "--seed", "-1"], ["--seed must be at least 0. Got -1"]),
        (["check", "nowhere"], ["config.json", "nowhere"]),
        (["predict", "nowhere", "x.npz"], ["config.json", "nowhere"]),
        (["predict", "nowhere", "x.npz", "--out", "y.xls"], ["a .npz or a .csv file", "y.xls"]),
        (["basis"], ["TYPE"]),
        (["basis", "T(2)"], ["a type needs a group", "'T(2)'", "O(3)"]),
        (["basis", "T(1) >>", "O(3)"], ["A representation is written like", "T(1) >>"]),
        (["basis", "V >> V", "P(3)"], ["A group must have a known name", "'P'"]),
        (["basis", "T(30)", "S(3)"], ["Orbits of 205891132094649 components", "2 GB", "max_bytes"]),
        (["info", "--group", "O(3)"], ["--rep-in is missing"]),
        (["info", "--group", "C(4)", "--rep-in", "T(1)", "--rep-out", "T(1)"], ["C(4)", "EMLP"]),
    ],
    ids=" ".join,
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
        ({"x": X, "y": Y}, TYPES[2:], ["data of a file need types. Got no --rep-in"]),
        ({"a": X}, TYPES, ["holds arrays x and y", "Got a"]),
        ({"x": X, "y": Y}, [*TYPES, "--x-columns", "1"], ["Columns are chosen in tables alone"]),
        ({"x": X + 1j, "y": Y}, TYPES, ["must be real", "complex128"]),
        ({"x": X[:0], "y": Y[:0]}, TYPES, ["at least one sample"]),
        ({"x": X.ravel(), "y": Y}, TYPES, ["(n, 6)", "(60,)"]),
        ({"x": X.astype(str), "y": Y}, TYPES, ["array of numbers"]),
        ({"x": X.astype(object), "y": Y}, TYPES, ["allow_pickle=False"]),
        ({"x": X, "y": Y}, [*TYPES[:5], "Z(3)"], ["Z(3)", "EMLP"]),
        ({"x": X[:, 1:], "y": Y}, TYPES, ["(n, 6)", "(10, 5)"]),
        ({"x": X, "y": Y[1:]}, TYPES, ["10 and 9"]),
        ({"x": X * np.nan, "y": Y}, TYPES, ["finite"]),
        ({"x": X, "y": Y}, [*TYPES[:5], "Q(3)"], ["Q"]),
        ({"x": X, "y": Y}, ["--rep-in", "2*T(", *TYPES[2:]], ["2*T("]),
        (
            {"x": X, "y": Y},
            [*TYPES, "--ntrain", "10"],
            ["the file has, 10. Got 10, 0 for validation and 2"],
        ),
        (
            {"x": X, "y": Y},
            [*TYPES, "--ntrain", "8", "--nval", "2"],
            ["the file has, 10. Got 8, 2 for validation and 2"],
        ),
        (None, TYPES, ["archive of NumPy arrays", "mine.npz, which is none"]),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(arrays, words, parts, capsys, tmp_path):
    path = tmp_path / "mine.npz"
    path.write_text("not an archive") if arrays is None else np.savez(path, **arrays)
    line = refused(["train", str(path), *words, "--out", str(tmp_path / "run")], capsys)
    assert all(part in line for part in parts), line
    assert [file.name for file in tmp_path.iterdir()] == ["mine.npz"]


@pytest.mark.parametrize(
    ("text", "words", "parts"),
    [
        ("", [], ["an empty file"]),
        ("\n\n", [], ["an empty file"]),
        ("# x\n# y\n", [], ["an empty file"]),
        ("a,b,c,d,e,f,g\n", [], ["names alone"]),
        ("1,2,3,4,5,6,7\n1,2,3,4,5,6,7\n", [], ["names or a sample", "'1, 2, 3, 4, 5, 6, 7'", "--no-header"]),
        ("0,1,2,3,4,5,6\n1,2,3,4,5,6,7\n", [], ["names or a sample", "'0, 1, 2, 3, 4, 5, 6'", "--header"]),
        ("a,b,c,d,e,f,1e5\n1,2,3,4,5,6,8\n", [], ["names or a sample", "1e5", "--header"]),
        (",3,4,5,6,7,8,9\n1,2,3,4,5,6,8,9\n", [], ["names or a sample", "--header"]),
        ("nan,inf,nan,nan,inf,nan,-\n1,2,3,4,5,6,8\n", [], ["names or a sample", "--header"]),
        ("1,2,3,4,5,6,8\n1,2,3\n", [], ["rows of one length", "3 cells instead of 7 in line 2"]),
        ("1,2,3,4,5,6,8\n1,2,3,4,5,6,seven\n", [], ["rows of one length", "'seven' in line 2"]),
        ("1,2,3,4,5,6,seven\n", [], ["names alone"]),
        ("1,2,3,4,5,8,seven\n", [], ["names or a sample", "seven"]),
        ("1,2,3,4,5,8,\n", [], ["6 columns of inputs and 1 of outputs. Got 6 and 0 of the 6"]),
        ("1,2,3,4,5,6,8\n1,2,3,4,5,6,\n", [], ["'' in line 2, column 7", "Fill that cell"]),
        ("a,b,c,d,e,f,g\n1,2,3,4,5,6,\n1,2,3,4,5,6,\n", [], ["'' in line 2, column g", "Fill that cell"]),
        ("1,2,3,4,5,6,8,\n1,2,3,4,5,6,8,\n1,2,3,4,5,6,8,9\n", [], ["Got 6 and 2 of the 8"]),
        ("1,2,3,4,5,6,********\n" * 2, ["--no-header"], ["stars", "wider"]),
        ("1,2,3,4,5,6,0.5-101\n" * 2, ["--no-header"], ["the E of exponents of three digits"]),
        ('1,2,3,4,5,6,"1,234.5"\n' * 2, ["--no-header"], ["no sign between thousands"]),
        ("1;2;3;4;5;6;1,234\n2;3;4;5;6;7;8,901\n", [], ["told from thousands", "1,234", "decimal points"]),
        ("1;2;3;4;5;6;1,5\n2;3;4;5;6;7;8.5\n", [], ["'1,5' in line 1", "all with a comma and semicolons"]),
        ("1.234.567;2;3;4;5;6;1\n2.345.678;3;4;5;6;7;8\n", [], ["'1.234.567' in line 1", "no sign between thousands"]),
        ("ev1,?,NA,,-,nan,inf\nev2,1,2,3,4,5,6\n", [], ["names or a sample", "--header"]),
        ("1\t2\t3\t4\t5\t6\t\t8\n" * 2, [], ["Got 6 and 2 of the 8"]),
        ("1~2~3~4~5~6~8\n", [], ["names or a sample"]),
        ("1,2,3,4,5,8\n", [], ["6 columns of inputs and 1 of outputs. Got 6 and 0 of the 6"]),
        ("1,2,3,4,5,6,7,9\n", [], ["6 columns of inputs and 1 of outputs. Got 6 and 2 of the 8"]),
        ("1,2,3,4,5,6,7,9\n", ["--y-columns", "8"], ["6 columns of inputs and 1 of outputs. Got 7 and 1 of the 8"]),
        ("1,2,3,4,5,6,nan\n", [], ["finite", "nan"]),
        ("1,2,3,4,5,6,inf\n", [], ["finite", "inf"]),
        ("a,b,c,d,e,f,a\n1,2,3,4,5,6,7\n", [], ["name of its own"]),
        ("a,b\n1,2,3,4,5,6,7\n", [], ["name of its own"]),
        ("a,b,c,d,e,f\n0,1,2,3,4,5,6\n", [], ["name of its own", "6 names of 7 columns"]),
        ("a,b,c,d,e,f,g\n1,2,3,4,5,6,7\n", ["--y-columns", "h"], ["'h'", "There are a, b, c"]),
        ("abc,b,c,d,e,f,g\n1,2,3,4,5,6,7\n", ["--y-columns", "abx"], ["'abx'. Did you mean abc?"]),
        ("ax,az,c,d,e,f,g\n1,2,3,4,5,6,7\n", ["--x-columns", "a"], ["Got a: no whole set of components, ax, az"]),
        ("ax,ay,a0,a1,e,f,g\n1,2,3,4,5,6,7\n", ["--x-columns", "a"], ["Got a: several sets of components, ax, ay, a0"]),
        ("1,2,3,4,5,6,8\n", ["--y-columns", "8"], ["columns from 1 to 7. Got 8"]),
        ("1,2,3,4,5,6,8\n", ["--x-columns", "6-1"], ["columns from 1 to 7. Got 6-1"]),
        ("1,2,3,4,5,6,8\n", ["--x-columns", "1-5,5"], ["every column once"]),
        ("1,2,3,4,5,6,8\n", ["--x-columns", "1-3"], ["6 columns of inputs and 1 of outputs. Got 3 and 4"]),
        ("1,2,3,4,5,6,8\n", [], ["at least one each", "has, 1."]),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(text, words, parts, capsys, tmp_path):
    (tmp_path / "mine.csv").write_text(text)
    line = refused(["train", str(tmp_path / "mine.csv"), *TYPES, *words, "--out", str(tmp_path / "run")], capsys)
    assert all(part in line for part in parts), line
    assert [file.name for file in tmp_path.iterdir()] == ["mine.csv"]


def test_a_file_that_is_not_what_its_name_says(capsys, tmp_path):
    for name, part in (("mine.csv", "codec can't decode"), ("mine.parquet", "must be a table of numbers")):
        (tmp_path / name).write_bytes(b"\xff\xfe\x00\x81 no table")
        assert part in refused(["train", str(tmp_path / name), *TYPES, "--out", str(tmp_path / "run")], capsys)


def test_a_run_is_replaced_only_when_asked(capsys, tmp_path):
    words = ["train", "o5", "--model", "mlp", "--ntrain", "30", "--ntest", "50", "--epochs", "2"]  # as in test_commands
    assert main([*words, "--out", str(tmp_path)]) == 0
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    capsys.readouterr()
    assert "holds a run already" in refused([*words, "--out", str(tmp_path)], capsys)
    assert {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()} == before
    assert main([*words, "--seed", "1", "--out", str(tmp_path), "--fresh"]) == 0
    assert len(list(tmp_path.glob("model-*.npz"))) == 1
    capsys.readouterr()
    for words, part in (
        (["predict", str(tmp_path), str(tmp_path / "x.npz")], "there is none"),
        (["check", str(tmp_path), "--elements", "0"], "--elements must be at least 1"),
        (["evaluate", str(tmp_path), "--ntest", "-1"], "--ntest must be at least 1"),
        (["evaluate", str(tmp_path), "--data", "gone.csv"], "there is none"),
    ):
        assert part in refused(words, capsys)


def test_a_folder_with_other_files_is_left_alone(capsys, tmp_path):
    (tmp_path / "thesis.tex").write_text("x")
    assert "other files" in refused(["train", "o5", "--out", str(tmp_path)], capsys)
    assert "is a file" in refused(["train", "o5", "--out", str(tmp_path / "thesis.tex")], capsys)
