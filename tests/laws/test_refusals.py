"""What cannot become a law is refused in one line."""

import equinox as eqx
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
    ({"x": X[:9], "y": Y[:9, :1]}, r"at least 20 samples. Got 9. Take more samples, or choose .*terms=3\."),
    ({"x": X[:1], "y": Y[:1, :1]}, r"at least 20 samples. Got 1. Take more samples\.$"),
    ({"x": X[:9], "y": Y[:9, :1], "asked": {"terms": 7}}, r"fewer than the samples .* Got 7 and 7 samples, beside 2 "),
    ({"asked": {"terms": 0}}, r"`terms` must be a whole number of at least 1. Got 0. Leave it out for all"),
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
    ({"units_in": ["m", "s"]}, r"units of inputs and outputs. Got `units_in` alone. Tell `units_out` too"),
    ({"units_out": "m"}, r"Got `units_out` alone. Tell `units_in` too"),
    ({"sigma": np.full(40, 0.1)}, r"count all samples alike. Got standard errors, `sigma`. Leave"),
    ({"x": 1e200 * X}, r"largest of `x` lies between 1e-100 and 1e\+100. Got 2.0e\+200. Choose units"),
    ({"y": 1e-200 * Y[:, :1]}, r"largest of `y` lies .*Got 2.0e-200"),
    (
        {"rep_in": 2 * T(0) + T(0), "x": np.hstack([X, X[:, :1]]), "asked": {"permutation": True}},
        r"copies in each block, as many",
    ),
])  # fmt: skip
def test_refused(asked, text):
    with pytest.raises(ValueError, match=text) as told:
        discovered(**asked)
    assert "\n" not in str(told.value)


@pytest.mark.usefixtures("unchecked")
@pytest.mark.parametrize("permutation", ["yes", "no", 1, None])
def test_a_word_is_no_truth_value(permutation):
    with pytest.raises(TypeError, match=rf"`permutation` must be True or False. Got {permutation!r}. Write perm"):
        discovered(asked={"permutation": permutation})


def test_few_samples_are_searched_for_few_terms():
    law = discovered(x=X[:9], y=2 * X[:9, :1] + X[:9, 1:], asked={"terms": 6})
    assert str(law) == "y = s2 + 2 s1" and law.verdict == "at rounding"
    law = discovered(x=X[:12], y=2 * X[:12, :1] + 0.05 * Y[:12, :1], asked={"terms": 4})
    assert "s1" in str(law) and law.verdict == "above"  # nothing is known of the noise of so few


def test_other_things_than_data_sets_are_refused():
    with pytest.raises(TypeError, match=r"found in a Dataset or Trajectories. Got a tuple. Write Dataset\(x, y, ...\)"):
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


def test_inputs_that_are_all_constant_give_no_law():
    law = discovered(x=np.full((40, 2), 9.81))
    assert law.verdict == "above" and "s1" not in str(law)


def test_directions_are_no_numbers_that_vary():
    x = np.random.default_rng(1).normal(size=(40, 3))
    x /= np.linalg.norm(x, axis=1, keepdims=True)
    data = se.data.Dataset(x, 2 * x, T(1), T(1), ROTATIONS)
    assert str(se.laws.discover(data, key=jr.key(0))) == "y = 2 x1^a"


@pytest.mark.filterwarnings("error")
def test_numbers_far_from_one():
    scale = 1e-90
    assert str(discovered(x=scale * X, y=2 * scale * X[:, :1] ** 2 / X[:, 1:])) == "y = 2 s1^2 s2^-1"
    assert discovered(x=X[:20] / scale, y=Y[:20, :1] / scale).verdict == "above"  # after all inverse functions


def test_a_negative_constant_has_brackets_in_a_power():
    power = ["product", [["constant", 0], "2"], [["named", "s1"], "1"]]
    law = discovered(y=3.1 * X[:, :1])
    config = law.config()
    config["parts"][0][1] = power
    negative = eqx.tree_at(lambda each: each.values, se.laws.Law.from_config(config), np.array([-1.7]))
    assert str(negative) == "y = (-17/10)^2 s1"


def test_several_outputs_are_told_apart():
    data = se.data.Dataset(X, np.hstack([2 * X[:, :1], X[:, 1:]]), SCALARS, 2 * T(0), ROTATIONS)
    law = se.laws.discover(data, key=jr.key(0))
    assert str(law) == "y1 = 2 s1, y2 = s2" and law.latex() == r"\left( 2 s_{1}, \  s_{2}\right)"
    assert str(law.sympy()) == "(2*s1, s2)" and law.candidates[-1].formula == "y2 = s2"


def _edited(part):
    return lambda config: config["parts"][0].__setitem__(*part)


@pytest.mark.parametrize("edit, text", [
    (_edited((1, ["named", "__import__('os')"])), r"of the scalars of its type. Got \"__import__"),
    (_edited((1, ["constant", 9])), r"of its 1 constants. Got number 9"),
    (_edited((1, ["constant", -1])), r"Got number -1"),
    (_edited((0, 9)), r"of the 1 tensors of its types. Got number 9"),
    (_edited((0, -1)), r"Got number -1"),
    (_edited((1, ["product", [["named", "s1"], "1/0"]])), r"tree of its nodes"),
    (_edited((1, ["sum"])), r"nodes of this version. Got 'sum'"),
    (_edited((1, ["named"])), r"tree of its nodes"),
    (lambda config: config.update(constants=10**12), r"at most 1000 constants. Got 10+\."),
    (lambda config: config.update(over="evil"), r"`over` must be one of .*Got 'evil'"),
])  # fmt: skip
def test_an_edited_law_is_refused(edit, text):
    config = discovered(y=3.1 * X[:, :1]).config()
    edit(config)
    with pytest.raises(ValueError, match=text) as told:
        se.laws.Law.from_config(config)
    assert "\n" not in str(told.value)
