"""Numbers of two parts have more digits than one, compiled or not, and sums of large terms keep what is left."""

from decimal import Decimal, localcontext
from fractions import Fraction

import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

import scalaremlp as se
from scalaremlp.groups import O
from scalaremlp.nn import ScalarGP
from scalaremlp.nn.gp._coefficients import Coefficients, Known
from scalaremlp.nn.gp._twofold import Twofold, almost, gaussian
from scalaremlp.reps import Sym

DIGITS = 2.0**-64
over_ways = pytest.mark.parametrize("way", [jax.jit, lambda function: function], ids=["compiled", "as it stands"])


def exact(found):
    """The numbers as fractions."""
    return [Fraction(float(high)) + Fraction(float(low)) for high, low in zip(*map(np.asarray, found), strict=True)]


def normal(count, n=200, seed=0):
    return np.random.default_rng(seed).standard_normal((count, n))


@over_ways
def test_sums_and_products(way):
    def formula(a, b, c):
        a, b, c = map(Twofold.of, (a, b, c))
        return a.times(b).plus(c).times(c.plus(a))

    columns = normal(3) * np.exp(3 * normal(3, seed=1))
    found = exact(way(formula)(*map(jnp.asarray, columns)))
    for value, *numbers in zip(found, *columns.tolist(), strict=True):
        a, b, c = map(Fraction, numbers)
        size = (abs(a * b) + abs(c)) * (abs(a) + abs(c))
        assert abs(value - (a * b + c) * (c + a)) < DIGITS * size


@over_ways
def test_what_is_almost_a_product_is_the_same_twice(way):
    """A compiler may leave out the rounding before one of two sums."""

    def nothing(a, b, c):
        found = Twofold.of(almost(a * b)).plus(Twofold.of(c))
        return found.plus(Twofold.of(-almost(a * b))).plus(Twofold.of(-c))

    assert max(map(abs, exact(way(nothing)(*map(jnp.asarray, normal(3)))))) < DIGITS


@over_ways
def test_gaussians(way):
    places, centres = np.round(2.0**50 * 3 * normal(2)) * 2.0**-50
    centres[:2], places[2:4] = places[:2], (1e300, -40.0)
    found = exact(way(gaussian)(jnp.asarray(places), jnp.asarray(centres)))
    with localcontext() as context:
        context.prec = 50
        for value, place, centre in zip(found, places.tolist(), centres.tolist(), strict=True):
            true = Fraction((-((Decimal(place) - Decimal(centre)) ** 2)).exp())
            assert abs(value - true) < DIGITS


@over_ways
def test_totals_keep_what_cancelling_leaves(way):
    numbers = 1e9 * normal(2)
    terms = np.concatenate([numbers, -numbers, 1e-3 * normal(2, seed=1)], axis=1)
    found = np.asarray(way(lambda each: Twofold.of(each).total())(jnp.asarray(terms)))
    for value, row in zip(found, terms.tolist(), strict=True):
        true = sum(map(Fraction, row))
        assert abs(Fraction(float(value)) - true) < 1e-15 * abs(true)


def random_coefficients(processes=2, factors=3, centres=20):
    rng = np.random.default_rng(0)
    drawn, columns = rng.uniform(0.1, 2, (3, processes, factors)), np.arange(6).reshape(2, 3) % 4
    places, weights = (
        rng.standard_normal((processes, factors, centres)),
        1e6 * rng.standard_normal((processes, centres)),
    )
    arrays = (np.eye(processes), columns, *drawn, weights.sum(axis=1), places, 0.0, 1.0, np.zeros(0))
    return Coefficients(jnp.asarray(weights), Known(*map(jnp.asarray, arrays)))


def test_more_digits_are_the_same_function_with_the_same_derivatives():
    coefficients, scalars = random_coefficients(), jnp.asarray(normal(5, 4))
    more, plain = (lambda s, digits=digits: coefficients(s, digits=digits) for digits in (True, False))
    for derivative in (lambda f: f, jax.jacfwd, jax.jacrev, jax.hessian):
        found, true = (np.asarray(jax.jit(jax.vmap(derivative(f)))(scalars)) for f in (more, plain))
        assert np.abs(found - true).max() < 1e-13 * np.abs(true).max()
    by_weights = jax.grad(lambda each: jnp.sum(each(scalars[0], digits=True)), allow_int=True)(coefficients).weights
    assert np.isfinite(by_weights).all() and np.abs(by_weights).min() > 0


def test_float32_is_left_as_it_is():
    coefficients, scalars = random_coefficients(), jnp.asarray(normal(1, 4)[0], jnp.float32)
    assert (coefficients(scalars, digits=True) == coefficients(scalars)).all()


def test_a_process_of_tensors_is_as_equivariant_as_its_scalars():
    """The bar is 1e-10, and 1e-13 the aim; weights would take the error to 4e-11 here, and above in larger fits."""
    rep, x = Sym(2), jnp.asarray(normal(40, 3))
    (stress,) = rep(O(2)).split(x)
    first, second = jnp.trace(stress[:, 0], axis1=1, axis2=2), jnp.sum(stress[:, 0] ** 2, axis=(1, 2))
    y = (jnp.exp(0.5 * first) * jnp.sin(second))[:, None] * x
    model = ScalarGP(rep, rep, O(2)).fitted(x, y).model
    errors = [se.equivariance_error(model, rep, rep, O(2), key=jr.key(1), x=inputs) for inputs in (x, None)]
    assert max(errors) < 1e-13, errors
