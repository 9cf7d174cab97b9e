"""The README's tables are made from whatever part of the benchmarks has been run."""

import argparse
import json
from pathlib import Path

import pytest
from benchmarks.fit_cell import PROTOCOL
from benchmarks.machine import code
from benchmarks.readme import add_options, chosen, run

from benchmarks import fit_tables

FIT = {"held_out": False, "protocol": PROTOCOL, "machine": "a machine", "versions": "JAX"}


def pair(name: str, n: int, seed: int, error: float, **more) -> list[dict]:
    """A fit of this code beside one of another, whose error is ten times as large in half of the seconds."""
    rows = []
    for commit, beside, factor, seconds in ((code(), "abc1234", 1, 6.0), ("abc1234", code(), 10, 3.0)):
        errors = {what: [factor * error] * 9 + [0.7] for what in ("mse", "relative")}
        about = {"name": name, "n": n, "seed": seed, "commit": commit, "code": commit, "beside": beside}
        rows.append({**FIT, **about, **errors, "process_seconds": seconds, **more})
    return rows


FITS = [
    *(row for seed in range(100, 108) for row in pair("central", 1000, seed, 10.0 ** (seed - 110))),
    *pair("central", 100, 100, 0.25), *pair("coulomb", 400, 100, 0.5), *pair("o5", 100, 100, 1e-3),
    *pair("o5", 100, 101, 9.0, held_out=True), *pair("twist", 100, 100, 1.0)[:1],
]  # fmt: skip
SPEED = [
    {"what": what, "dtype": "", "ratio": ratio, "machine": "a machine", "versions": "JAX"}
    for what, ratio in (("import", 1.0), ("import alone", 0.1), ("import", 1.25))
]
EQUIVARIANCE = [
    {"group": "O(3)", "rank": 0, "random": 1e-15, "trained": 3e-15, "machine": "a machine", "versions": "JAX"},
    {"group": "O(3)", "rank": 2, "random": 2e-15, "machine": "a machine", "versions": "JAX"},
]

PARTS = ("tasks", "laws", "equivariance", "speed")


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
    assert written(tmp_path, fit=FITS, speed=SPEED, equivariance=EQUIVARIANCE) == 0
    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    made = f"Made by `python -m benchmarks fit --against abc1234` on a machine, JAX, commit {code()}. "
    assert text.startswith(f"<!-- tasks: begin -->\n{made}") and text.count(made) == 2
    assert "medians of 8 training seeds, or of as many as is said, and 10 test draws of 4000 samples" in text
    assert "old" not in text and text.count("<!-- ") == 8 and text.count("between\n") == 3
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in text.splitlines() if line.startswith("| ")]
    by_name = {row[0]: row for row in rows}
    assert rows[0] == [
        "task", "samples", "Scalars, published", "EMLP, best published", "test MSE", "geometric mean", "of abc1234",
        "CPU seconds", "ratio", "commit",
    ]  # fmt: skip
    assert by_name["o5"][1:] == ["100", "0.11", "0.041", "0.001 (of 1)", "0.001", "0.01", "6", "2.00", code()]
    assert [row[2:5] for row in rows if row[0] == "central"] == [
        ["100", "0.25 (of 1)", "0.25"],
        ["1000", "5.5e-07", "3.2e-07"],
    ]
    assert by_name["coulomb"][1:4] == ["2*T(0) + 2*T(1) → T(1), O(3)", "400", "0.5 (of 1)"] and "twist" not in by_name
    assert by_name["importing scalaremlp against importing JAX and Equinox"][1:] == ["1.25", "1.5"]
    assert len([row for row in rows if row[0].startswith("import")]) == 1
    assert "1 groups and outputs of rank 0 to 2: 2e-15 with random parameters, 3e-15 after training" in text


@pytest.mark.parametrize("measured", PARTS)
def test_what_was_not_measured_of_this_code_stays(measured, tmp_path):
    fits = pair("o5", 100, 1, 0.5) if measured == "tasks" else pair("flow", 100, 1, 0.5)
    files = {"speed": SPEED, "equivariance": EQUIVARIANCE}
    files = {name: rows if name == measured else [{**rows[0], "code": "another"}] for name, rows in files.items()}
    files["fit"] = fits if measured in ("tasks", "laws") else [row | {"commit": "another"} for row in fits]
    assert written(tmp_path, **files) == 0
    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert [part for part in PARTS if f"old {part}\n" not in text] == [measured]


def test_nothing_measured_of_this_code_is_a_failure(tmp_path, capsys):
    assert written(tmp_path, fit=pair("o5", 100, 1, 0.5)[1:]) == 1
    assert (tmp_path / "README.md").read_text(encoding="utf-8").count("old ") == 4
    assert capsys.readouterr().out.startswith(f"nothing measured of {code()}: run `python -m benchmarks fit`")


def test_figures_of_an_older_state_stand_in_and_are_marked(tmp_path):
    new, old = code(), "abc1234"
    rows = [{**SPEED[0], "code": old, "ratio": 9.0}, {**SPEED[0], "code": new}, {**EQUIVARIANCE[0], "code": old}]
    found = {row.get("what"): row for row in chosen(rows, [new, old])}
    assert (found["import"]["ratio"], found["import"]["older"]) == (SPEED[0]["ratio"], False)
    assert found[None]["older"]
    assert [row["what"] for row in chosen(rows, [new])] == ["import"]


def test_a_cell_is_of_the_state_that_has_more_seeds():
    """Of as many, the first; the figures before are those of the better call."""
    new, old = "1111111", "2222222"
    few, many = pair("o5", 100, 1, 0.5), [row for seed in (1, 2) for row in pair("o5", 100, seed, 0.25)]
    rows = [{**row, "commit": new} if row["commit"] == code() else row for row in few]
    rows += [{**row, "commit": old} if row["commit"] == code() else row for row in many]
    assert fit_tables.measured(rows, [new, old])["o5", 100].ours[0]["commit"] == old
    assert fit_tables.measured(rows, [new])["o5", 100].ours[0]["commit"] == new
