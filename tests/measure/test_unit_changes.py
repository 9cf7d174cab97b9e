"""Changes of units as a symmetry."""

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import pytest

import scalaremlp as se
from scalaremlp.groups import O
from scalaremlp.measure import UnitChanges, equivariance_errors
from scalaremlp.nn import Dimensionless, ScalarMLP
from scalaremlp.reps import T

TYPES = T(0) + T(1), T(0), O(3)


def error(f, units_out="J", **options):
    changes = UnitChanges.of(["kg", "m/s"], units_out, *TYPES, **options)
    (found,) = equivariance_errors(f, *TYPES, key=jr.key(0), samples=8, symmetries=[changes]).values()
    return found


def energy(x):
    return x[:1] * (x[1:] @ x[1:])


def test_a_law_follows_them_in_its_own_unit_alone():
    assert error(energy) < 1e-12 and error(energy, "N") > 0.1
    assert error(lambda x: energy(x) + 1) > 0.1


def test_roots_have_their_units():
    assert error(lambda x: jnp.sqrt(jnp.abs(x[:1])) * jnp.sqrt(x[1:] @ x[1:]), "kg^(1/2) m/s") < 1e-12


def test_constants_stay_what_they_are():
    def relative(x):
        return x[:1] * jnp.tanh(x[1:] @ x[1:])  # the speed of light is 1

    assert error(relative, "kg") > 0.1 and error(relative, "kg", constants=(se.units.parse("m/s"),)) < 1e-12


def plain():
    """Its last layer begins at zero."""
    model = ScalarMLP(*TYPES, width=4, depth=1, key=jr.key(0))
    return jax.tree.map(lambda array: array + 1.0 if eqx.is_inexact_array(array) else array, model)


def test_models_with_units_are_checked_unasked():
    class Wrong(Dimensionless):
        def __call__(self, x):
            return self.model(x)

    model, wrong = (kind(plain(), ["kg", "m/s"], "J") for kind in (Dimensionless, Wrong))
    check = {"key": jr.key(0), "samples": 8, "elements": 2}
    assert se.equivariance_error(model, *TYPES, **check) < 1e-10
    assert se.equivariance_error(wrong, *TYPES, **check) > 0.1
    assert se.equivariance_error(wrong, *TYPES, **check, units=False) < 1e-10


def test_what_knows_no_units_is_not_asked():
    any_constant = Dimensionless(plain(), ["kg", "m/s"], "N", constants="any")
    assert UnitChanges.claimed(plain()) == UnitChanges.claimed(any_constant) == []
    with pytest.raises(ValueError, match="Changes of units are tried on a model that knows its units"):
        se.equivariance_error(plain(), *TYPES, key=jr.key(0), units=True)


def test_other_numbers_of_units_are_refused():
    with pytest.raises(ValueError, match="Units must be one for each term"):
        equivariance_errors(energy, *TYPES, key=jr.key(0), symmetries=[UnitChanges((), ())])
    with pytest.raises(ValueError, match="Changes of units need those of inputs and outputs"):
        UnitChanges.of(None, "J", *TYPES)
