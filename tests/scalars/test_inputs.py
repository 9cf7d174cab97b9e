"""Where the inputs that formulas name stand in the flat input."""

import numpy as np

from scalaremlp.groups import SL, O
from scalaremlp.reps import T
from scalaremlp.scalars.inputs import Inputs


def test_scalars_vectors_and_covectors_are_found_where_split_finds_them():
    rep = T(1) + 2 * T(0) + T(0, 1) + 2 * T(1) + T(0)
    x = np.arange(15.0)
    found = Inputs(rep, SL(3)).columns
    vector, scalars, covector, vectors, scalar = rep(SL(3)).split(x)
    parts = {"s1": scalars[0], "s2": scalars[1], "s3": scalar[0], "x1": vector[0], "x2": vectors[0], "x3": vectors[1]}
    assert found.keys() == {*parts, "w1"}
    for name, part in {**parts, "w1": covector[0]}.items():
        np.testing.assert_array_equal(x[found[name]], np.ravel(part))
    assert Inputs(T(0), O(3)).columns == {"s1": slice(0, 1)}
