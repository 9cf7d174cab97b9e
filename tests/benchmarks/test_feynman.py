"""The tables of equations are read strictly, and nothing in them is run."""

import subprocess

import numpy as np
import pytest
from benchmarks.feynman import Equation, Variable, parsed, wheel

from benchmarks import feynman
from scalaremlp.units import parse

HEADER = "Filename,Number,Output,Formula,# variables," + ",".join(f"v{i}_name,v{i}_low,v{i}_high" for i in range(1, 11))
UNITS = "Variable,Units,m,s,kg,T,V\nm,Mass,0,0,1,0,0\nv,Velocity,1,-1,0,0,0\nE_n,Energy,2,-2,1,0,0\n,,,,,,\n"


def rows(formula="1/2*m*v**2", variables="m,1,5,v,1,5", output="E_n"):
    filled = variables + "," * (29 - variables.count(","))
    return f"{HEADER}\nI.1,1,{output},{formula},2,{filled}\n" + "," * 34 + "\n"


def only(**given):
    return parsed(rows(**given), HEADER, UNITS)["I.1"]


def test_an_equation_has_its_ranges_and_units():
    variables = (Variable("m", 1, 5, "kg^1"), Variable("v", 1, 5, "m^1*s^-1"))
    assert only() == Equation("I.1", "1/2*m*v**2", variables, "m^2*s^-2*kg^1")


def test_samples_lie_in_the_ranges_and_obey_the_formula():
    data = only(variables="m,1,5,v,7,9").training(200)
    m, v = np.asarray(data.x).T
    assert 1 <= m.min() < 1.2 and 4.8 < m.max() <= 5 and v.min() >= 7 and v.max() <= 9
    np.testing.assert_allclose(data.y[:, 0], m * v**2 / 2, rtol=1e-14)
    assert data.units_in[0] * data.units_in[1] ** 2 == data.units_out[0] == parse("J")
    assert data.x_names == ("m", "v") and not np.allclose(only().wider(200).x, only().training(200).x)


REFUSED = ("__import__('os').getcwd()*m*v", "m.real*v", "[m, v][0]", "m if v else v", "m*v*w", "open(m)*v", "m*v*True",
           "m*'v'", "m @ v", "lambda m: v", "sqrt(m, v)")  # fmt: skip


@pytest.mark.parametrize("formula", REFUSED)
def test_what_is_no_formula_is_refused(formula):
    if "," in formula:
        formula = f'"{formula}"'
    with pytest.raises(ValueError, match="A formula has numbers, its variables"):
        only(formula=formula)


def test_a_formula_that_is_cut_off_is_refused():
    with pytest.raises(ValueError, match="A formula is written as in Python"):
        only(formula="m*(v")


def test_variables_must_be_those_of_the_formula():
    with pytest.raises(ValueError, match=r"variables of I\.1 must be those of its formula, \['m'\]. Got \['m', 'v'\]"):
        only(formula="m**2")


def test_every_variable_has_a_unit():
    with pytest.raises(ValueError, match=r"must have a unit. Got none for \['K'\]"):
        only(output="K")


def test_a_formula_without_a_value_is_told():
    with pytest.raises(ValueError, match=r"I\.1 must have a value in its ranges. Got 5 samples without one"):
        only(formula="sqrt(-m)*v").training(5)


def test_a_symbol_that_sympy_would_take_for_a_number_is_a_variable():
    units = UNITS.replace("m,Mass", "I,Mass")
    found = parsed(rows("I*v", "I,1,5,v,1,5"), HEADER, units)["I.1"]
    assert found.expression.free_symbols and not found.expression.has(1j)


def test_the_wheel_is_downloaded_once(monkeypatch, tmp_path):
    monkeypatch.setenv("SCALAREMLP_CACHE", str(tmp_path))
    called = []

    def download(words, **_):
        called.append(words)
        (tmp_path / "benchmarks").mkdir()
        (tmp_path / "benchmarks" / "physo-1.1.11-py3-none-any.whl").write_bytes(b"")
        return subprocess.CompletedProcess(words, 0, "", "")

    monkeypatch.setattr(feynman.subprocess, "run", download)
    assert wheel() == wheel() and len(called) == 1
    assert "--no-deps" in called[0] and called[0][-1] == "physo==1.1.11"


def test_a_download_that_fails_is_told(monkeypatch, tmp_path):
    monkeypatch.setenv("SCALAREMLP_CACHE", str(tmp_path))
    failed = subprocess.CompletedProcess([], 1, "", "no network")
    monkeypatch.setattr(feynman.subprocess, "run", lambda *_, **__: failed)
    with pytest.raises(SystemExit, match=r"pip must be able to download physo==1\.1\.11. Got: no network"):
        wheel()
