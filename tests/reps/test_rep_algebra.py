"""The laws of the algebra, on random expressions."""

import operator

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.linalg import block_diag

from scalaremlp.groups import GL, O, S, U
from scalaremlp.reps import Alt, Scalar, Sym, Symmetric, T, V, Vector, parse

from .conftest import element, elements

G, H = GL(2), U(2)
LARGEST = 100

PACKED = [Sym(2), Sym(2).T, Alt(2).conj(), Sym(3), Symmetric(T(3), "abc=-bac")]
leaves = st.sampled_from([V, V.T, V.conj(), V.T.conj(), Scalar, T(2), T(1, 1), *PACKED])
bound_leaves = st.sampled_from([V(G), V.T(G), Scalar(G), V(H), V.T(H), Scalar(H), T(1, 1)(H), Sym(2)(G), Alt(2)(H)])


def expressions(base):
    def grow(inner):
        return st.one_of(
            st.builds(lambda a, b: a + b, inner, inner),
            st.builds(lambda a, b: a * b, inner, inner),
            st.builds(lambda n, a: n * a, st.integers(1, 3), inner),
            st.builds(lambda n, a: n + a, st.integers(0, 2), inner),
            st.builds(lambda a: a.T, inner),
        )

    return st.recursive(base, grow, max_leaves=5)


reps = expressions(leaves)
bound = expressions(bound_leaves).filter(lambda rep: rep.size <= LARGEST)
quick = settings(max_examples=60, deadline=None, derandomize=True)
# The run-time checks of types look at random items of containers, inside the strategies too.
pytestmark = pytest.mark.filterwarnings("ignore:Do not use the `random` module")


@quick
@given(reps, reps, reps)
def test_brackets_do_not_matter(a, b, c):
    assert (a + b) + c == a + (b + c)
    assert (a * b) * c == a * (b * c)
    assert hash((a * b) * c) == hash(a * (b * c))


@quick
@given(reps)
def test_scalars_are_the_unit_of_products_and_zero_of_sums(a):
    assert a * Scalar == a == Scalar * a
    assert a + 0 == a == 0 + a == sum([a])
    assert 1 * a == a == a * 1
    assert 0 * a == 0 * V == parse("0") and (0 * a) * V == 0 * V == V * (0 * a)


@quick
@given(reps, reps)
def test_the_dual_is_an_involution_that_keeps_order(a, b):
    assert a == a.T.T
    assert (a + b).T == a.T + b.T and (a * b).T == a.T * b.T
    assert (a >> b) == b * a.T and b.T * a == (a >> b).T
    assert a.conj().conj() == a and (a * b).conj() == a.conj() * b.conj() and a.T.conj() == a.conj().T


@quick
@given(st.integers(0, 3), st.integers(0, 3), reps, reps)
def test_multiplicities(m, n, a, b):
    assert m * (n * a) == (m * n) * a == a * n * m
    assert a**n * a**m == a ** (n + m)
    if len(a.blocks) == len((a * b).blocks) == 1:
        assert (m * a) * b == m * (a * b)


@quick
@given(reps)
def test_text_reads_back(a):
    assert parse(str(a)) == a
    for group in (G, H):
        assert parse(str(a(group))) == a(group)


@quick
@given(bound)
def test_text_of_mixed_groups_reads_back(a):
    assert parse(str(a)) == a


@quick
@given(reps, reps)
def test_binding_goes_through_the_algebra(a, b):
    for group in (G, H):
        assert (a + b)(group) == a(group) + b(group) and (a * b)(group) == a(group) * b(group)
        assert a.T(group) == a(group).T and a.conj()(group) == a(group).conj()
        assert (a + 2)(group) == a(group) + 2 or not a.leaves
        assert a(group)(group) == a(group)


@quick
@given(bound, bound)
def test_sums_and_products_act_as_matrices(a, b):
    assume(a.size * b.size <= LARGEST)
    both = a * b + a
    g = {group: element(group, 7) for group in (G, H)}
    rho = {rep: rep.rho({group: g[group] for group in rep.groups}) for rep in (a, b)}
    expected = block_diag(np.kron(rho[a], rho[b]), rho[a]) if both.size else np.zeros((0, 0))
    found = both.rho({group: g[group] for group in both.groups})
    assert found.shape == expected.shape and np.allclose(found, expected, rtol=1e-10, atol=1e-10)


@quick
@given(bound, bound)
def test_linear_maps_act_on_both_sides_of_a_matrix(a, b):
    assume(0 < a.size * b.size <= LARGEST)
    maps, g = a >> b, {group: element(group, 8) for group in (G, H)}
    w = np.random.default_rng(0).normal(size=(b.size, a.size))
    rho = {rep: rep.rho({group: g[group] for group in rep.groups}) for rep in (a, b)}
    expected = rho[b] @ w @ np.linalg.inv(rho[a])
    found = maps.rho({group: g[group] for group in maps.groups}) @ w.ravel()
    assert np.allclose(found, expected.ravel(), rtol=1e-9, atol=1e-9)


@quick
@given(bound)
def test_blocks_make_up_the_whole(a):
    assert a.size == sum(count * term.size for count, term in a.blocks)
    g = elements(a, 9)
    blocks = [np.kron(np.eye(count), term.rho({k: g[k] for k in term.groups})) for count, term in a.blocks]
    assert np.allclose(a.rho(g), block_diag(*blocks) if blocks else np.zeros((0, 0)))


def test_names_of_the_same_type():
    assert Vector == V == T(1) and Scalar == T(0) == V**0
    assert T(2) == V * V == V**2 and T(1, 1) == V * V.T != V.T * V
    assert T(2, 1).legs == ("V", "V", "V*") and (V.T * V).legs == ("V*", "V") and T(0).legs == ()
    assert (T(2, 1).p, T(2, 1).q) == (2, 1) and ((V.T * V).p, (V.T * V).q) == (1, 1)
    assert 2 * Scalar + V == (2 + V) and (V >> 1) == V.T and (1 >> V) == V
    assert (2 + V)(O(3)) == 2 + V(O(3)) and np.int64(3) * V == 3 * V


def test_what_is_written_is_kept():
    assert 5 * T(0) + T(0) != 6 * T(0) and T(0) + T(1) != T(1) + T(0)
    assert [count for count, _ in (5 * T(0) + T(0) + 5 * T(1)).blocks] == [5, 1, 5]
    assert (2 * (T(0) + T(1))).blocks == ((1, T(0)), (1, T(1))) * 2
    assert (2 * V(S(3)) * V(S(4))).blocks == ((2, V(S(3)) * V(S(4))),)
    assert len(((2 + V) * (1 + V)).blocks) == 1
    assert V * (2 * V) != 2 * V * V


def test_values_are_compared_with_their_groups():
    assert V(O(3)) != V and V(O(3)) != V(O(2)) and V(O(3)) == V(O(3, 0))
    assert len({V(O(3)), V(O(3, 0)), V, T(1)}) == 2
    assert Scalar(U(2)) * V(O(2)) != V(O(2)) and Scalar(O(2)) * V(O(2)) == V(O(2)) == Scalar * V(O(2))


def test_parts_that_are_bound_stay_bound():
    half = V * V(O(3))
    assert half(S(2)) == V(S(2)) * V(O(3)) and half(S(2)).groups == (S(2), O(3))


@pytest.mark.parametrize("other", [0.5, None, True, {2}], ids=repr)
def test_other_operands_are_refused(other):
    for operate in (operator.add, operator.mul, operator.rshift):
        with pytest.raises(TypeError, match="unsupported operand"):
            operate(V, other)
        with pytest.raises(TypeError, match="unsupported operand"):
            operate(other, V)
    with pytest.raises(TypeError, match="unsupported operand"):
        V**other


BAD = [
    (lambda: T(-1), ValueError, "T(p, q) needs integers p, q of at least 0. Got T(-1, 0). Write for example T(1, 1)."),
    (lambda: -1 * V, ValueError, "A multiplicity is 0 or more. Got -1."),
    (lambda: V + -2, ValueError, "A number of scalars is 0 or more. Got -2."),
    (lambda: V**-1, ValueError, "An exponent is 0 or more. Got -1."),
    (lambda: T(2).size, ValueError, "`size` needs a group. Got T(2), which is not bound to one. Write rep(G).size."),
    (lambda: (V + V(O(3))).rho(np.eye(3)), ValueError, "`rho` needs a group. Got T(1) + T(1)(O(3))"),
    (lambda: V(O(3))(O(2)), ValueError, "keeps its groups. Got T(1)(O(3)) to be bound to O(2)."),
    (lambda: (V + V).legs, TypeError, "Legs belong to one tensor. Got the sum T(1) + T(1). Loop over `blocks`"),
]


@pytest.mark.parametrize(("call", "kind", "message"), BAD, ids=range(len(BAD)))
def test_bad_expressions(call, kind, message):
    with pytest.raises(kind, match=r"^[^\n]+$") as error:
        call()
    assert message in str(error.value)
