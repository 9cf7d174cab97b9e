"""EMLP and its parts: equivariance for every kind of group, values by hand, sizes, one key one model."""

import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

import scalaremlp as se
from scalaremlp.groups import GL, SO, SU, Lorentz, O, O2eR3, S, Sp, Trivial, U, Z
from scalaremlp.nn import EMLP, Bilinear, EquivariantLinear, GatedNonlinearity, gated, hidden_rep
from scalaremlp.nn._parts import parts
from scalaremlp.nn._products import multiply, products
from scalaremlp.reps import T, V
from scalaremlp.train.second_order.flat import prior_groups

from .models import draw, parameters, randomised

EXACT = 1e-12
SOURCE = T(0) + 2 * T(1) + T(0, 1)
TARGET = T(0) + T(2) + T(1, 1)
QUICK = [SO(3)]
MORE = [U(1), O(1), O(5), O(3), Lorentz(), Sp(1), SU(2), U(2), GL(2), S(4), Z(3), Trivial(2), O2eR3()]


def error(model, group, rep_in=SOURCE, rep_out=TARGET, **settings):
    return se.equivariance_error(model, rep_in, rep_out, group, key=jr.key(1), samples=8, elements=4, **settings)


@pytest.mark.parametrize("group", [*QUICK, *(pytest.param(g, marks=pytest.mark.slow) for g in MORE)], ids=str)
def test_equivariance(group):
    model = randomised(EMLP(SOURCE, TARGET, group, width=16, depth=2, key=jr.key(0)))
    x = draw(group, 4, SOURCE(group).size)
    assert np.isfinite(np.asarray(jax.jit(jax.vmap(model))(x))).all()
    assert error(model, group) <= EXACT


@pytest.mark.slow
def test_a_user_s_dimension_of_one_permutations_and_mixed_types():
    model = EMLP(3 * V + 1, V * V, S(3), width=12, depth=1, key=jr.key(0))
    assert error(model, S(3), 3 * V + 1, V * V) <= EXACT


def test_a_linear_layer_has_unit_variance_and_the_maps_of_its_types():
    group, rep_in, rep_out = SO(3), 8 * T(0) + 8 * T(1), 4 * T(0) + 4 * T(1) + 2 * T(2)
    layer = EquivariantLinear(rep_in, rep_out, group, key=jr.key(0))
    assert [[w.shape[0] for w in row] for row in layer.weights] == [[1, 0], [0, 1], [1, 1]]  # 1; δ; δ, ε
    y = jax.jit(jax.vmap(layer))(draw(group, 4000, rep_in(group).size))
    assert 0.5 < float(jnp.mean(y**2)) < 2
    g = group.sample(jr.key(1), 1)[0]
    left, right = rep_out(group).rho(g) @ layer.matrix, layer.matrix @ rep_in(group).rho(g)
    assert np.abs(left - right).max() <= EXACT


def test_the_matrix_and_the_bias_are_what_is_applied():
    layer = randomised(EquivariantLinear(2 * T(0) + T(1), T(0) + T(2), O(2), key=jr.key(0)))
    x = draw(O(2), 4)
    np.testing.assert_allclose(layer(x), layer.matrix @ x + layer.bias, atol=EXACT)
    np.testing.assert_allclose(layer.bias[1:].reshape(2, 2), layer.bias[1] * np.eye(2), atol=EXACT)


def test_weights_and_biases_are_halves_of_coefficients():
    layer = EquivariantLinear(T(0) + T(1), T(0) + T(1), O(3), key=jr.key(0))
    layer = jax.tree.map(jnp.ones_like, layer)
    expected = np.diag([0.5] + 3 * [0.5 / 3**0.5])  # the orthonormal maps are 1 and δ/√3
    np.testing.assert_allclose(np.abs(layer.matrix), expected, atol=EXACT)
    np.testing.assert_allclose(np.abs(layer.bias), [0.5, 0, 0, 0], atol=EXACT)


def test_each_pair_of_terms_has_its_prior():
    layer = EquivariantLinear(T(0) + 2 * T(1), T(0) + T(1), SO(3), key=jr.key(0))
    groups = prior_groups(layer, parameters(layer))
    assert groups.tolist() == [0, 1, 1, 2]  # 1; δ of two copies; the scalar's bias


def test_gates_by_hand():
    rep = 2 * T(0) + 2 * T(1)
    assert gated(rep) == rep + 2 * T(0)
    x = np.array(draw(O(2), 8))
    sigmoid = 1 / (1 + np.exp(-x))
    expected = [x[0] * sigmoid[0], x[1] * sigmoid[1], *(x[2:4] * sigmoid[6]), *(x[4:6] * sigmoid[7])]
    np.testing.assert_allclose(GatedNonlinearity(rep, O(2))(jnp.asarray(x)), expected, atol=EXACT)


def test_gates_of_tensors_between_scalars():
    x = np.array(draw(O(2), 9))
    sigmoid = 1 / (1 + np.exp(-x))
    expected = [*(x[:2] * sigmoid[7]), x[2] * sigmoid[2], *(x[3:7] * sigmoid[8])]
    found = GatedNonlinearity(T(1) + T(0) + T(2), O(2))(jnp.asarray(x))
    np.testing.assert_allclose(found, expected, atol=EXACT)
    np.testing.assert_allclose(GatedNonlinearity(2 * T(0), O(2))(jnp.asarray(x[:2])), x[:2] * sigmoid[:2], atol=EXACT)


def test_products_by_hand():
    group = GL(2)
    a, m = draw(group, 2), draw(group, 2, 2, seed=1)
    types = ((0, 0), (1, 0), (0, 1), (1, 1), (2, 1))
    found = {}
    for kind in products(types, group, 10_000):
        if (kind.left, kind.right) == ((1, 0), (1, 1)):
            found[kind.ups, kind.downs] = np.asarray(multiply(kind, a[None], m.reshape(1, 4), group))[0]
    np.testing.assert_allclose(found[1, 0], np.einsum("i,ji->j", a, m), atol=EXACT)
    np.testing.assert_allclose(found[0, 0].reshape(2, 2, 2), np.einsum("i,jk->ijk", a, m), atol=EXACT)
    assert set(found) == {(0, 0), (1, 0)}


def test_products_of_orthogonal_tensors_contract_any_number_of_indices():
    group = O(2)
    m, n = (draw(group, 2, 2, seed=seed) for seed in (0, 1))
    expected = {1: np.einsum("ij,kj->ik", m, n), 2: np.einsum("ij,ij", m, n)}
    for kind in products(((0, 0), (2, 0)), group, 10_000):
        if (kind.left, kind.right) == ((2, 0), (2, 0)):
            value = np.asarray(multiply(kind, m.reshape(1, 4), n.reshape(1, 4), group))[0]
            np.testing.assert_allclose(value, np.ravel(expected[kind.ups]), atol=EXACT)


@pytest.mark.parametrize("group", [SO(3), Lorentz(), Sp(1)], ids=str)
def test_the_factors_of_products_fill_the_size_they_are_given(group):
    types = tuple((term.p, term.q) for _, term in hidden_rep(group, 100)(group).blocks)
    for size in (20, 100, 400):
        found = products(types, group, size)
        used = sum(p.channels * (group.dim ** sum(p.left) + group.dim ** sum(p.right)) for p in found)
        assert size / 2 - 40 <= used <= size
        assert all(p.result in types for p in found) and len({p[:4] for p in found}) == len(found)


@pytest.mark.parametrize("group", [O(1), O(3), O(5), Lorentz(), Sp(2), U(3), S(4), GL(2)], ids=str)
@pytest.mark.parametrize("width", [1, 7, 64, 384])
def test_hidden_types_fill_the_width(group, width):
    rep = hidden_rep(group, width)
    assert rep(group).size == width and rep == hidden_rep(group, width)


def test_the_same_key_gives_the_same_model_and_another_another():
    one, same, other = (EMLP(2 * T(1), T(0), SO(3), width=8, depth=1, key=jr.key(seed)) for seed in (0, 0, 1))
    first, second, third = (jax.tree.leaves(model) for model in (one, same, other))
    assert all((a == b).all() for a, b in zip(first, second, strict=True))
    assert any((a != b).any() for a, b in zip(first, third, strict=True))


def test_the_precision_is_as_asked():
    model = EMLP(2 * T(1), T(0), SO(3), width=8, depth=1, dtype="float32", key=jr.key(0))
    assert {leaf.dtype.name for leaf in jax.tree.leaves((model.blocks, model.last))} == {"float32"}


def test_statistics_break_no_symmetry():
    group, rep_in = O(3), T(0) + 2 * T(1)
    model = EMLP(rep_in, T(0) + T(1), group, width=8, depth=1, key=jr.key(0))
    x = 100 * draw(group, 50, 7) + 30 * jnp.eye(7)[0]
    calibrated = model.calibrate(x, jnp.concatenate([x[:, :1], x[:, 1:4]], axis=1))
    assert not calibrated.inputs.mean.any() and not calibrated.outputs.mean[1:].any()
    assert float(calibrated.inputs.scale[0]) == pytest.approx(float(jnp.sqrt(jnp.mean(x[:, 0] ** 2))))
    shift, scale = (float(part[0]) for part in (calibrated.outputs.mean, calibrated.outputs.scale))
    assert (shift, scale) == pytest.approx((float(x[:, 0].mean()), float(x[:, 0].std())))
    assert len(set(np.asarray(calibrated.inputs.scale[1:]).tolist())) == 1
    assert error(calibrated, group, rep_in, T(0) + T(1), x=x[:8]) <= EXACT


@pytest.mark.parametrize("name", ["depth", "width"])
def test_sizes_below_one(name):
    with pytest.raises(ValueError, match=rf"`{name}` must be a whole number of at least 1\. Got 0\. Give more"):
        EMLP(2 * T(1), T(0), O(3), **{"width": 8, "depth": 1, name: 0}, key=jr.key(0))


def by_definition(layer, group, x):
    """M (B x ⋆ D x), product by product."""
    factors, kinds, start = layer.factors.matrix @ x + layer.factors.bias, {}, 0
    for copies, term in layer.factors.rep_out(group).blocks:
        kinds[term.p, term.q] = list(factors[start : start + copies * term.size].reshape(copies, term.size))
        start += copies * term.size
    results = {(term.p, term.q): [] for _, term in layer.mix.rep_in(group).blocks}
    for product in layer.products:
        left = jnp.stack([kinds[product.left].pop(0) for _ in range(product.channels)])
        right = jnp.stack([kinds[product.right].pop(0) for _ in range(product.channels)])
        value = multiply(product, left, right, group) / group.dim ** ((product.ups + product.downs) / 2)
        results[product.result].append(value.ravel())
    return layer.mix.matrix @ jnp.concatenate([part for found in results.values() for part in found])


@pytest.mark.parametrize("group", [SO(3), O(2), Lorentz(), SU(2)], ids=str)
def test_a_bilinear_layer_is_its_definition(group):
    rep = 3 * T(0) + 2 * T(1) + T(0, 1) + T(2) + T(1, 1)
    layer = randomised(Bilinear(2 * T(1) + T(0), rep, group, size=150, key=jr.key(0)))
    x = draw(group, (2 * T(1) + T(0))(group).size)
    assert any(product.ups + product.downs for product in layer.products)
    expected = by_definition(layer, group, x)
    np.testing.assert_allclose(jax.jit(lambda x: layer(x))(x), expected, atol=EXACT * float(np.abs(expected).max()))


def test_only_types_that_mix_are_multiplied():
    layer = EquivariantLinear(2 * T(0) + T(1) + T(2), T(1) + T(0) + 2 * T(3), O(3), bias=False, key=jr.key(0))
    assert [part for part, _ in layer.tall] == [((0, 2), (1,)), ((1,), (0, 2))]  # odd and even
    assert [matrix.shape for _, matrix in layer.tall] == [(57, 3), (1, 11)]


def test_parts_are_joined_along_any_path():
    rows = ((1, 0, 0), (0, 0, 0), (1, 1, 0), (0, 1, 0))
    found = parts(tuple(tuple(map(bool, row)) for row in rows))
    assert found == (((0, 2, 3), (0, 1)), ((1,), ()))


def test_bilinear_is_quadratic():
    layer = Bilinear(2 * T(1), T(0) + T(1), SO(3), size=40, key=jr.key(0))
    x = draw(SO(3), 6)
    np.testing.assert_allclose(layer(2 * x), 4 * layer(x), atol=EXACT)
    assert np.abs(layer(x)).max() > 1e-2
