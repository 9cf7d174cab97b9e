"""Scalars as a table for other software."""

import jax
import numpy as np
import pytest

from scalaremlp.data import Dataset
from scalaremlp.groups import SO, O
from scalaremlp.nn import named_features
from scalaremlp.reps import Sym, T
from scalaremlp.scalars import Invariants, plain_names, table

X = np.random.default_rng(0).normal(size=(4, 6))


def test_columns_are_the_scalars_of_each_sample_and_the_outputs():
    with jax.enable_x64(True):
        phi = Invariants(2 * T(1), O(3))
        data = Dataset(X, X[:, :2], 2 * T(1), 2 * T(0), O(3), y_names=["force", "mass"])
        columns = table(phi, data)
    assert list(columns) == ["<x1,x1>", "<x1,x2>", "<x2,x2>", "force", "mass"]
    np.testing.assert_allclose(columns["<x1,x2>"], np.sum(X[:, :3] * X[:, 3:], axis=1), rtol=1e-14)
    np.testing.assert_array_equal(columns["mass"], X[:, 1])


@pytest.mark.parametrize("scalars", ["products", "norms", "differences", "logs", "decades"])
def test_plain_names_are_ascii_and_tell_apart(scalars):
    for rep, group in ((2 * T(0) + 3 * T(1), SO(3)), (Sym(2) + 2 * T(1), O(3))):
        names = named_features(rep, group, scalars, degree=4 if rep != 2 * T(0) + 3 * T(1) else None).names
        found = plain_names(names)
        assert len(set(found)) == len(names)
        assert all(name.isascii() and name.isidentifier() for name in found)


def test_an_output_is_not_called_as_a_scalar():
    data = Dataset(X[:, :1], X[:, 1:2], T(0), T(0), O(3), y_names=["s1"])
    with pytest.raises(ValueError, match=r"A column of outputs has a name of its own\. Got s1, a scalar"):
        table(Invariants(T(0), O(3)), data)
