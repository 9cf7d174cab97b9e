"""What cannot become a law is refused in one line."""

import jax
import jax.random as jr
import numpy as np
import pytest

import scalaremlp as se
from scalaremlp.groups import O, U
from scalaremlp.reps import T

SCALARS, NUMBER, ROTATIONS = 2 * T(0), T(0), O(3)
X, Y = np.random.default_rng(0).uniform(1, 2, (2, 40, 2))


def discovered(x=X, y=Y[:, :1], rep_in=SCALARS, group=ROTATIONS, asked=None, **units):
    data = se.data.Dataset(x, y, rep_in, NUMBER, group, **units)
    return se.laws.discover(data, **(asked or {}), key=jr.key(0))


@pytest.mark.parametrize("asked, text", [
    ({"x": X[:9], "y": Y[:9, :1]}, r"at least 20 samples. Got 9. Take more samples"),
    ({"y": 0 * Y[:, :1]}, r"not zero everywhere. Got zeros in all samples. Check the columns of y"),
    ({"asked": {"constants": "some"}}, r"`constants` are \"dimensionless\" or \"any\". Got 'some'"),
    ({"asked": {"complexity": 0}}, r"`complexity` must be a whole number of at least 1. Got 0"),
    ({"asked": {"complexity": 1}, "y": X[:, :1] * X[:, 1:] ** 2}, r"as short as `complexity` asks. Got 1. Give at "),
    ({"group": U(3)}, r"real groups. Got U\(3\)"),
    (
        {"units_in": ["m", "s"], "units_out": "kg m/s^2"},
        r"cannot be made of m and s: a constant .*, of kg. Allow it by `constants`=\"any\"",
    ),
    ({"units_in": ["m", "km"], "units_out": "m"}, r"units of one system, such as m with m/s. Got .*Convert its column"),
    (
        {"rep_in": 2 * T(0) + T(0), "x": np.hstack([X, X[:, :1]]), "asked": {"permutation": True}},
        r"copies in each block, as many",
    ),
])  # fmt: skip
def test_refused(asked, text):
    with pytest.raises(ValueError, match=text) as told:
        discovered(**asked)
    assert "\n" not in str(told.value)


def test_other_things_than_data_sets_are_refused():
    with pytest.raises(TypeError, match=r"found in a Dataset. Got a tuple. Write Dataset\(x, y, ...\)"):
        se.laws.discover((X, Y), key=jr.key(0))


def test_single_precision_is_refused():
    with jax.enable_x64(False):
        data = se.data.Dataset(X.astype(np.float32), Y[:, :1].astype(np.float32), 2 * T(0), T(0), O(3))
        with pytest.raises(ValueError, match=r"judged by float64. Got float32. Call scalaremlp.enable_x64\(\) first"):
            se.laws.discover(data, key=jr.key(0))


def test_constants_of_any_unit_are_told_with_theirs():
    law = discovered(
        y=3.7 * X[:, :1] ** 2 / X[:, 1:], units_in=["m", "s"], units_out="kg m/s^2", asked={"constants": "any"}
    )
    assert str(law) == "y = 3.7 s1^2 s2^-1" or str(law) == "y = 37/10 s1^2 s2^-1"
    assert se.units.parse(law.constants[0].unit).dimension == se.units.parse("kg/(m s)").dimension
