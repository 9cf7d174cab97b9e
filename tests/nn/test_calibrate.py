"""Calibration brings scalars to mean 0 and deviation 1, and covariants to the size of the output, without a trace."""

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

import scalaremlp as se
from scalaremlp.groups import GL, Lorentz, O, SO2eR3, Sp, U
from scalaremlp.measure import predict
from scalaremlp.nn import MLP, ScalarMLP
from scalaremlp.nn._moments import Moments
from scalaremlp.reps import T

from .models import draw, parameters, random_model

EXACT = 1e-12
MODEL = 1e-10
SOURCE = 2 * T(0) + 2 * T(1)
TARGET = T(0) + 2 * T(1) + T(2)
SAMPLES = 40
CASES = [(O(3), False), (U(2), False), (O(3), True), (SO2eR3(), False), (Sp(1), True)]
QUICK = CASES[1:3]
over_cases = pytest.mark.parametrize(
    "group, permutation", [c if c in QUICK else pytest.param(*c, marks=pytest.mark.slow) for c in CASES], ids=str
)


SIZES = (5.0, 300.0, 1e-7, 0.0)  # of the copies of tensors in TARGET, about what is invariant of their mean


def data(group):
    """Inputs that are neither centred nor of order one, and outputs whose terms have the sizes above."""
    x = 7 * draw(group, SAMPLES, SOURCE(group).size) + 3
    y = np.array(draw(group, SAMPLES, TARGET(group).size, seed=1))
    start = 0
    for (multiplicity, term), sizes in zip(TARGET(group).blocks, (SIZES[:1], SIZES[1:3], SIZES[3:]), strict=True):
        basis = np.asarray(term.equivariant_basis().to_dense())
        for size in sizes:
            part = slice(start, start + term.size)
            mean = basis @ (basis.conj().T @ y[:, part].mean(axis=0))
            root = np.sqrt((np.abs(y[:, part] - mean) ** 2).sum(axis=1).mean())
            y[:, part] *= size / root
            start = part.stop
        assert len(sizes) == multiplicity
    return x, jnp.asarray(y)


def parts(model):
    """What calibration sets: families of scalars and covariants, the inputs of each, and which covariants are used."""
    if model.permutation:
        return [(t, t.members, t.chosen) for t in model.body.tuples]
    return [(model.body, lambda x: x[None], np.arange(model.body.covariants.size))]


@over_cases
def test_statistics(group, permutation):
    model = random_model(group, SOURCE, TARGET, permutation=permutation)
    x, y = data(group)
    calibrated = model.calibrate(x, y)
    for part, members, chosen in parts(calibrated):
        inputs = np.concatenate(jax.jit(jax.vmap(members))(x))
        if part.features is not None:
            scalars = jax.jit(jax.vmap(lambda one, part=part: part.scalars(part.features(one))))(inputs)
            assert np.abs(scalars.mean(axis=0)).max() <= 1e-10
            assert np.abs(scalars.std(axis=0) - 1).max() <= 1e-10
        tensors = jax.jit(jax.vmap(part.covariants))(inputs)[:, chosen]
        size = np.sqrt((np.abs(tensors) ** 2).sum(axis=2).mean(axis=0)) / part.sizes.scale
        copies = part.covariants.copy_numbers[chosen]
        wanted = np.where(np.array(SIZES) > 0, SIZES, 1.0)[copies]  # 1 where the output is zero
        assert np.abs(size / wanted - 1).max(initial=0) <= 1e-10
    if permutation:
        moments = pooled(calibrated, x)
        deviation = moments.std(axis=0)
        cancels = deviation <= 1e-9  # the mean of ω(x, y) over ordered pairs
        assert np.abs(moments.mean(axis=0)).max() <= 1e-9 and np.abs(deviation[~cancels] - 1).max() <= 1e-9
        assert cancels.any() == (group == Sp(1))


def pooled(model, x):
    """The standardised means over particles and over pairs of the scalars and of their products."""

    def means(values):
        first, second = np.triu_indices(values.shape[-1])
        return jnp.concatenate([values, values[:, first] * values[:, second]], axis=1).mean(axis=0)

    def one(x):
        found = [means(t.values(x)) for t in model.body.tuples[1:3]]
        return model.body.moments(jnp.concatenate(found))

    return jax.jit(jax.vmap(one))(x)


@over_cases
def test_parameters_stay_and_symmetry_too(group, permutation):
    model = random_model(group, SOURCE, TARGET, permutation=permutation)
    x, y = data(group)
    calibrated = model.calibrate(x, y)
    assert eqx.tree_equal(parameters(model), parameters(calibrated))
    assert jax.tree.structure(model) == jax.tree.structure(calibrated)
    error = se.equivariance_error(
        calibrated, SOURCE, TARGET, group, key=jr.key(1), x=np.asarray(x[:8]), elements=8, permutations=permutation
    )
    assert error <= MODEL


def test_without_outputs_covariants_have_size_one():
    group = U(2)
    model = random_model(group, SOURCE, TARGET)
    x, _ = data(group)
    calibrated = model.calibrate(x).body
    tensors = jax.jit(jax.vmap(calibrated.covariants))(x)
    size = np.sqrt((np.abs(tensors) ** 2).sum(axis=2).mean(axis=0)) / calibrated.sizes.scale
    assert np.abs(size - 1).max() <= 1e-10


@pytest.mark.parametrize("permutation", [False, pytest.param(True, marks=pytest.mark.slow)])
def test_scalars_and_covariants_that_do_not_vary(permutation):
    """A mass that is the same in all samples, and vectors that are zero: nothing is divided by zero."""
    model = random_model(O(3), SOURCE, TARGET, permutation=permutation)
    x = draw(O(3), SAMPLES, 8).at[:, :2].set(2.5).at[:, 2:].set(0.0)
    calibrated = model.calibrate(x, jnp.zeros((SAMPLES, TARGET(O(3)).size)))
    assert all(np.isfinite(array).all() for array in jax.tree.leaves(eqx.filter(calibrated, eqx.is_array)))
    for part, _, _ in parts(calibrated):
        assert (np.asarray(part.scalars.scale) == 1).all()
    assert np.isfinite(predict(calibrated, draw(O(3), 3, 8, seed=2))).all()


@pytest.mark.parametrize("value", [0.1, 123456.1, 1e-30], ids=str)
def test_a_constant_has_scale_one(value):
    """Beside a number that varies, and whatever the rounding of its mean."""
    moments = Moments.of(jnp.stack([jnp.full(7, value), jnp.arange(7.0)], axis=1), jnp.array([value, 7.0]))
    assert np.asarray(moments.scale).tolist() == [1.0, 2.0]


def test_rounding_is_no_variation():
    """The squares of light-like momenta are zero up to rounding, which calibration must not bring to order one."""
    space = np.asarray(draw(O(3), SAMPLES, 2, 3))
    energy = np.linalg.norm(space, axis=-1, keepdims=True)
    x = np.concatenate([energy, space], axis=-1).reshape(SAMPLES, 8)
    model = random_model(Lorentz(), 2 * T(1), T(0) + T(1)).calibrate(jnp.asarray(x))
    assert se.equivariance_error(model, 2 * T(1), T(0) + T(1), Lorentz(), key=jr.key(1), x=x, elements=8) <= MODEL


def test_units_do_not_matter():
    """Numbers of any size that vary are brought to order one: masses in kilograms, distances in parsecs."""
    values = jnp.stack([1e-27 * jnp.arange(7.0), jnp.arange(7.0), 1e16 * jnp.arange(7.0)], axis=1)
    standard = jax.vmap(Moments.of(values, values.max(axis=0)))(values)
    assert np.abs(standard.std(axis=0) - 1).max() <= EXACT
    sizes = Moments.sizes(values**2, values.max(axis=0) ** 2)
    assert np.abs(np.sqrt(((values / sizes.scale) ** 2).mean(axis=0)) - 1).max() <= EXACT


@pytest.mark.parametrize("permutation", [False, True])
def test_no_scalars_to_calibrate(permutation):
    """A covector alone has no invariants under GL(2)."""
    model = ScalarMLP(T(0, 1), T(0, 1), GL(2), width=4, depth=1, permutation=permutation, key=jr.key(0))
    x = draw(GL(2), 5, 2)
    assert np.isfinite(predict(model.calibrate(x, 3 * x), x)).all()


@pytest.mark.parametrize("group", [U(2), pytest.param(O(3), marks=pytest.mark.slow)], ids=str)
def test_mlp_standardises_its_inputs_and_outputs(group):
    model = MLP(SOURCE, TARGET, group, width=8, depth=1, key=jr.key(0))
    x, y = data(group)
    y = y + 11
    calibrated = model.calibrate(x, y)
    real = (lambda a: np.concatenate([a.real, a.imag], axis=1)) if group == U(2) else np.asarray
    inputs = jax.vmap(calibrated.inputs)(real(x))
    assert np.abs(inputs.mean(axis=0)).max() <= 1e-10 and np.abs(inputs.std(axis=0) - 1).max() <= 1e-10
    assert np.abs(calibrated.outputs.mean - real(y).mean(axis=0)).max() <= 1e-10
    deviation = real(y).std(axis=0)
    wanted = np.where(deviation > 1e-9, deviation, 1.0)
    assert np.abs(calibrated.outputs.scale / wanted - 1).max() <= 1e-10
    inside = np.asarray(jax.vmap(lambda one: calibrated.layers(calibrated.inputs(one)))(real(x)))
    got = real(np.asarray(jax.jit(jax.vmap(calibrated))(x)))
    assert np.abs(got - (inside * wanted + real(y).mean(axis=0))).max() <= 1e-10 * np.abs(got).max()
    assert eqx.tree_equal(model.calibrate(x).outputs, model.outputs)
    assert eqx.tree_equal(parameters(model), parameters(calibrated))


@pytest.mark.parametrize("permutation", [False, True])
def test_outputs_are_shifted_by_what_is_invariant(permutation):
    """A model at its start answers the mean of T(0), the trace of the mean of T(2), and zero for T(1)."""
    model = ScalarMLP(SOURCE, TARGET, O(3), width=4, depth=1, permutation=permutation, key=jr.key(0))
    x = draw(O(3), SAMPLES, SOURCE(O(3)).size)
    y = 1e6 + draw(O(3), SAMPLES, TARGET(O(3)).size, seed=1)
    start = np.asarray(jax.jit(jax.vmap(model.calibrate(x, y)))(x))
    mean = np.asarray(y).mean(axis=0)
    wanted = np.concatenate([mean[:1], np.zeros(6), mean[7:].reshape(3, 3).trace() / 3 * np.eye(3).ravel()])
    assert np.abs(start - wanted).max() <= 1e-8
    assert model.calibrate(x).body.offset.mean.tolist() == np.zeros(16).tolist()


def test_complex_outputs_are_shifted():
    x, y = draw(U(2), SAMPLES, 4), 300j + draw(U(2), SAMPLES, 1, seed=1)
    model = ScalarMLP(2 * T(1), T(0), U(2), width=4, depth=1, key=jr.key(0)).calibrate(x, y)
    assert abs(model(x[0])[0] - y.mean()) <= 1e-10


@pytest.mark.parametrize("permutation", [False, True])
@pytest.mark.parametrize("unit", [1e-150, 1e-31, 1e150])
def test_extreme_inputs(unit, permutation):
    """In other units the same function, also where squares of the inputs leave the range of the numbers."""
    model = random_model(O(3), SOURCE, TARGET, permutation=permutation)
    x, y = data(O(3))
    units = np.concatenate([np.full(2, unit**0.5), np.full(6, unit)])
    calibrated = model.calibrate(jnp.asarray(units) * x, y)
    assert np.abs(predict(calibrated, units * x) / predict(model.calibrate(x, y), x) - 1).max() <= 1e-6
    assert model.calibrate(x, y).inputs is None


def test_extreme_scalars_beside_each_other():
    x = np.asarray(draw(O(3), SAMPLES, 2)) * [1e-150, 1e150]
    model = random_model(O(3), 2 * T(0), T(0))
    alone = model.calibrate(jnp.asarray(x / [1e-150, 1e150]), jnp.ones((SAMPLES, 1)))
    calibrated = model.calibrate(jnp.asarray(x), jnp.ones((SAMPLES, 1)))
    np.testing.assert_allclose(predict(calibrated, x), predict(alone, x / [1e-150, 1e150]), rtol=1e-9)


@pytest.mark.parametrize("permutation", [False, True])
def test_the_first_version_did_not_shift(permutation):
    """A fit that it began goes on as it did: one size for each block, the mean included, and no shift."""
    x, y = draw(O(3), SAMPLES, SOURCE(O(3)).size), 5 + draw(O(3), SAMPLES, TARGET(O(3)).size, seed=1)
    model = random_model(O(3), SOURCE, TARGET, permutation=permutation)
    old, plain = model.calibrate_unshifted(x, y), model.calibrate(x)
    assert old.body.offset is None
    every = (slice(1), slice(1, 7), slice(7, 16))
    blocks = [np.sqrt((np.asarray(y)[:, part] ** 2).sum(axis=1).mean()) for part in every]
    for (one, _, chosen), (other, _, _) in zip(parts(old), parts(plain), strict=True):
        unit = np.array(blocks)[one.covariants.block[chosen]]
        np.testing.assert_allclose(other.sizes.scale / one.sizes.scale, unit, rtol=1e-12)
