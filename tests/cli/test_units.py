"""Units on the command line."""

import json

import numpy as np
import pytest

import scalaremlp as se
from scalaremlp.cli import main
from scalaremlp.nn import Dimensionless
from scalaremlp.units import parse

TYPES = ["--rep-in", "T(0) + T(1)", "--rep-out", "T(0)", "--group", "O(2)"]


@pytest.fixture
def table(tmp_path, monkeypatch):
    """Kinetic energies, with names that tell units."""
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    m, v = rng.uniform(1, 2, 40), rng.normal(size=(40, 2))
    rows = np.column_stack([m, v, m * (v**2).sum(axis=1) / 2])
    np.savetxt("a.csv", rows, delimiter=",", header="m [kg],v_x [m/s],v_y [m/s],E [J]", comments="")
    return "a.csv"


@pytest.mark.parametrize("told", [["--units-in", "kg, m/s", "--units-out", "J"], ["--units", "header"]])
def test_a_run_knows_its_units(table, told, capsys):
    assert main(["train", table, *TYPES, *told, "--out", "run", "--json"]) == 0
    said = capsys.readouterr()
    assert "units: kg, m/s -> J" in said.err
    assert json.loads(said.out.splitlines()[-1])["relative_mse"] < 1e-20
    model = se.load("run")
    assert isinstance(model, Dimensionless) and model.units_in == (parse("kg"), parse("m/s"))
    assert main(["info", "run"]) == 0 and "kg, m/s -> J" in capsys.readouterr().out
    assert main(["check", "run", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["symmetries"] == ["group elements", "changes of units"]
    assert main(["predict", "run", table, "--out", "y.csv"]) == 0
    assert main(["evaluate", "run"]) == 0 and main(["evaluate", "run", "--data", table]) == 0


@pytest.mark.parametrize(
    ("words", "parts"),
    [
        (["--units-in", "kg, m/s"], ["--units-in", "told together"]),
        (["--constants", "any"], ["constants", "Got no units"]),
        (
            ["--units-in", "kg, m/s", "--units-out", "A"],
            ["--units-out must be the units of the table. Got A for column E [J]"],
        ),
        (["--units-in", "kg, foo", "--units-out", "J"], ["T(1)", "'foo'"]),
        (["--units-in", "kg", "--units-out", "J", "--units", "row"], ["Units are told or read"]),
        (["--units", "row"], ["in a row below the names"]),
        (["--units", "head"], ["'head'", "row"]),
    ],
)
def test_bad_units_are_refused_in_one_line(table, words, parts, capsys):
    assert main(["train", table, *TYPES, *words, "--out", "run"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1 and all(part in lines[0] for part in parts), lines


def test_an_output_that_cannot_be_made(table, capsys):
    np.savetxt("a.csv", np.loadtxt(table, delimiter=",", skiprows=1), delimiter=",", header="m,vx,vy,E", comments="")
    assert main(["train", "a.csv", *TYPES, "--units-in", "kg, m/s", "--units-out", "A", "--out", "run"]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "the output A cannot be made of kg and m/s" in line and 'constants="any"' in line


def test_a_task_has_none(capsys):
    assert main(["train", "o5", "--units-in", "m"]) == 2
    assert "--units-in" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["predict run b.csv", "evaluate run --data b.csv", "check run --data b.csv"])
def test_a_run_refuses_data_in_other_units(command, table, capsys):
    rows = np.loadtxt(table, delimiter=",", skiprows=1)
    np.savetxt("a.csv", rows, delimiter=",", header="m,v_x,v_y,E\nkg,m/s,m/s,J", comments="")
    np.savetxt("b.csv", rows, delimiter=",", header="m,v_x,v_y,E\ng,m/s,m/s,J", comments="")
    assert main(["train", "a.csv", *TYPES, "--units", "row", "--out", "run"]) == 0
    capsys.readouterr()
    assert main(command.split()) == 2
    said = capsys.readouterr().err.splitlines()
    assert "Got kg for column m, which is in g. Convert the column" in said[-1]
    assert main([word.replace("b.csv", "a.csv") for word in command.split()]) == 0
