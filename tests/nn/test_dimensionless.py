"""Models with units: what a change of units does, which references are chosen, and what is refused."""

from fractions import Fraction

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

import scalaremlp as se
from scalaremlp.data import Dataset
from scalaremlp.groups import GL, Lorentz, O, Sp
from scalaremlp.nn import MLP, Dimensionless, ScalarGP, ScalarMLP
from scalaremlp.nn.dimensions.numbers import products, times
from scalaremlp.nn.dimensions.references import Reference
from scalaremlp.reps import T
from scalaremlp.units import parse

from .models import randomised

TYPES = 2 * T(0) + 2 * T(1), T(0) + T(1), O(3)
UNITS = ["kg", "N/m", "m", "m/s"], ["J", "m/s^2"]
SMALL = {"width": 6, "depth": 1}
POWERS = {"kg": -25.0, "m": 9.0, "s": -13.0}  # of ten, by which each base unit is made smaller


def inner(types=TYPES, **options):
    return randomised(ScalarMLP(*types, **SMALL, key=jr.key(0), **options))


def model(**options):
    return Dimensionless(inner(), *UNITS, **options)


def inputs(n=20, seed=0):
    rng = np.random.default_rng(seed)
    return jnp.asarray(np.concatenate([rng.uniform(0.5, 2, (n, 2)), rng.normal(size=(n, 6))], axis=1))


def factor(unit, powers=POWERS):
    exponents = dict(zip(("kg", "m", "s", "A", "K", "mol", "cd"), parse(unit).exponents, strict=True))
    return 10.0 ** float(sum(Fraction(powers.get(name, 0)) * each for name, each in exponents.items()))


def factors(units, sizes):
    return np.repeat([factor(unit) for unit in units], sizes)


INSIDE, OUTSIDE = factors(UNITS[0], [1, 1, 3, 3]), factors(UNITS[1], [1, 3])


def test_a_change_of_units_changes_last_digits():
    x = inputs()
    every = jax.jit(jax.vmap(model()))
    assert np.allclose(every(x * INSIDE), every(x) * OUTSIDE, rtol=1e-11, atol=0)


def test_so_do_gradients():
    x, f = jnp.asarray(inputs(3)), model()
    slope = jax.jit(jax.vmap(jax.jacrev(f)))
    found = slope(x * INSIDE) * INSIDE[None, None] / OUTSIDE[None, :, None]
    assert np.isfinite(found).all() and np.allclose(found, slope(x), rtol=1e-9, atol=1e-11)


def test_its_symmetry_is_that_of_the_model():
    assert se.equivariance_error(model(), *TYPES, key=jr.key(0), samples=8, elements=4) < 1e-10
    assert set(se.measure.equivariance_errors(model(), *TYPES, key=jr.key(0))) == {"group elements", "changes of units"}


def test_other_units_of_one_dimension():
    x, grams = inputs(), Dimensionless(inner(), ["g", "N/m", "cm", "m/s"], ["erg", "m/s^2"])
    found = jax.vmap(grams)(x * np.repeat([1e3, 1, 1e2, 1], [1, 1, 3, 3]))
    assert np.allclose(found, jax.vmap(model())(x) * np.repeat([1e7, 1], [1, 3]), rtol=1e-11)


def test_twelfth_powers_neither_overflow_nor_vanish():
    types = 2 * T(1), T(0), O(3)
    f = Dimensionless(inner(types), "m", "m^-12")
    x = 1e-10 * np.random.default_rng(0).normal(size=(5, 6))
    near, far = jax.vmap(f)(x), jax.vmap(f)(1e10 * x)
    assert np.isfinite(near).all() and np.allclose(near, 1e120 * far, rtol=1e-11)


def test_squares_that_would_vanish_do_not():
    f = Dimensionless(inner((2 * T(1), T(1), O(3))), "m", "m")
    x = np.random.default_rng(0).normal(size=(5, 6))
    found = jax.vmap(f)(1e-200 * x)
    assert (found != 0).all() and np.allclose(1e200 * found, jax.vmap(f)(x), rtol=1e-11)


def test_powers_are_exact():
    mantissa, exponent = products(((Fraction(-12), Fraction(1, 2)),), jnp.array([1.0, 2.0]), jnp.array([100.0, 7.0]))
    assert float(exponent[0]) == -1197.0 and float(mantissa[0]) == pytest.approx(2.0, rel=1e-15)
    assert float(times(jnp.array([2.0**1000]), jnp.ones(1), jnp.array([-1995.0]))[0]) == 2.0**-995


def test_zeros_give_no_nan():
    x = jnp.asarray(inputs(1)[0])
    for part in (slice(0, 1), slice(2, 5), slice(None)):
        zeros = x.at[part].set(0.0)
        assert np.isfinite(model()(zeros)).all() and np.isfinite(jax.jacrev(model())(zeros)).all()


def test_the_references_are_those_that_vary_least():
    x = inputs(200)
    x = x.at[:, 0].multiply(np.exp(np.random.default_rng(1).normal(size=200)))  # the mass over decades
    chosen = model().calibrate(x).references
    assert [each.at for each in chosen] == [(1,), (2,), (3,)] and all(each.kind == "norm" for each in chosen)
    assert model().calibrate(x * INSIDE).references == chosen


def test_a_constant_input_is_measured_by_first():
    types = 3 * T(0) + T(1), T(1), O(3)
    x = jnp.concatenate([jnp.full((9, 1), 6.7e-11), inputs(9)[:, :5]], axis=1)
    f = Dimensionless(inner(types), ["m^3/(kg s^2)", "kg", "kg", "m"], "N").calibrate(x)
    assert f.references[0] == Reference("norm", (0,)) and len(f.references) == 3
    assert "T(0)" in f.reference_names[0] and f.reference_names[0] in f.summary


def test_particles_that_are_identical_stay_so():
    types = 3 * T(0) + 3 * T(1), T(2), O(3)
    f = Dimensionless(inner(types, permutation=True), ["kg"] * 3 + ["m"] * 3, "kg m^2")
    f = f.calibrate(jr.normal(jr.key(0), (30, 12)), jnp.ones((30, 9)))
    assert f.identical_particles and {len(each.at) for each in f.references} == {3}
    assert se.equivariance_error(f, *types, key=jr.key(0), samples=8, elements=4) < 1e-9
    with pytest.raises(ValueError, match=r"Identical particles have the same units. Got kg, g in T\(0\)"):
        Dimensionless(inner(types, permutation=True), ["kg", "kg", "g", "m", "m", "m"], "kg m^2")


@pytest.mark.parametrize("group, rep_in", [(Lorentz(), 3 * T(1)), (Sp(2), 3 * T(1)), (GL(3), 2 * T(1) + 2 * T(0, 1))])
def test_groups_that_are_not_compact(group, rep_in):
    types = rep_in, T(0), group
    f = Dimensionless(inner(types), "GeV", "GeV^2")
    assert f.references[0].kind == "products" and "products" in f.summary
    x = np.random.default_rng(0).normal(size=(8, rep_in(group).size))
    assert np.allclose(jax.vmap(f)(1e25 * x), 1e50 * jax.vmap(f)(x), rtol=1e-9)
    assert se.equivariance_error(f, *types, key=jr.key(0), samples=8, elements=4) < 1e-8


def test_what_cannot_be_made_is_refused():
    types = T(1), T(0), O(3)
    with pytest.raises(
        ValueError, match="the output N cannot be made of m: a constant with a unit is needed, of kg and s"
    ):
        Dimensionless(inner(types), "m", "N")
    x = np.random.default_rng(0).normal(size=(3, 3))
    named = Dimensionless(inner(types), "m", "N", constants="N/m")
    assert np.allclose(jax.vmap(named)(10 * x), 10 * jax.vmap(named)(x))
    free = Dimensionless(inner(types), "m", "N", constants="any")
    assert np.allclose(jax.vmap(free)(x), jax.vmap(inner(types))(x)) and free.references == ()


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize(
    "make, reason",
    [
        (lambda: Dimensionless(lambda x: x, "m", "m"), "A model with units must have types of a group. Got function"),
        (lambda: Dimensionless(inner(), ["kg"], ["J", "N"]), "`units_in` must be a unit for each"),
        (lambda: Dimensionless(inner(), None, None), "A model with units needs those of inputs and outputs"),
        (
            lambda: model().calibrate(inputs() * np.repeat([0, 1], [2, 6])),
            "sizes that are never zero. Got sample 0",
        ),
    ],
)
def test_bad_input(make, reason):
    with pytest.raises(ValueError, match=reason):
        make()


def law(n, seed, powers=None):
    """The acceleration by a spring, −k (|q| − L) q / (|q| m)."""
    rng = np.random.default_rng(seed)
    m, k, length = rng.uniform(0.5, 2, (3, n, 1))
    q = rng.normal(size=(n, 3))
    size = np.linalg.norm(q, axis=1, keepdims=True)
    x, y = np.concatenate([m, k, length, q], axis=1), -k * (size - length) * q / size / m
    units = ["kg", "N/m", "m", "m"], "m/s^2"
    scale = (np.ones(6), 1.0) if powers is None else (factors(units[0], [1, 1, 1, 3]), factor(units[1]))
    return Dataset(x * scale[0], y * scale[1], 3 * T(0) + T(1), T(1), O(3), units_in=units[0], units_out=units[1])


def fitted(kind, powers=None, n=60):
    data = law(n, 1, powers)
    types = data.rep_in, data.rep_out, data.group
    f = Dimensionless(kind(*types, key=jr.key(0)), data.units_in, data.units_out)
    return se.fit(f, data, key=jr.key(1), progress=False)


def test_fits_in_other_units_are_as_good():
    """A network would come as near, by another way from the second digit on: rounding leads it."""
    errors = [
        se.evaluate(fitted(ScalarGP, powers)[0], law(300, 2, powers))["relative_mse"] for powers in (None, POWERS)
    ]
    assert errors[0] < 1e-2 and errors[1] == pytest.approx(errors[0], rel=1e-3, abs=1e-20)


def test_the_default_fit_takes_an_alternative_with_units():
    found, history = fitted(ScalarMLP)
    assert isinstance(found, Dimensionless) and isinstance(found.model, ScalarGP), history.reason
    assert "ScalarGP with units" in history.reason and history.verdict.held_out.relative < 0.1
    assert se.evaluate(found, law(300, 2))["relative_mse"] < 1e-2


def test_saved_and_loaded(tmp_path):
    chosen = model().calibrate(inputs(), jnp.ones((20, 4)))
    for each in (chosen, model(constants="any"), model(constants=["m"])):
        se.save(tmp_path / "a", each)
        again = se.load(tmp_path / "a")
        assert eqx.tree_equal(again, each) and (again.units_in, again.constants) == (each.units_in, each.constants)


def test_single_precision():
    f = jax.tree.map(
        lambda a: a.astype(jnp.float32) if eqx.is_inexact_array(a) else a,
        Dimensionless(MLP(*TYPES, **SMALL, key=jr.key(0)), *UNITS),
    )
    assert f(jnp.asarray(inputs(1)[0], jnp.float32)).dtype == jnp.float32
