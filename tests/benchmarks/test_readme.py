"""The README's tables are made from whatever part of the benchmarks has been run."""

import argparse
import json
from pathlib import Path

import pytest
from benchmarks.machine import code
from benchmarks.readme import add_options, chosen, run

CELL = {"variant": "default", "mse": 1e-3, "relative": 2e-4, "machine": "a machine", "versions": "JAX"}
CELLS = [
    *({**CELL, "name": "central", "n": 1000, "seed": seed, "relative": 10.0**-seed} for seed in (1, 2, 3)),
    {**CELL, "name": "central", "n": 10_000, "seed": 100, "relative": 0.5},
    {**CELL, "name": "twist", "n": 1000, "seed": 100},
    {**CELL, "name": "o5", "n": 100, "seed": 0},
]
SPEED = [
    {"what": what, "dtype": "", "ratio": ratio, "machine": "a machine", "versions": "JAX"}
    for what, ratio in (("import", 1.0), ("import alone", 0.1), ("import", 1.25))
]
EQUIVARIANCE = [
    {"group": "O(3)", "rank": 0, "random": 1e-15, "trained": 3e-15, "machine": "a machine", "versions": "JAX"},
    {"group": "O(3)", "rank": 2, "random": 2e-15, "machine": "a machine", "versions": "JAX"},
]

PARTS = ("laws", "equivariance", "speed")


def written(folder: Path, **files: list[dict]) -> int:
    for name, rows in files.items():
        text = "\n".join(json.dumps({"code": code(), **row}) for row in rows)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    parts = [f"<!-- {name}: begin -->\nold {name}\n<!-- {name}: end -->\n" for name in PARTS]
    (folder / "README.md").write_text("between\n".join(parts), encoding="utf-8")
    parser = argparse.ArgumentParser()
    add_options(parser)
    return run(parser.parse_args(["--runs", str(folder), "--root", str(folder)]))


def test_tables(tmp_path):
    assert written(tmp_path, accuracy=CELLS, speed=SPEED, equivariance=EQUIVARIANCE) == 0
    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert text.startswith("<!-- laws: begin -->\nMade by `python -m benchmarks accuracy` on a machine, JAX, commit ")
    assert "old" not in text and text.count("<!-- ") == 6 and text.count("between\n") == 2
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("| ")]
    by_name = {row[0]: row for row in rows}
    assert by_name["central"][1:] == ["3*T(1) → T(1), O(3)", "0.01", "0.5 (of 1)"]
    assert by_name["twist"][2:] == ["0.0002 (of 1)", "-"] and "o5" not in by_name
    assert by_name["importing scalaremlp against importing JAX and Equinox"][1:] == ["1.25", "1.5"]
    assert len([row for row in rows if row[0].startswith("import")]) == 1
    assert "1 groups and outputs of rank 0 to 2: 2e-15 with random parameters, 3e-15 after training" in text


@pytest.mark.parametrize("measured", PARTS)
def test_what_was_not_measured_of_this_code_stays(measured, tmp_path):
    files = {"laws": ("accuracy", CELLS), "speed": ("speed", SPEED), "equivariance": ("equivariance", EQUIVARIANCE)}
    files = {
        name: rows if part == measured else [{**rows[0], "code": "another"}] for part, (name, rows) in files.items()
    }
    assert written(tmp_path, **files) == 0
    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert [part for part in PARTS if f"old {part}\n" not in text] == [measured]


def test_nothing_measured_of_this_code_is_a_failure(tmp_path, capsys):
    assert written(tmp_path, accuracy=[{**CELLS[0], "code": "another"}]) == 1
    assert (tmp_path / "README.md").read_text(encoding="utf-8").count("old ") == 3
    assert capsys.readouterr().out.startswith(f"nothing measured of {code()}: run `python -m benchmarks accuracy`")


def test_figures_of_an_older_state_stand_in_and_are_marked(tmp_path):
    new, old = code(), "abc1234"
    rows = [{**CELLS[0], "code": old, "mse": 9.0}, {**CELLS[0], "code": new}, {**CELLS[4], "code": old}]
    found = {row["name"]: row for row in chosen(rows, [new, old])}
    assert (found["central"]["mse"], found["central"]["older"]) == (CELLS[0]["mse"], False)
    assert found["twist"]["older"]
    assert [row["name"] for row in chosen(rows, [new])] == ["central"]
