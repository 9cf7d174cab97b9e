"""`scalaremlp features`: invariants beside what else stands in a file."""

import csv
import json

import numpy as np
import pytest
from pyarrow import parquet

from scalaremlp.cli import main

RNG = np.random.default_rng(0)
V = RNG.normal(size=(6, 4)).round(4)
EVENTS = (10**17 + 3 + 2 * np.arange(6)).tolist()  # beyond what float64 tells apart
TYPES = ["--rep-in", "2*T(1)", "--group", "O(2)"]


@pytest.fixture
def file(tmp_path):
    lines = ["event,E,ax,ay,bx,by,kind"]
    lines += [
        f"{n},{0.1 * i},{','.join(map(str, v))},up" for i, (n, v) in enumerate(zip(EVENTS, V.tolist(), strict=True))
    ]
    (tmp_path / "mine.csv").write_text("\n".join(lines) + "\n")
    return tmp_path / "mine.csv"


def test_invariants_and_all_other_columns_are_written(file, capsys):
    assert main(["features", str(file), *TYPES, "--x-columns", "a,b", "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    out = file.with_name("mine-features.csv")
    rows = list(csv.reader(out.read_text().splitlines()))
    assert rows[0] == ["<x1,x1>", "<x1,x2>", "<x2,x2>", "event", "E", "kind"] == told["scalars"] + told["beside"]
    assert [float(row[1]) for row in rows[1:]] == pytest.approx(np.sum(V[:, :2] * V[:, 2:], axis=1).tolist(), rel=1e-15)
    assert [int(row[3]) for row in rows[1:]] == EVENTS and rows[1][5] == "up"


def test_parquet_with_plain_names(file):
    out = str(file.with_name("f.parquet"))
    words = [*TYPES, "--x-columns", "a,b", "--scalars", "norms", "--plain", "--out", out]
    assert main(["features", str(file), *words]) == 0
    names = ["x1_x1", "x1_x2", "x2_x2", "abs_x1", "abs_x2", "cos_x1_x2", "event", "E", "kind"]
    assert parquet.read_table(out).column_names == names


def test_units_stand_behind_names_and_are_read_from_there(file):
    words = ["--x-columns", "a,b", "--scalars", "norms", "--units-in", "m, m/s"]
    assert main(["features", str(file), *TYPES, *words]) == 0
    names = next(csv.reader(file.with_name("mine-features.csv").read_text().splitlines()))
    assert names[:6] == [
        "<x1,x1> [m^2]",
        "<x1,x2> [m^2/s]",
        "<x2,x2> [m^2/s^2]",
        "|x1| [m]",
        "|x2| [m/s]",
        "cos <x1,x2>",
    ]


def test_arrays_bring_their_targets(tmp_path):
    np.savez(tmp_path / "a.npz", x=V, y=V[:, :1])
    assert main(["features", str(tmp_path / "a.npz"), *TYPES]) == 0
    assert (tmp_path / "a-features.csv").read_text().startswith('"<x1,x1>","<x1,x2>","<x2,x2>",y\n')


@pytest.mark.parametrize(
    "words, error",
    [
        (["--rep-in", "2*T(1)"], "Got no --group. Add it"),
        (TYPES, "The types ask for 4 columns of inputs. Got 7"),
        ([*TYPES, "--x-columns", "a,b", "--out", "f.txt"], "is written to a .csv or .parquet file. Got f.txt"),
        ([*TYPES, "--x-columns", "a,b", "--scalars", "sines"], "must be one of products, norms"),
        ([*TYPES, "--x-columns", "a,b", "--units-in", "m"], "must be a unit for each scalar, vector or tensor"),
        ([*TYPES, "--x-columns", "a,b", "--scalars", "logs", "--units-in", "m,m"], "of invariants, norms and cosines"),
        (["--rep-in", "2*T(1", "--group", "O(2)"], "`rep_in`"),
    ],
)
def test_bad_input_is_one_line(file, words, error, capsys):
    assert main(["features", str(file), *words]) == 2
    said = capsys.readouterr().err.replace("--rep-in ", "`rep_in` ")
    assert error in said and said.count("\n") == 1
    assert not list(file.parent.glob("*features*"))


def test_no_file_is_replaced_unasked(file, capsys):
    words = ["features", str(file), *TYPES, "--x-columns", "a,b"]
    assert main(words) == 0 and main(words) == 2
    assert "is there already" in capsys.readouterr().err
    assert main([*words, "--fresh"]) == 0
