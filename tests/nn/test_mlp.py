"""The plain network: sizes, complex numbers as pairs of real ones, and what it does not have."""

import jax.numpy as jnp
import numpy as np
import pytest

import scalaremlp as se
from scalaremlp.groups import SU, O, S, U
from scalaremlp.nn import MLP
from scalaremlp.reps import T

from .models import draw

SOURCE, TARGET = T(0) + 2 * T(1), T(0) + T(2)


def make(group, key, **settings):
    return MLP(SOURCE, TARGET, group, **{"width": 8, "depth": 1, **settings}, key=key)


@pytest.mark.parametrize("group", [O(3), S(3), SU(2)], ids=str)
def test_shape_and_dtype(group, key):
    """Any group, also one without known scalars; for complex groups twice as many numbers inside."""
    model, x = make(group, key), draw(group, SOURCE(group).size)
    y = model(x)
    parts = 2 if group.field == "complex" else 1
    assert y.shape == (TARGET(group).size,) and np.isfinite(y).all()
    assert y.dtype == (np.complex128 if parts == 2 else np.float64)
    assert model.layers.weights[0].shape == (8, parts * SOURCE(group).size)
    assert model.layers.weights[-1].shape == (parts * TARGET(group).size, 8)


def test_complex_numbers_are_their_parts(key):
    model, x = make(U(2), key), draw(U(2), 5)
    inside = np.asarray(model.layers(jnp.concatenate([x.real, x.imag])))
    assert np.array_equal(model(x), inside[:5] + 1j * inside[5:])
    assert np.abs(model(x) - model(x.conj())).max() > 1e-3


def test_statistics_are_standard_at_first(key):
    model, x = make(O(3), key), draw(O(3), 7)
    assert np.array_equal(model(x), model.layers(x))


def test_no_symmetry(key):
    assert se.equivariance_error(make(O(3), key), SOURCE, TARGET, O(3), key=key, samples=4, elements=4) > 0.1


def test_settings_are_checked(key):
    with pytest.raises(ValueError, match=r"`activation` must be one of .* Got 'gelu'"):
        make(O(3), key, activation="gelu")
    with pytest.raises(ValueError, match=r"`width` must be a whole number of at least 1\. Got 0"):
        make(O(3), key, width=0)
