"""The README's tables and pictures are made from whatever part of the benchmarks has been run."""

import argparse
import json
from pathlib import Path

import pytest
from benchmarks.machine import code
from benchmarks.readme import add_options, chosen, run

CELL = {"variant": "default", "mse": 1e-3, "relative": 2e-4, "seconds": 3.0, "optimizer": "Levenberg-Marquardt"}
CELLS = [
    *({**CELL, "name": "o5", "n": 100, "seed": seed, "mse": 10.0**-seed} for seed in (1, 2, 3)),
    {**CELL, "name": "inertia", "n": 100, "seed": 0, "mse": 0.5},
    {**CELL, "name": "twist", "n": 1000, "seed": 100},
]
SPEED = [
    {"what": what, "dtype": "", "ratio": ratio, "machine": "a machine", "versions": "JAX"}
    for what, ratio in (("import", 1.0), ("import alone", 0.1), ("import", 1.25))
]
EQUIVARIANCE = [
    {"group": "O(3)", "rank": 0, "random": 1e-15, "trained": 3e-15},
    {"group": "O(3)", "rank": 2, "random": 2e-15},
]

BEGIN, END = "<!-- results: begin -->", "<!-- results: end -->"


def written(folder: Path, **files: list[dict]) -> int:
    for name, rows in files.items():
        text = "\n".join(json.dumps({"code": code(), **row}) for row in rows)
        (folder / f"{name}.jsonl").write_text(text, encoding="utf-8")
    (folder / "README.md").write_text(f"before\n{BEGIN}\nold\n{END}\nafter\n", encoding="utf-8")
    parser = argparse.ArgumentParser()
    add_options(parser)
    return run(parser.parse_args(["--runs", str(folder), "--root", str(folder)]))


def test_tables_and_pictures(tmp_path):
    assert written(tmp_path, accuracy=CELLS, speed=SPEED, equivariance=EQUIVARIANCE) == 0
    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert text.startswith(f"before\n{BEGIN}\nMade by `python -m benchmarks` on a machine") and "old" not in text
    assert text.endswith(f"\n{END}\nafter\n")
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("| ")]
    by_name = {row[0]: row for row in rows}
    assert by_name["o5"][1:3] == ["100", "0.01"] and by_name["inertia"][2] == "0.5 (of 1)"
    assert by_name["twist"][2:] == ["0.0002 (of 1)"] and by_name["o5"][3] == "3"
    assert by_name["importing scalaremlp against importing JAX and Equinox"][1:] == ["1.25", "1.5"]
    assert len([row for row in rows if row[0].startswith("import")]) == 1
    assert "1 groups and outputs of rank 0 to 2: 2e-15 with random parameters, 3e-15 after training" in text
    assert sorted(path.name for path in (tmp_path / "docs/images").iterdir()) == ["inertia.png", "o5.png"]


@pytest.mark.parametrize("missing", ["accuracy", "speed"])
def test_nothing_is_written_without_figures_of_this_code(missing, tmp_path, capsys):
    files = {"accuracy": CELLS, "speed": SPEED, missing: [{"code": "another"}]}
    assert written(tmp_path, **files) == 1
    assert "old" in (tmp_path / "README.md").read_text(encoding="utf-8")
    assert capsys.readouterr().out.startswith(f"nothing measured of {code()}: run `python -m benchmarks accuracy`")


def test_figures_of_an_older_state_stand_in_and_are_marked(tmp_path):
    new, old = code(), "abc1234"
    rows = [{**CELLS[0], "code": old, "mse": 9.0}, {**CELLS[0], "code": new}, {**CELLS[3], "code": old}]
    found = {row["name"]: row for row in chosen(rows, [new, old])}
    assert (found["o5"]["mse"], found["o5"]["older"]) == (CELLS[0]["mse"], False)
    assert found["inertia"]["older"]
    assert [row["name"] for row in chosen(rows, [new])] == ["o5"]
