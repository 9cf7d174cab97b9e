"""What every group in the table must satisfy."""

import pickle

import jax
import jax.random as jr
import numpy as np
import pytest
from scipy.linalg import expm

from scalaremlp.groups import (
    EXAMPLES,
    GL,
    GROUPS,
    SL,
    SO,
    SU,
    C,
    Cube,
    D,
    DirectProduct,
    Embed,
    Finite,
    Lorentz,
    Matrices,
    O,
    O2eR3,
    Parity,
    RubiksCube,
    S,
    Scaling,
    SO2eR3,
    SO11p,
    SO13p,
    SOp,
    Sp,
    TimeReversal,
    Trivial,
    U,
    Z,
    ZksZnxZn,
    parse,
)

from .closure import closure

EXACT = 1e-12

over_groups = pytest.mark.parametrize("group", EXAMPLES, ids=lambda group: getattr(group, "name", "") or str(group))


def moved(tensor, g):
    """The components of a tensor in T(p,q) after the change of basis by g, one index at a time."""
    array, dual = tensor.array, np.linalg.inv(g).T
    for axis in range(tensor.p + tensor.q):
        matrix = g if axis < tensor.p else dual
        array = np.moveaxis(np.tensordot(matrix, array, (1, axis)), 0, axis)
    return array


def derivative(tensor, a):
    """The derivative of `moved(tensor, exp(t a))` at t = 0."""
    total = 0
    for axis in range(tensor.p + tensor.q):
        matrix = a if axis < tensor.p else -a.T
        total = total + np.moveaxis(np.tensordot(matrix, tensor.array, (1, axis)), 0, axis)
    return total


def residual(group, g):
    """How far g is from satisfying the definition of the group."""
    eye, det = np.eye(group.dim), np.linalg.det(g)
    match group:
        case SO() | SOp():
            return abs(g.T @ group.eta @ g - group.eta).max() + abs(det - 1)
        case O():
            return abs(g.T @ group.eta @ g - group.eta).max()
        case Sp():
            return abs(g.T @ group.omega @ g - group.omega).max()
        case SU():
            return abs(g.conj().T @ g - eye).max() + abs(det - 1)
        case U():
            return abs(g.conj().T @ g - eye).max()
        case SL():
            return abs(det - 1)
        case GL():
            return float(abs(det) < 1e-3)
        case S():
            return abs(np.sort(g, axis=0)[::-1] - np.eye(group.dim)[:1].T).max() + abs(g @ g.T - eye).max()
        case Z():
            return min(abs(g - np.roll(eye, k, axis=0)).max() for k in range(group.dim))
        case Trivial():
            return abs(g - eye).max()
        case O2eR3():
            return abs(g.T @ g - eye).max() + abs(g[:, 2] - eye[2]).max()
        case SO2eR3():
            return abs(g.T @ g - eye).max() + abs(g[:, 2] - eye[2]).max() + abs(det - 1)
        case DirectProduct():
            return product_residual(group, g)
        case RubiksCube():
            return abs(g @ g.T - eye).max() + abs(g - g.round()).max()
        case Finite():
            return min(abs(g - element).max() for element in closure(group))
        case Scaling():
            return abs(g - g[0, 0] * eye).max() + float(g[0, 0] <= 0)
        case Embed():
            inner = slice(group.first, group.first + group.group.dim)
            rest = g - eye
            rest[inner, inner] = 0
            return residual(group.group, g[inner, inner]) + abs(rest).max()
        case Matrices(name="squeeze"):
            return abs(g - np.diag(np.diag(g))).max() + abs(det - 1)
        case Matrices(name="C4"):
            return min(abs(g - np.linalg.matrix_power(group.generators[0], k)).max() for k in range(4))
        case Matrices(name="phases"):
            return abs(g.conj().T @ g - eye).max() + min(abs(np.diag(g)).max(), abs(np.diag(g[::-1])).max())
        case Matrices():
            return abs(abs(g) - eye).max()
    raise AssertionError(f"no definition of {group} to test with")


def product_residual(group, g):
    """How far g is from a Kronecker product of elements of two groups (the first factor and the rest)."""
    first = group.factors[0]
    rest = group.factors[1] if len(group.factors) == 2 else DirectProduct(*group.factors[1:])
    blocks = g.reshape(first.dim, rest.dim, first.dim, rest.dim).swapaxes(1, 2)
    singular = np.linalg.svd(blocks.reshape(first.dim**2, -1), compute_uv=False)
    form = np.kron(getattr(first, "eta", np.eye(first.dim)), getattr(rest, "eta", np.eye(rest.dim)))
    return singular[1:].sum() + abs(g.conj().T @ form @ g - form).max()


@over_groups
def test_samples_satisfy_the_definition(group, elements):
    assert max(residual(group, g) for g in elements) < EXACT


@over_groups
def test_generators_and_exponentials_satisfy_the_definition(group):
    known = [*group.generators, *(expm(0.3 * a) for a in group.lie_algebra)]
    assert max((residual(group, g) for g in known), default=0) < EXACT


@over_groups
def test_fixed_tensors_are_fixed(group, elements):
    for tensor in group.fixed_tensors:
        assert tensor.array.shape == (group.dim,) * (tensor.p + tensor.q)
        for g in [*elements[:8], *group.generators]:
            assert abs(moved(tensor, g) - tensor.array).max() < 1e-11
        for a in group.lie_algebra:
            assert abs(derivative(tensor, a)).max() < EXACT


@over_groups
def test_forms_are_inverse_to_each_other(group):
    forms = {(tensor.p, tensor.q): tensor.array for tensor in group.fixed_tensors if tensor.kind == "form"}
    if forms:
        assert np.array_equal(forms[0, 2] @ forms[2, 0], np.eye(group.dim))


@over_groups
def test_epsilon_is_one_at_the_identity_permutation(group):
    for tensor in group.fixed_tensors:
        if tensor.kind == "epsilon":
            assert tensor.array[tuple(range(group.dim))] == 1
            assert group.dim == 1 or np.array_equal(tensor.array.swapaxes(0, group.dim - 1), -tensor.array)


@over_groups
def test_the_lie_algebra_is_a_real_algebra(group):
    a = group.lie_algebra
    if not len(a):
        return
    flat = np.concatenate([a.real, a.imag], -1).reshape(len(a), -1)
    brackets = np.einsum("aij,bjk->abik", a, a) - np.einsum("bij,ajk->abik", a, a)
    flat_brackets = np.concatenate([brackets.real, brackets.imag], -1).reshape(-1, flat.shape[1])
    assert np.linalg.matrix_rank(flat) == len(a)
    assert np.linalg.matrix_rank(np.concatenate([flat, flat_brackets])) == len(a)


@over_groups
def test_arrays_have_the_shapes_and_dtype_promised_and_are_read_only(group):
    dtype = np.complex128 if group.field == "complex" else np.float64
    for array in (group.lie_algebra, group.generators):
        assert array.shape[1:] == (group.dim, group.dim) and array.dtype == dtype
        assert not array.flags.writeable
    assert all(not tensor.array.flags.writeable for tensor in group.fixed_tensors)
    assert group.lie_algebra is group.lie_algebra


@over_groups
def test_samples_follow_from_the_key(group, elements):
    assert elements.shape == (64, group.dim, group.dim)
    assert np.iscomplexobj(elements) == (group.field == "complex")
    assert np.array_equal(group.sample(jr.key(0), 64), elements)
    if not isinstance(group, Trivial) and (len(group.lie_algebra) or len(group.generators)):
        assert not np.array_equal(group.sample(jr.key(1), 64), elements)


@over_groups
def test_samples_stay_bounded_and_compact_ones_are_unitary(group, elements):
    assert np.linalg.cond(elements).max() < 60
    if group.compact:
        assert abs(elements.conj().mT @ elements - np.eye(group.dim)).max() < EXACT
    assert group.conjugate_is_dual == (group.compact and group.field == "complex")


@over_groups
def test_text_reads_back(group):
    again = parse(str(group))
    assert again == group and hash(again) == hash(group) and again is not group
    assert repr(group) == str(group) and "\n" not in str(group)


@over_groups
def test_values_survive_pickling(group):
    assert len(group.lie_algebra) >= 0  # fills the cache of arrays, which is no part of the value
    assert pickle.loads(pickle.dumps(group)) == group


def test_different_groups_differ():
    assert len(set(EXAMPLES)) == len(EXAMPLES)
    assert all((a == b) == (a is b) for a in EXAMPLES for b in EXAMPLES)


def test_the_table_has_examples_of_every_kind_and_of_dimension_one():
    kinds = {O, SO, SOp, Sp, U, SU, GL, SL, S, Z, Trivial, O2eR3, SO2eR3, DirectProduct, Matrices}
    kinds |= {C, D, Cube, RubiksCube, ZksZnxZn, Scaling, Parity, TimeReversal, Embed}
    assert {type(group) for group in EXAMPLES} == kinds
    assert all(entry.examples for entry in GROUPS.values())
    assert {type(group) for group in EXAMPLES if group.dim == 1} == {
        O,
        SO,
        U,
        SU,
        GL,
        SL,
        S,
        Z,
        Trivial,
        Scaling,
        Matrices,
    }


DIMENSIONS = [
    (O(5), 10), (Lorentz(), 6), (SO(2, 2), 6), (SO13p(), 6), (Sp(2), 10), (U(3), 9), (SU(3), 8), (GL(3), 9), (SL(3), 8),
    (O2eR3(), 1), (S(5), 0), (SU(2) * O(1, 1), 4),
]  # fmt: skip


@pytest.mark.parametrize(("group", "dimension"), DIMENSIONS, ids=str)
def test_the_lie_algebra_has_the_dimension_of_the_group(group, dimension):
    assert len(group.lie_algebra) == dimension


COMPONENTS = [
    (O(1), {(-1,), (1,)}),
    (O(3), {(-1,), (1,)}),
    (O2eR3(), {(-1,), (1,)}),
    (GL(2), {(-1,), (1,)}),
    (S(4), {(-1,), (1,)}),
    (SL(3), {(1,)}),
    (O(1, 3), {(-1, -1), (-1, 1), (1, -1), (1, 1)}),
    (O(1, 1), {(-1, -1), (-1, 1), (1, -1), (1, 1)}),
    (SO(1, 3), {(1, -1), (1, 1)}),
    (SO(1, 1), {(1, -1), (1, 1)}),
    (SO(2, 1), {(1, -1), (1, 1)}),
    (SO13p(), {(1, 1)}),
    (SO11p(), {(1, 1)}),
    (O(2, 2), {(-1, -1), (-1, 1), (1, -1), (1, 1)}),
]


def components(group, matrices):
    """The signs of the determinant and, with a metric of both signs, of that of the positive axes."""
    signs = [np.sign(np.linalg.det(matrices))]
    if isinstance(group, O | SO | SOp) and not group.compact:
        signs.append(np.sign(np.linalg.det(matrices[:, : group.p, : group.p])))
    return set(zip(*(map(int, sign) for sign in signs), strict=True))


@pytest.mark.parametrize(("group", "expected"), COMPONENTS, ids=str)
def test_samples_reach_every_component(group, expected, elements):
    assert components(group, elements) == expected


@pytest.mark.parametrize(("group", "expected"), COMPONENTS, ids=str)
def test_generators_reach_every_component(group, expected):
    words = np.eye(group.dim)[None]
    for h in group.generators:
        words = np.concatenate([words, words @ h])
    assert components(group, words) == expected


@pytest.mark.parametrize("group", [O(3), SO(3), U(2), SU(3), S(4), O(1), Z(2)], ids=str)
def test_compact_groups_are_sampled_uniformly(group, draw):
    """The mean of |tr g|² over a group is the number of invariants in V ⊗ V̄: 2 for S(n) and Z(2), otherwise 1."""
    trace = np.trace(draw(group, 60), axis1=1, axis2=2)
    assert abs((abs(trace) ** 2).mean() - (2 if isinstance(group, S | Z) else 1)) < 0.15


@pytest.mark.parametrize("group", [SU(2), S(4), EXAMPLES[-2]], ids=str)
def test_sampling_compiles(group, elements):
    compiled = jax.jit(group.sample, static_argnums=1)(jr.key(0), 64)
    assert abs(compiled - elements).max() < EXACT


def test_flags():
    assert {type(group) for group in EXAMPLES if not group.fundamental} == {
        *(S, Z, C, D, Cube, RubiksCube, ZksZnxZn, Scaling, Parity, TimeReversal, Embed, DirectProduct, Matrices)
    }
    assert {group for group in EXAMPLES if group.orthochronous} == {SO13p(), SO11p()}
    assert {type(group) for group in EXAMPLES if group.conjugate_is_dual} == {U, SU, Embed, DirectProduct, Matrices}
    assert not any(group.compact for group in (O(1, 3), SO(2, 2), SO13p(), Sp(1), GL(2), SL(2), SU(2) * O(1, 1)))


def test_epsilon_of_a_large_space_costs_nothing_until_it_is_read():
    assert [(tensor.p, tensor.q) for tensor in SO(30).fixed_tensors] == [(0, 2), (2, 0), (0, 30), (30, 0)]
