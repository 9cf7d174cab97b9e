"""What a model says to inputs, types, groups and settings that do not fit."""

import jax.numpy as jnp
import jax.random as jr
import pytest

from scalaremlp.groups import GL, O, U, Z
from scalaremlp.nn import ScalarMLP
from scalaremlp.reps import T

SMALL = {"width": 4, "depth": 1, "key": jr.key(0)}
SOURCE = 2 * T(0) + 2 * T(1)


@pytest.mark.parametrize("permutation", [False, True])
@pytest.mark.parametrize("shape", [(7,), (), (8, 7), (1,)], ids=str)
def test_a_wrong_shape(unchecked, permutation, shape):
    model = ScalarMLP(SOURCE, T(1), O(3), permutation=permutation, **SMALL)
    with pytest.raises(ValueError) as caught:
        model(jnp.ones(shape))
    assert str(caught.value) == f"x must be one input of size 8 = 2*T(0) + 2*T(1) for O(3). Got shape {shape}."


@pytest.mark.parametrize("shape", [(5, 8), (1, 8), (2, 3, 8)], ids=str)
def test_a_batch(unchecked, shape):
    with pytest.raises(ValueError) as caught:
        ScalarMLP(SOURCE, T(1), O(3), **SMALL)(jnp.ones(shape))
    text = f"x must be one input of size 8 = 2*T(0) + 2*T(1) for O(3). Got shape {shape}."
    assert str(caught.value) == f"{text} For a batch use jax.vmap(model)(x)."


@pytest.mark.parametrize("permutation", [False, True])
def test_types_groups_and_settings(permutation):
    cases = [
        (2 * T(5), T(0), O(3), {}, r"T\(5\)"),
        (2 * T(1), T(0), Z(4), {}, r"Z\(4\)"),
        (2 * T(1), T(2), O(3), {"limit": 2}, r"limit"),
        (2 * T(1), T(0), O(3), {"activation": "gelu"}, r"`activation` must be one of .* Got 'gelu'"),
        (2 * T(1), T(0), O(3), {"depth": -1}, r"`depth` must be a whole number of at least 0\. Got -1"),
    ]
    for rep_in, rep_out, group, settings, text in cases:
        with pytest.raises(ValueError, match=text):
            ScalarMLP(rep_in, rep_out, group, permutation=permutation, **{**SMALL, **settings})


def test_a_word_is_no_truth_value(unchecked):
    with pytest.raises(TypeError, match=r"`permutation` must be True or False\. Got 'no'. Write permutation=True or"):
        ScalarMLP(SOURCE, T(1), O(3), permutation="no", **SMALL)


@pytest.mark.parametrize("permutation", [False, True])
def test_a_term_of_the_output_without_covariants(permutation):
    with pytest.warns(UserWarning, match=r"must have a covariant .* Got none of T\(1\) for O\(3\) .* 0 there"):
        model = ScalarMLP(3 * T(0), T(0) + 2 * T(1), O(3), permutation=permutation, **SMALL)
    assert model.summary.endswith(", 0 covariants of T(1)") and model.body.missing == ("T(1)",)


def test_indices_that_the_group_cannot_move():
    """GL(2) has no form that would make covectors of vectors: the model answers zero, and says so."""
    with pytest.warns(UserWarning, match=r"Got none of T\(0,2\) for GL\(2\) from these inputs"):
        model = ScalarMLP(T(2), T(0, 2), GL(2), **SMALL)
    assert not model(jnp.arange(4.0)).any()


@pytest.mark.parametrize("permutation", [False, True])
def test_no_warning_where_there_are_covariants(permutation, recwarn):
    """Also if particles one by one have none: T(2) is of pairs."""
    for group, rep_out in ((O(3), T(0) + T(1) + T(2)), (U(2), T(0) + T(1))):
        assert "0 covariants" not in ScalarMLP(2 * T(1), rep_out, group, permutation=permutation, **SMALL).summary
    assert not recwarn.list
