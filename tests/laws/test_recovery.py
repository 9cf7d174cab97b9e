"""Laws are found exactly, as shortly as they are written, and a law is a model like any other."""

from functools import cache

import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest
import sympy
from benchmarks.formulas import FORMULAS

import scalaremlp as se
from scalaremlp.groups import O
from scalaremlp.reps import T

FOUND = {
    "coulomb": "y = s1 s2 s3 |x1|^-3 x1^a",
    "gravity": "y = -s1 s2 s3 |x1-x2|^-1",
    "lorentz force": "y = s1 x1^a + s1 ε[x2,x3]^a",
    "relativistic momentum": "y = s1 (1 - s2^-2 |x1|^2)^(-1/2) x1^a",
    "biot-savart": "y = 1/(4π) s1 s2 |x2|^-3 ε[x1,x2]^a",
    "lennard-jones": "y = -24 s1 s2^6 |x1|^-8 x1^a + 48 s1 s2^12 |x1|^-14 x1^a",
    "larmor": "y = 1/(6π) s1^2 s2^-1 s3^-3 |x1|^2",
    "inertia": "y = Σ_particles (-s1 x1^a x1^b + s1 |x1|^2 g^ab)",
    "angular momentum": "y = 2 alt x1^a x2^b",
}


@cache
def found(name):
    source = FORMULAS[name]
    return se.laws.discover(source.training(), permutation=source.permutation, key=jr.key(0))


@pytest.mark.parametrize("name", FOUND)
def test_a_law_is_found_as_it_is_written(name):
    law = found(name)
    assert str(law) == FOUND[name] and law.verdict == "at rounding"
    assert all(constant.standard_error == 0 and constant.unit == "" for constant in law.constants)


@pytest.mark.parametrize("name", ["lennard-jones", "inertia", "angular momentum"])
def test_a_law_is_a_model(name, tmp_path):
    law, source = found(name), FORMULAS[name]
    test = source.wider(50)
    assert se.evaluate(law, test)["relative_mse"] < 1e-25
    assert se.equivariance_error(law, source.rep_in, source.rep_out, source.group, key=jr.key(1)) < 1e-12
    se.save(tmp_path / "law", law)
    again = se.load(tmp_path / "law")
    assert again.findings == law.findings and again.parts == law.parts and str(again) == str(law)
    np.testing.assert_array_equal(se.predict(again, test.x), se.predict(law, test.x))


@pytest.mark.parametrize("name", ["quadrupole", "inertia", "angular momentum", "biot-savart"])
def test_the_source_needs_numpy_alone(name):
    law, test, made = found(name), FORMULAS[name].wider(20), {}
    exec(law.to_python(), made)
    x = np.asarray(test.x)
    np.testing.assert_allclose(made["law"](x), test.y, rtol=1e-10, atol=1e-12)
    assert made["law"](x[0]).shape == test.y[0].shape and "scalaremlp" not in law.to_python()


def test_sympy_has_a_symbol_for_each_scalar_and_tensor():
    law = found("coulomb")
    names = {symbol.name: symbol for symbol in law.sympy().free_symbols}
    assert names.keys() == {"s1", "s2", "s3", "|x1|", "x1^a"}
    s1, s2, s3, r, x = (names[name] for name in ("s1", "s2", "s3", "|x1|", "x1^a"))
    assert sympy.simplify(law.sympy() - s1 * s2 * s3 * x / r**3) == 0
    assert r"|x_{1}|^{3}" in law.latex()


def test_errors_of_constants_hold_the_truth_under_noise():
    source = FORMULAS["spring"]
    law = se.laws.discover(source.training(200, 0.02), key=jr.key(0))
    assert law.verdict == "at the noise" and np.sum(np.abs(law(jnp.array([1.0, 1.0, 1.0, 0.0, 0.0])))) < 0.02
    for constant in law.constants:
        assert 0 < constant.standard_error < 0.05 and abs(abs(constant.value) - 1) < 4 * constant.standard_error


def test_what_no_formula_fits_is_said_so():
    rng = np.random.default_rng(0)
    x = rng.uniform(1, 2, (60, 3))
    y = np.sin(40 * x[:, :1] * x[:, 1:2]) + rng.normal(size=(60, 1)) * 1e-3
    rep = 3 * se.reps.T(0)
    law = se.laws.discover(se.data.Dataset(x, y, rep, se.reps.T(0), se.groups.O(3)), key=jr.key(0))
    assert law.verdict == "above"


def test_noise_where_units_leave_no_inverse_of_the_output():
    law = se.laws.discover(FORMULAS["biot-savart"].training(200, 0.02), key=jr.key(0))
    (constant,) = law.constants
    assert abs(constant.value - 1 / (4 * np.pi)) < 4 * constant.standard_error and law.verdict == "at the noise"


def test_a_formula_is_no_longer_than_asked():
    x = np.random.default_rng(0).uniform(1, 2, (60, 2))
    data = se.data.Dataset(x, x[:, :1] * x[:, 1:] ** 2 + 1e-3 * x[:, :1] ** 3, 2 * T(0), T(0), O(3))
    whole, short = (se.laws.discover(data, complexity=most, key=jr.key(0)) for most in (None, 10))
    assert whole.verdict == "at rounding" and str(whole) == "y = 0.001 s1^3 + s1 s2^2"
    assert short.verdict == "above" and str(short) == "y = 1.00095 s1 s2^2"
