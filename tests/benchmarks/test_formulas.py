"""The twenty laws are equivariant, have the units they claim, and are what their expressions say."""

from itertools import pairwise

import jax.random as jr
import numpy as np
import pytest
import sympy
from benchmarks.draws import Draws, square
from benchmarks.expressions import parse
from benchmarks.formulas import FORMULAS, spread

ETA = np.diag([1.0, -1, -1, -1])
LEVI_CIVITA = np.array([[[(i - j) * (j - k) * (k - i) / 2 for k in range(3)] for j in range(3)] for i in range(3)])
BASE = {"kg": 1.7, "m": 0.6, "s": 2.3, "A": 0.8}
DERIVED = {
    "": 1.0, "N": "kg*m/s**2", "J": "kg*m**2/s**2", "W": "kg*m**2/s**3", "C": "A*s", "V": "kg*m**2/(A*s**3)",
    "T": "kg/(A*s**2)", "Pa": "kg/(m*s**2)", "F": "A**2*s**4/(kg*m**2)", "GeV": "kg*m**2/s**2",
}  # fmt: skip


def factor(unit):
    """By how much a number of this unit changes where the base units change as in `BASE`."""
    values = dict(BASE)
    for name, text in DERIVED.items():
        if name:
            values[name] = float(parse(text).subs(values))
    return float(parse(unit.replace("^", "**")).subs(values)) if unit else 1.0


@pytest.mark.parametrize("name", FORMULAS)
def test_a_law_is_equivariant(name):
    formula = FORMULAS[name]
    x = formula.inputs(20)
    y = formula.outputs(x)
    for g in np.asarray(formula.group.sample(jr.key(0), 5)):
        rho_in, rho_out = (np.asarray(rep(formula.group).rho(g)) for rep in (formula.rep_in, formula.rep_out))
        np.testing.assert_allclose(formula.outputs(x @ rho_in.T), y @ rho_out.T, rtol=0, atol=1e-12 * np.abs(y).max())


@pytest.mark.parametrize("name", FORMULAS)
def test_units_add_up(name):
    formula = FORMULAS[name]
    if name == "o5":  # a sine of a length: it has no units
        assert set(formula.units_in) == {formula.units_out} == {""}
        return
    blocks, units = formula.draw(Draws(np.random.default_rng(0), 4)), iter(formula.units_in)
    scaled = [
        block * np.array([factor(next(units)) for _ in range(block.shape[1])]).reshape(-1, *[1] * (block.ndim - 2))
        for block in blocks
    ]
    assert next(units, None) is None
    np.testing.assert_allclose(formula.of(*scaled), factor(formula.units_out) * formula.of(*blocks), rtol=1e-12)


def lengths(*vectors):
    return [np.sqrt(sum(a * a for a in v)) for v in vectors]


def cross(u, v):
    return np.einsum("ijk,j,k", LEVI_CIVITA, u, v)


def lorentz(u, v):
    return float(u @ ETA @ v)


def neo_hookean(s, f):
    f = f[0]
    return {"mu": s[0], "lam": s[1], "J": np.einsum("ijk,i,j,k", LEVI_CIVITA, *f), "FF": f @ f.T, "I": np.eye(3)}


def eddy_viscosity(s, rate, spin):
    rate, spin = rate[0], spin[0]
    products = {"SW": rate @ spin, "WS": spin @ rate, "SS": rate @ rate, "trSS": float(np.sum(rate * rate))}
    return {"nu": s[0], "tau": s[1], "S": rate, "I": np.eye(3), **products}


def collision(s, p):
    a, b, c, d = p
    return {"e": s[0], "s": 2 * lorentz(a, b), "t": -2 * lorentz(a, c), "u": -2 * lorentz(a, d)}


def inertia(s, v):
    per_particle = [{f"m{i}": m, f"x{i}": lengths(x)[0], f"xx{i}": np.outer(x, x)} for i, (m, x) in
                    enumerate(zip(s, v, strict=True), 1)]  # fmt: skip
    return {"I": np.eye(3)} | {name: value for each in per_particle for name, value in each.items()}


def particle(v):
    return {f"p{i + 1}{j + 1}": lorentz(v[i], v[j]) for i in range(4) for j in range(i, 4)}


# What the symbols of an expression are for the blocks of one sample, computed in another way than the law.
SYMBOLS = {
    "coulomb": lambda s, v: {"k": s[0], "q1": s[1], "q2": s[2], "R": v[0], "r": lengths(v[0])[0]},
    "gravity": lambda s, v: {"G": s[0], "m1": s[1], "m2": s[2], "r12": lengths(v[0] - v[1])[0]},
    "lorentz force": lambda s, v: {"q": s[0], "E": v[0], "vxB": cross(v[1], v[2])},
    "axial field": lambda s, v, b: {"q": s[0], "E": v[0], "Bv": np.einsum("ij,j", b[0], v[1])},
    "angular momentum": lambda v: {"rp": np.outer(v[0], v[1]), "pr": np.outer(v[1], v[0])},
    "relativistic momentum": lambda s, v: {"m": s[0], "c": s[1], "V": v[0], "v": lengths(v[0])[0]},
    "biot-savart": lambda s, v: {"mu0": s[0], "I0": s[1], "dlxr": cross(*v), "r": lengths(v[1])[0]},
    "lennard-jones": lambda s, v: {"eps": s[0], "sigma": s[1], "R": v[0], "r": lengths(v[0])[0]},
    "spring": lambda s, v: {"k": s[0], "L": s[1], "R": v[0], "r": lengths(v[0])[0]},
    "laplace-runge-lenz": lambda s, v: {
        "m": s[0], "k": s[1], "R": v[0], "P": v[1], "r": lengths(v[0])[0], "p": lengths(v[1])[0], "rp": v[0] @ v[1],
    },
    "larmor": lambda s, v: {"q": s[0], "eps0": s[1], "c": s[2], "a": lengths(v[0])[0]},
    "quadrupole": lambda s, q, v: {"k": s[0], "rQr": np.einsum("i,ij,j", v[0], q[0], v[0]), "r": lengths(v[0])[0]},
    "neo-hookean": neo_hookean,
    "eddy viscosity": eddy_viscosity,
    "scattering": collision,
    "doppler": lambda v: {"ku": lorentz(*v)},
    "o5": lambda v: {"r1": lengths(v[0])[0], "r2": lengths(v[1])[0], "p12": v[0] @ v[1]},
    "inertia": inertia,
    "particle": particle,
}  # fmt: skip


@pytest.mark.parametrize("name", FORMULAS)
def test_a_law_is_what_its_expression_says(name):
    formula = FORMULAS[name]
    x = formula.inputs(1)
    values = SYMBOLS[name](*[np.asarray(block)[0] for block in formula.rep_in(formula.group).split(x)])
    expression = parse(formula.text)
    by_name = {str(symbol): symbol for symbol in expression.free_symbols}
    assert set(by_name) <= set(values)
    function = sympy.lambdify([by_name[each] for each in sorted(by_name)], expression, "numpy")
    expected = np.asarray(function(*[values[each] for each in sorted(by_name)]), float)
    (found,) = formula.rep_out(formula.group).split(formula.outputs(x))
    np.testing.assert_allclose(np.asarray(found)[0, 0], expected, rtol=1e-12, atol=1e-12)


def test_samples_are_drawn_as_specified():
    rng = np.random.default_rng(1)
    scalars, r = rng.uniform(0.5, 2, (4, 3)), rng.standard_normal((4, 3))
    long = r + r / np.linalg.norm(r, axis=1, keepdims=True)
    np.testing.assert_allclose(FORMULAS["coulomb"].inputs(4), np.hstack([scalars, long]), rtol=1e-15)
    rng = np.random.default_rng(2)
    scalars, r = 1.5 * rng.uniform(0.5, 2, (4, 3)), 1.5 * rng.standard_normal((4, 3))
    long = r + r / np.linalg.norm(r, axis=1, keepdims=True)
    np.testing.assert_allclose(FORMULAS["coulomb"].wider(4).x, np.hstack([scalars, long]), rtol=1e-15)


def draws(wider=False):
    return Draws(np.random.default_rng(5), 3000, wider)


@pytest.mark.parametrize("wider, most", [(False, 0.9), (True, 0.95)])
def test_speeds_stay_below_that_of_light(wider, most):
    scalars, v = FORMULAS["relativistic momentum"].draw(draws(wider))
    beta = np.linalg.norm(v[:, 0], axis=1) / scalars[:, 1]
    assert 0.99 * most < beta.max() < most


@pytest.mark.parametrize("wider, most", [(False, 2), (True, 3)])
def test_atoms_do_not_come_too_near(wider, most):
    scalars, r = FORMULAS["lennard-jones"].draw(draws(wider))
    rho = np.linalg.norm(r[:, 0], axis=1) / scalars[:, 1]
    assert 0.95 <= rho.min() < 0.96 and 0.99 * most < rho.max() <= most


@pytest.mark.parametrize("wider, size", [(False, 0.2), (True, 0.25)])
def test_deformations_keep_a_volume(wider, size):
    _, f = FORMULAS["neo-hookean"].draw(draws(wider))
    assert np.linalg.det(f[:, 0]).min() > 0.3
    np.testing.assert_allclose(np.std(f[:, 0, 0, 1]), size, rtol=0.05)


def test_collisions_conserve_momentum_and_are_massless():
    _, p = FORMULAS["scattering"].draw(draws())
    np.testing.assert_allclose(p[:, 0] + p[:, 1], p[:, 2] + p[:, 3], rtol=0, atol=1e-14 * np.abs(p).max())
    np.testing.assert_allclose(square(p), 0, atol=1e-12 * np.abs(p).max() ** 2)
    s, t = square(p[:, 0] + p[:, 1]), square(p[:, 0] - p[:, 2])
    assert np.all(-t > 0.1 * s) and np.all(-t < s * (1 + 1e-9)) and np.any(-t < 0.11 * s)


def test_waves_are_light_like_and_velocities_on_their_shell():
    (v,) = FORMULAS["doppler"].draw(draws())
    np.testing.assert_allclose(square(v[:, 0]), 0, atol=1e-13 * np.abs(v).max() ** 2)
    np.testing.assert_allclose(square(v[:, 1]), 1, rtol=0, atol=1e-13 * np.abs(v).max() ** 2)


def test_places_are_a_long_way_apart():
    _, v = FORMULAS["gravity"].draw(draws())
    assert np.linalg.norm(v[:, 1] - v[:, 0], axis=1).min() > 1


def test_noise_is_a_share_of_the_spread_and_leaves_the_inputs():
    formula = FORMULAS["coulomb"]
    clean, noisy = (formula.training(2000, noise) for noise in (0.0, 0.02))
    np.testing.assert_array_equal(clean.x, noisy.x)
    np.testing.assert_allclose(np.std(noisy.y - clean.y), 0.02 * spread(np.asarray(clean.y)), rtol=0.05)
    assert formula.training(5).permutations is None and FORMULAS["inertia"].training(5).permutations is True


def test_samples_have_the_units_of_the_law():
    data = FORMULAS["coulomb"].training(3)
    assert [str(unit) for unit in data.units_in[1:]] == ["C", "C", "m"] and str(data.units_out) and data.units_out
    assert data.units_in[0] * data.units_in[1] ** 2 / data.units_in[3] ** 2 == data.units_out[0]
    assert FORMULAS["o5"].training(3).units_in is None


def test_wider_samples_are_others():
    seen = [np.asarray(FORMULAS["o5"].training(3).x), np.asarray(FORMULAS["o5"].wider(3).x)]
    assert all(not np.allclose(one, other) for one, other in pairwise(seen))
