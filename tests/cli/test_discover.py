"""`scalaremlp discover`: the table, the files, and what is refused."""

import json

import numpy as np
import pytest

import scalaremlp as se
from scalaremlp.cli import main

TYPES = ["--rep-in", "2*T(0) + T(1)", "--rep-out", "T(1)"]


@pytest.fixture
def table(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    rng = np.random.default_rng(0)
    k, rest, r = rng.uniform(1, 2, (40, 1)), rng.uniform(1, 2, (40, 1)), rng.normal(size=(40, 3))
    length = np.linalg.norm(r, axis=1, keepdims=True)
    rows = np.hstack([k, rest, r, -k * (length - rest) * r / length])
    np.savetxt("mine.csv", rows, delimiter=",", header="k,L,rx,ry,rz,Fx,Fy,Fz", comments="", fmt="%.17g")
    return rows


def test_a_law_of_a_table(table, tmp_path, capsys):
    words = ["discover", "mine.csv", *TYPES, "--units-in", "N/m, m, m", "--units-out", "N", "--out", "law"]
    assert main([*words, "--json"]) == 0
    *_, last = capsys.readouterr().out.splitlines()
    told = json.loads(last)
    assert told["verdict"] == "at rounding" and told["formula"] == "y = -s1 x1^a + s1 s2 |x1|^-1 x1^a"
    assert {"law.json", "law.tex", "law.py", "law.png", "config.json"} <= {f.name for f in (tmp_path / "law").iterdir()}
    assert json.loads((tmp_path / "law" / "law.json").read_text())["formula"] == told["formula"]
    made = {}
    exec((tmp_path / "law" / "law.py").read_text(), made)
    np.testing.assert_allclose(made["law"](table[:, :5]), table[:, 5:], atol=1e-12)
    np.testing.assert_allclose(se.predict(se.load("law"), table[:, :5]), table[:, 5:], atol=1e-12)
    assert main(words) == 2 and "law is there already" in capsys.readouterr().err
    assert main([*words, "--fresh"]) == 0


def test_units_of_a_header(table, capsys):
    head = "k [N/m],L [m],r_x [m],r_y [m],r_z [m],F_x [N],F_y [N],F_z [N]"
    np.savetxt("units.csv", table, delimiter=",", header=head, comments="", fmt="%.17g")
    assert main(["discover", "units.csv", *TYPES, "--units", "header", "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["formula"] == "y = -s1 x1^a + s1 s2 |x1|^-1 x1^a"


def test_an_archive_of_unequal_samples_is_refused_in_one_line(table, capsys):
    np.savez("mine.npz", x=table[:, :5], y=table[:, 5:], sigma=np.full(40, 0.1))
    assert main(["discover", "mine.npz", *TYPES]) == 2
    assert "count all samples alike. Got standard errors, `sigma`" in capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize("words, text", [
    (["none.csv", *TYPES], "data are read from a file. Got none.csv"),
    (["mine.csv"], "Got no --rep-in"),
    (["mine.csv", *TYPES, "--units-in", "N/m, m, m"], "--units-in and --units-out are told together"),
    (["mine.csv", *TYPES, "--units-out", "N"], "--units-in and --units-out are told together"),
    (["mine.csv", *TYPES, "--units", "header"], "Units are read in brackets behind the names of columns"),
    (["mine.csv", *TYPES, "--units-in", "m, m, m", "--units-out", "N"], "--constants"),
])  # fmt: skip
def test_refused_in_one_line(words, text, table, capsys):
    assert main(["discover", *words]) == 2
    said = capsys.readouterr().err.strip().splitlines()
    assert text in said[-1] and said[-1].startswith("scalaremlp: ")
