"""What `assert_equivariant` lets pass, what not, and that a person can see each failure again by its text alone."""

import ast
import math
import re

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scalaremlp.groups import SO, O, U
from scalaremlp.measure import GroupElements, Permutations, assert_equivariant
from scalaremlp.nn import MLP, BareScalarMLP, ScalarMLP
from scalaremlp.reps import T


def cross(x):
    return jnp.cross(x[:3], x[3:])


def failure(f, *types, **options):
    with pytest.raises(AssertionError) as found:
        assert_equivariant(f, *types, **options)
    return str(found.value)


def numbers(text, name):
    return np.array(ast.literal_eval(re.search(rf"^  {re.escape(name)}.* = (.*)$", text, re.MULTILINE)[1]))


def test_what_is_equivariant_passes(key):
    assert_equivariant(cross, 2 * T(1), T(1), SO(3), key=key)
    assert_equivariant(cross, (2 * T(1))(SO(3)), T(1)(SO(3)), None, key=key)
    assert_equivariant(lambda x: jnp.vdot(x, x)[None], T(1), T(0), U(2), key=key)
    assert_equivariant(lambda x: np.array([math.hypot(*x)]), T(1), T(0), O(3), key=key, samples=4)
    types = 2 * T(1), T(0) + T(1), O(3)
    assert_equivariant(BareScalarMLP(*types, width=4, depth=1, key=key), *types, key=key)


def test_what_is_not_fails_and_says_all_that_is_needed_to_see_it_again(key):
    text = failure(lambda x: jnp.tanh(x), T(1), T(1), O(3), key=key)
    first, *rest = text.splitlines()
    head = r"The function does not follow group elements: error (\S+), tolerance 1e-10\."
    error = float(re.fullmatch(head, first)[1])
    names = "g of O(3)", "x (sample", "f of the moved x", "f(x), moved"
    g, x, image, wanted = (numbers(text, name) for name in names)
    np.testing.assert_allclose(g @ g.T, np.eye(3), atol=1e-12)
    np.testing.assert_allclose(image, np.tanh(g @ x), rtol=1e-12)
    np.testing.assert_allclose(wanted, g @ np.tanh(x), rtol=1e-12)
    off = np.linalg.norm(image - wanted)
    assert rest[-1] == f"  T(1) of the output is off most, by {off:.3g}."
    assert 0.1 < error <= off / np.linalg.norm(wanted) * 1.001 and len(rest) == 5


def test_it_is_the_worst_of_all_samples(key):
    x = np.array([[1.0, 0, 0], [0, 2, 0], [0, 0, 3.0]])
    text = failure(lambda x: jnp.where(x[1] == 2, jnp.array([1.0]), 0.0), T(1), T(0), O(3), key=key, x=x)
    assert "x (sample 1 of 3) = [0.0, 2.0, 0.0]" in text
    assert numbers(text, "f of the moved x") == 0 and numbers(text, "f(x), moved") == 1


def test_the_worst_term_is_named(key):
    rep_out = T(0) + 2 * T(1)
    types = 2 * T(1), rep_out, O(3)
    text = failure(lambda x: jnp.concatenate([x[:1] * 0, x[:3], jnp.tanh(x[3:])]), *types, key=key)
    assert "  T(1) 2 of 2 of the output is off most, by " in text
    text = failure(lambda x: jnp.concatenate([x[:1], x]), *types, key=key)
    assert "  T(0) of the output is off most, by " in text


def test_of_several_symmetries_the_worst_is_told(key):
    types, symmetries = (2 * T(1), T(1), O(3)), [GroupElements(), Permutations()]
    text = failure(lambda x: x[:3], *types, key=key, symmetries=symmetries)
    assert text.startswith("The function does not follow permutations: error ")
    assert numbers(text, "order of the particles").tolist() == [1, 0]
    assert_equivariant(lambda x: x[:3], *types, key=key)
    assert_equivariant(lambda x: x[:3] + x[3:], *types, key=key, symmetries=symmetries)


def test_a_model_is_tried_for_what_it_claims(key):
    model = MLP(2 * T(1), T(0), O(3), width=4, depth=1, key=key)
    assert "does not follow group elements" in failure(model, 2 * T(1), T(0), O(3), key=key)

    def first(x):
        return x[:3]

    first.permutation = True
    assert "does not follow permutations" in failure(first, 2 * T(1), T(1), O(3), key=key)


def test_the_tolerance(key):
    nearly = lambda x: x + 1e-7 * jnp.tanh(x)  # noqa: E731
    assert "tolerance 1e-10" in failure(nearly, T(1), T(1), O(3), key=key)
    assert_equivariant(nearly, T(1), T(1), O(3), key=key, tolerance=1e-5)
    assert "tolerance 1e-09" in failure(nearly, T(1), T(1), O(3), key=key, tolerance=1e-9)


def test_the_tolerance_is_that_of_the_precision(key):
    single = lambda x: cross(x.astype(jnp.float32))  # noqa: E731
    assert_equivariant(single, 2 * T(1), T(1), SO(3), key=key)
    assert "tolerance 0.0001" in failure(single, 2 * T(1), T(1), O(3), key=key)
    with jax.enable_x64(False):
        assert_equivariant(cross, 2 * T(1), T(1), SO(3), key=key)
        assert "tolerance 0.0001" in failure(cross, 2 * T(1), T(1), O(3), key=key)
    half = lambda x: cross(x.astype(jnp.float16))  # noqa: E731
    with pytest.raises(ValueError, match=r"^`tolerance` must be given for half precision\. Got outputs of float16\."):
        assert_equivariant(half, 2 * T(1), T(1), SO(3), key=key)
    assert_equivariant(half, 2 * T(1), T(1), SO(3), key=key, tolerance=0.05)
    assert_equivariant(lambda x: jnp.array([1]), T(1), T(0), O(3), key=key)  # whole numbers are exact


def test_nothing_passes_by_being_nothing(key):
    text = r"^The function must not be 0 for all inputs: .* Got 0 for 64 inputs\. Fit the model first, or give"
    with pytest.raises(AssertionError, match=text):
        assert_equivariant(lambda x: 0 * x, T(1), T(1), O(3), key=key)
    with pytest.raises(AssertionError, match=r"Got 0 for 2 inputs"):
        assert_equivariant(lambda x: x, T(1), T(1), O(3), key=key, x=np.zeros((2, 3)))
    with pytest.raises(AssertionError, match=r"Fit the model first"):
        assert_equivariant(ScalarMLP(T(1), T(0), O(3), width=4, depth=1, key=key), T(1), T(0), O(3), key=key)


def test_what_is_zero_at_the_inputs_alone_fails(key):
    x = np.tile([1.0, 0, 0], (3, 1))
    assert "error inf" in failure(lambda x: jnp.sign(x[1:2]), T(1), T(0), O(3), key=key, x=x)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("f", [
    lambda x: jnp.full(3, jnp.nan),
    lambda x: jnp.where(x > 2, jnp.nan, x),
    lambda x: jnp.array([jnp.inf, 0, 0]),
])  # fmt: skip
def test_what_is_no_number_fails(f, key):
    text = failure(f, T(1), T(1), O(3), key=key)
    assert "error nan" in text and re.search(r"T\(1\) of the output is off most, by (nan|inf)\.$", text)


def test_nan_is_worse_than_any_error(key):
    def f(x):  # finite and wrong when turned, NaN when exchanged
        return jnp.where(x[:3] @ x[:3] > 2, jnp.nan, jnp.tanh(x[:3]))

    both, x = [GroupElements(), Permutations()], np.array([[1.0, 0, 0, 0, 2, 0]])
    for symmetries in (both, both[::-1]):
        text = failure(f, 2 * T(1), T(1), O(3), key=key, symmetries=symmetries, x=x)
        assert text.startswith("The function does not follow permutations: error nan")


def test_long_arrays_are_cut_short(key):
    rep = 100 * T(1)
    text = failure(lambda x: jnp.tanh(x), rep, rep, O(3), key=key)
    assert re.search(r"x \(sample \d+ of 64\) = \[.* \.\.\. .*\]\n", text) and len(text) < 2000


def test_inputs_and_outputs_of_another_size(key):
    with pytest.raises(ValueError, match=r"inputs of shape \(n, 3\) = T\(1\)\. Got shape \(2, 4\)"):
        assert_equivariant(lambda x: x, T(1), T(1), O(3), key=key, x=np.ones((2, 4)))
    with pytest.raises(ValueError, match=r"must return 1 components, as `rep_out` = T\(0\) says\. Got .* \(3,\)"):
        assert_equivariant(lambda x: x, T(1), T(0), O(3), key=key)
    with pytest.raises(ValueError, match=r"^`samples` must be .* at least 1\. Got 0\. None would prove nothing"):
        assert_equivariant(lambda x: x, T(1), T(1), O(3), key=key, samples=0)


def test_complex_outputs_of_a_real_group_are_refused(key):
    text = r"^The function must return real numbers, since {} is real\. Got outputs of complex128\. Return the real par"
    with pytest.raises(ValueError, match=text.format(r"O\(3\)") + r"ts, or give a complex group\.$"):
        assert_equivariant(lambda x: x + 0j, T(1), T(1), O(3), key=key)
    with pytest.raises(ValueError, match=text.format(r"T\(1\)\(O\(3\)\)")):
        assert_equivariant(lambda x: x * 1j, T(1)(O(3)), T(1)(O(3)), None, key=key)
    assert_equivariant(lambda x: jnp.vdot(x, x).real[None], T(1), T(0), U(2), key=key)


def test_where_no_input_is_moved_nothing_is_shown(key):
    for given in (
        {"rep_in": T(1), "symmetries": [Permutations()]},  # of one particle
        {"rep_in": T(1), "x": np.zeros((4, 3))},
        {"rep_in": T(0)},
    ):
        with pytest.raises(ValueError, match=r"must move an input, or nothing is tried\. Got none that does, of "):
            assert_equivariant(lambda x: x[:1] + 1, rep_out=T(0), group=O(3), key=key, **given)


def test_what_draws_numbers_or_counts_is_no_function(key):
    drawn, count = np.random.default_rng(0), iter(range(10**6))
    for f in (lambda x: drawn.normal(size=1), lambda x: np.array([next(count) + 1.0])):
        with pytest.raises(AssertionError, match=r"must give one output for one input\. Got \[.*\] and \[.*\] in two"):
            assert_equivariant(f, T(1), T(0), O(3), key=key)


@pytest.mark.parametrize("tolerance", [float("inf"), float("nan"), -1.0])
def test_a_tolerance_is_a_number(tolerance, key):
    with pytest.raises(ValueError, match=r"`tolerance` must be a number of at least 0\. Got"):
        assert_equivariant(lambda x: x, T(1), T(1), O(3), key=key, tolerance=tolerance)


@pytest.mark.parametrize("symmetries", [Permutations(), [Permutations]])
def test_symmetries_are_a_list_of_them(symmetries, key, unchecked):
    with pytest.raises(TypeError, match=r"`symmetries` must be a list of them, made\. Got .*Permutations"):
        assert_equivariant(lambda x: x, 2 * T(1), 2 * T(1), O(3), key=key, symmetries=symmetries)
