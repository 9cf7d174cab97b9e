"""A search is judged by its formula, kept, and counted."""

import argparse
import json
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
import pytest
import sympy
from benchmarks.discover_cell import Search, discovered, measure, relative_error, sources
from benchmarks.feynman import parsed
from benchmarks.formulas import FORMULAS
from benchmarks.motion import Pendulum, energy

import scalaremlp as se
from benchmarks import discover, discover_cell, peers

k, q1, q2, r, R = sympy.symbols("k q1 q2 r R")


@dataclass(frozen=True)
class Constant:
    value: float
    standard_error: float


@dataclass(frozen=True)
class Found:
    """A law of Coulomb's as a search might give it."""

    factor: float = 1.0
    term: str = ""
    sympy_form: Any = k * q1 * q2 * R / r**3
    constants: tuple[Constant, ...] = ()
    verdict: str = "at rounding"
    types = None

    def __call__(self, x):
        return self.factor * x[0] * x[1] * x[2] * x[3:] / (x[3:] @ x[3:]) ** 1.5

    def __str__(self):
        return "q1 q2 …"

    def sympy(self):
        return self.sympy_form

    def to_python(self):
        law = "x[:, :3].prod(axis=1, keepdims=True) * x[:, 3:] / np.linalg.norm(x[:, 3:], axis=1, keepdims=True) ** 3"
        return f"import numpy as np\n\n\ndef law(x):\n    return {self.factor} * {law}{self.term}\n"


def search(monkeypatch, found, noise=0.0):
    monkeypatch.setattr(discover_cell, "discovered", lambda source, data: found)
    monkeypatch.setattr(se, "predict", lambda law, xs: jax.vmap(law)(xs))
    return measure(Search("laws", "coulomb", 50, noise, 10.0))


def test_a_right_law_is_found(monkeypatch):
    row = search(monkeypatch, Found())
    assert row["found"] and row["relative"] < 1e-28 and row["nodes"] == row["nodes_of_law"] == 8


def test_a_constant_that_is_not_exact_is_no_right_law(monkeypatch):
    assert not search(monkeypatch, Found(1 + 2e-8))["found"]
    assert search(monkeypatch, Found(1 + 1e-10))["found"]


def test_a_long_formula_is_not_found(monkeypatch):
    long = sum(R * k**i for i in range(10))
    assert not search(monkeypatch, Found(sympy_form=long))["found"]


def test_with_noise_the_form_is_judged_and_constants_are_counted(monkeypatch):
    row = search(monkeypatch, Found(1.01, constants=(Constant(1.01, 0.006),)), noise=0.02)
    assert row["found"] and (row["inside"], row["constants"]) == (1, 1) and row["relative"] > 1e-5
    row = search(monkeypatch, Found(1.01, constants=(Constant(1.01, 0.004),)), noise=0.02)
    assert row["found"] and (row["inside"], row["constants"]) == (0, 1)
    row = search(monkeypatch, Found(1.01, term=" + 0.003 * x[:, 3:]"), noise=0.02)
    assert row["vanished"] and not row["found"]
    assert not search(monkeypatch, Found(1.01, term=" * x[:, :1]"), noise=0.02)["found"]


def test_a_search_that_takes_too_long_is_told(monkeypatch):
    def forever(source, data):
        while True:
            pass

    monkeypatch.setattr(discover_cell, "discovered", forever)
    row = measure(Search("laws", "coulomb", 5, 0.0, 0.05))
    assert not row["found"] and row["why"] == "not finished after 0.05 CPU seconds"


def test_a_refusal_is_told(monkeypatch):
    def refused(source, data):
        raise ValueError("The target is zero everywhere.")

    monkeypatch.setattr(discover_cell, "discovered", refused)
    assert measure(Search("laws", "coulomb", 5, 0.0, 1.0))["why"] == "The target is zero everywhere."


def test_an_equation_is_compared_in_its_own_symbols(monkeypatch):
    header = "Filename,Output,Formula," + ",".join(f"v{i}_name,v{i}_low,v{i}_high" for i in range(1, 11))
    row = "I.1,m,sqrt(m)*sqrt(v),m,1,5,v,1,5" + "," * 24
    made = parsed(f"{header}\n{row}\n", header, "Variable,m,s,kg,T,V\nm,0,0,1,0,0\nv,1,-1,0,0,0\n")
    s1, s2 = sympy.symbols("s1 s2", positive=True)

    class Root(Found):
        def __call__(self, x):
            return (x[0] * x[1])[None] ** 0.5

    monkeypatch.setattr(discover_cell, "sources", lambda kind: made)
    monkeypatch.setattr(discover_cell, "discovered", lambda source, data: Root(sympy_form=sympy.sqrt(1.0 * s1 * s2)))
    monkeypatch.setattr(se, "predict", lambda law, xs: jax.vmap(law)(xs))
    row = measure(Search("feynman", "I.1", 20, 0.0, 10.0))
    assert row["found"] and row["exact"]


def test_only_like_particles_are_told(monkeypatch):
    told = []
    monkeypatch.setattr(
        se, "laws", argparse.Namespace(discover=lambda data, **given: told.append(given)), raising=False
    )
    for name in ("coulomb", "inertia"):
        discovered(FORMULAS[name], FORMULAS[name].training(3))
    assert [sorted(given) for given in told] == [["key"], ["key", "permutation"]]


def test_the_pendulum_moves_by_its_energy():
    pendulum = Pendulum()
    data = pendulum.training(4)
    values = [energy(np.hstack([data.z[:, i], data.parameters])) for i in range(5)]
    np.testing.assert_allclose(values, np.broadcast_to(values[0], (5, 4)), rtol=0, atol=1e-11)
    assert np.abs(data.z[:, 4] - data.z[:, 0]).max() > 0.1
    by_hand = np.array([3.0, 0, 0, 3, 4, 0, 1, 0, 0, 0, 2, 0, 0, 0, 1])
    np.testing.assert_allclose(energy(by_hand[None]), [0.5 + 2 + 2 + 9])
    assert list(sources("laws"))[-1] == "pendulum" and len(sources("laws")) == 20


def test_an_energy_counts_up_to_a_constant():
    y = np.array([[1.0], [2.0], [4.0]])
    assert relative_error(y + 3, y, shifted=True) < 1e-30 < relative_error(y + 3, y)
    assert relative_error(y * np.nan, y) == np.inf


def options(*words):
    parser = argparse.ArgumentParser()
    discover.add_options(parser)
    return parser.parse_args([str(word) for word in words])


def test_searches_are_kept_and_failures_are_not(monkeypatch, tmp_path, capsys):
    asked = []

    def made(module, words, limit, **_):
        asked.append(json.loads(words[0])["name"])
        if asked[-1] == "gravity":
            return {"error": "killed"}
        found = {"found": True, "relative": 1e-30, "nodes": 7, "nodes_of_law": 7, "seconds": 3.0, "formula": "k q1 q2"}
        return {**found, "process_seconds": 5.0}

    monkeypatch.setattr(discover, "measured", made)
    words = options("--laws", "1", "gravity", "--out", tmp_path / "rows.jsonl")
    assert discover.run(words) == 0 and discover.run(words) == 0
    assert asked == ["coulomb", "gravity", "gravity"]
    told = capsys.readouterr().out
    assert "found 1 of 2, 1 of them in 10 CPU seconds" in told and "k q1 q2" in told and "killed" in told


def row(**given):
    return {"kind": "laws", "name": "coulomb", "noise": 0.0, "found": True, "seconds": 1.0, **given}


def test_bars_are_those_of_all_laws():
    assert discover.above_bars([row(found=False)])
    assert discover.above_bars([row(found=i < 16) for i in range(20)])
    assert not discover.above_bars([row(found=i < 15) for i in range(20)])
    noisy = [row(noise=0.02, found=i < 13, constants=2, inside=2 - (i == 0)) for i in range(20)]
    assert discover.above_bars(noisy)
    assert not discover.above_bars([{**each, "inside": 1} for each in noisy])


def test_bonus_equations_are_counted_apart():
    rows = [row(kind="feynman", name=name, exact=True) for name in ("I.1", "test_1")]
    assert "found 2 of 2" in discover.counted(rows) and "1 of 1 without the bonus ones" in discover.counted(rows)


def test_a_law_that_is_not_there_is_refused():
    with pytest.raises(SystemExit, match=r"--laws must be among coulomb, .* Got '21'"):
        list(discover.searches(options("--laws", "21")))


def test_columns_for_other_packages_hold_the_law():
    for name in ("coulomb", "gravity", "biot-savart"):
        x, y = peers.columns(FORMULAS[name], 40)
        assert len(x) == len(y) == (40 if name == "gravity" else 120)
    x, y = peers.columns(FORMULAS["coulomb"], 40)
    k, q1, q2, square, length, component = x.T
    np.testing.assert_allclose(length**2, square, rtol=1e-13)
    np.testing.assert_allclose(k * q1 * q2 * component / length**3, y, rtol=1e-12)
    x, y = peers.columns(FORMULAS["gravity"], 40)
    np.testing.assert_allclose(-x[:, :3].prod(axis=1) / x[:, -1], y, rtol=1e-12)


def test_a_package_that_wants_too_much_is_skipped():
    assert "PyTorch" in peers.peer_row("physo", Search("laws", "coulomb", 5, 0.0, 1.0))["why"]


def test_a_package_has_columns_that_vary_and_its_own_interpreter(monkeypatch):
    seen = {}

    def made(module, words, limit, **given):
        with np.load(words[1]) as data:
            seen.update(given, shapes={name: data[name].shape for name in data})
        return {"relative": 1e-20, "nodes": 2, "seconds": 1.0, "formula": "x0"}

    monkeypatch.setattr(peers, "measured", made)
    monkeypatch.setattr(peers, "interpreter", lambda package: f"{package}/python")
    found = peers.peer_row("gplearn", Search("laws", "doppler", 30, 0.0, 5.0))
    assert found["found"] and seen["python"] == "gplearn/python"
    assert seen["shapes"] == {"x": (30, 1), "y": (30,), "new": (2000, 1), "truth": (2000,)}
