"""The contract of every model of the library, by its registered name: one table, one row a model."""

import os
import subprocess
import sys
from fractions import Fraction
from functools import cache
from typing import Any, NamedTuple

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

import scalaremlp as se
from scalaremlp import AbstractModel, Types, _registry
from scalaremlp._model import as_model, check_key, check_types
from scalaremlp.groups import Group, O
from scalaremlp.laws import Law
from scalaremlp.laws._expression import Constant, Named, Product
from scalaremlp.nn import EMLP, MLP, Augmented, BareScalarMLP, Dimensionless, ScalarGP, ScalarMLP, ScalarPolynomial
from scalaremlp.pendulum import Pendulum
from scalaremlp.pendulum._radial import RadialScalars
from scalaremlp.reps import T
from scalaremlp.scalars import learned

from .models import draw

TYPES = 2 * T(0) + 2 * T(1), T(0) + T(1), O(3)
SIZE_IN = 8
SMALL = {"width": 6, "depth": 1}


class Row(NamedTuple):
    """How a small model is made from a key, its symmetry, and how far from it rounding takes it."""

    make: Any
    symmetry: Group | None = O(3)
    exact: float = 1e-10
    particles: bool = False
    dtype: str = "float64"


def fitted_gp(key):
    x = jr.normal(key, (12, SIZE_IN))
    y = jnp.concatenate([jnp.sin(x[:, :1]), x[:, 2:5] * x[:, 1:2]], axis=1)
    return ScalarGP(*TYPES).fitted(x, y).model


def fitted_polynomial(key):
    x = jr.normal(key, (40, SIZE_IN))
    y = jnp.concatenate([x[:, :1] ** 2, x[:, 2:5] * x[:, 1:2]], axis=1)
    return ScalarPolynomial(*TYPES).fitted(x, y).model


LAW = ((0, Product(((Constant(0), Fraction(1)), (Named("<x1,x2>"), Fraction(1))))), (2, Constant(1)))
TABLE = {
    "ScalarMLP": [
        Row(lambda key: ScalarMLP(*TYPES, **SMALL, key=key)),
        Row(lambda key: ScalarMLP(*TYPES, **SMALL, permutation=True, key=key), particles=True),
        Row(lambda key: ScalarMLP(*TYPES, scalars="logs", **SMALL, key=key)),
        Row(lambda key: ScalarMLP(*TYPES, dependencies=((((0, 1),), (0, 1)), (((1, 1),), (2,))), **SMALL, key=key)),
    ],
    "ScalarGP": [Row(fitted_gp, exact=1e-8)],
    "ScalarPolynomial": [Row(fitted_polynomial)],
    "BareScalarMLP": [
        Row(lambda key: BareScalarMLP(*TYPES, **SMALL, dtype="float64", key=key)),
        Row(lambda key: BareScalarMLP(*TYPES, **SMALL, permutation=True, key=key), particles=True, exact=1e-4),
    ],
    "EMLP": [Row(lambda key: EMLP(*TYPES, **SMALL, key=key))],
    "MLP": [Row(lambda key: MLP(*TYPES, **SMALL, key=key), None)],
    "Augmented": [Row(lambda key: Augmented(MLP(*TYPES, **SMALL, key=key), *TYPES), None)],
    "Dimensionless": [
        Row(
            lambda key: Dimensionless(ScalarMLP(*TYPES, **SMALL, key=key), ["kg", "s", "m", "m"], ["kg m^2/s^2", "m/s"])
        ),
        Row(
            lambda key: Dimensionless(ScalarMLP(*TYPES, **SMALL, permutation=True, key=key), "m", "m^2"), particles=True
        ),
    ],
    "Law": [Row(lambda key: Law(jnp.array([2.0, 0.5]), *TYPES, LAW))],
    "RadialScalars": [Row(lambda key: RadialScalars(*TYPES, **SMALL, key=key))],
}
OTHERWISE = {"Pendulum"}  # models of other inputs; see tests/pendulum
over_models = pytest.mark.parametrize(
    "row", [pytest.param(row, id=f"{name}-{i}") for name, rows in TABLE.items() for i, row in enumerate(rows)]
)


@cache
def made(row):
    """A fit takes a second or more; models are values."""
    return row.make(jr.key(0))


def arrays_of(model):
    return [np.asarray(leaf) for leaf in jax.tree.leaves(eqx.filter(model, eqx.is_array))]


def test_the_table_is_complete():
    for name in se.nn.__all__:
        assert getattr(se.nn, name)  # and its file is loaded
    own = {name for name, kind in _registry._classes.items() if kind.__module__.startswith("scalaremlp.")}
    bases = {"TypedModel", "_Plain"}
    assert own - bases == {*TABLE, *OTHERWISE} and isinstance(Pendulum, type)


@over_models
def test_it_answers_every_question(row):
    model, x = made(row), jr.normal(jr.key(1), (9, SIZE_IN))
    assert isinstance(model, AbstractModel) and as_model(model) is model
    assert model.types == Types(*TYPES) and model.identical_particles is row.particles
    assert isinstance(model.summary, str) and isinstance(model.dependencies, dict)
    assert type(model.calibrate(x, jnp.ones((9, 4)))) is type(model)
    parameters = eqx.filter(model, learned(model))
    for labels in (model.parameter_groups(), model.linear_parameters()):
        assert len(jax.tree.leaves(labels)) == len(jax.tree.leaves(parameters))
    assert isinstance(model.alternatives(x, jnp.ones((9, 4))), list)


@over_models
def test_equivariance(row):
    model = made(row)
    if row.symmetry is not None:
        error = se.equivariance_error(model, *TYPES, key=jr.key(1), samples=8, elements=4)
        assert error <= row.exact


@over_models
def test_one_by_one_all_at_once_and_compiled(row):
    model, x = made(row), draw(O(3), 3, SIZE_IN)
    alone = np.stack([np.asarray(model(each)) for each in x])
    for together in (jax.vmap(model)(x), jax.jit(jax.vmap(model))(x), se.predict(model, x)):
        assert together.shape == alone.shape == (3, 4) and together.dtype == row.dtype
        assert np.abs(np.asarray(together) - alone).max() <= max(row.exact, 1e-12) * max(1, np.abs(alone).max())


@over_models
def test_gradients_are_finite_at_zero_and_where_vectors_are_alike(row):
    model = made(row)
    values, rest = eqx.partition(model, learned(model))
    zero, alike = jnp.zeros(SIZE_IN), jnp.concatenate([jnp.ones(2), jnp.tile(jnp.arange(3.0), 2)])

    @jax.jit
    def gradients(values, x):
        return jax.grad(lambda v, x: jnp.sum(eqx.combine(v, rest)(x) ** 2), (0, 1))(values, x)

    for x in (zero, alike):
        assert all(np.isfinite(array).all() for array in jax.tree.leaves(gradients(values, x)))


@over_models
def test_saved_and_loaded_to_the_bit(row, tmp_path):
    model = made(row)
    se.save(tmp_path, model)
    loaded = se.load(tmp_path)
    assert type(loaded) is type(model) and jax.tree.structure(loaded) == jax.tree.structure(model)
    assert all(a.tobytes() == b.tobytes() for a, b in zip(arrays_of(loaded), arrays_of(model), strict=True))
    assert se.train.read_config(tmp_path)["class"] in TABLE


@over_models
def test_equal_types_are_traced_once(row):
    traces = []

    @eqx.filter_jit
    def run(model, x):
        traces.append(1)
        return model(x)

    same = type(made(row)).from_config(made(row).config())
    for model in (made(row), same):
        run(model, jnp.ones(SIZE_IN))
    assert len(traces) == 1


TWO_DEVICES = """
import jax, jax.numpy as jnp, jax.random as jr, numpy as np, equinox as eqx, scalaremlp as se
from jax.sharding import Mesh, NamedSharding, PartitionSpec
se.enable_x64()
from tests.nn.test_all_models import TABLE, SIZE_IN
devices = jax.devices()
assert len(devices) == 2
rows = NamedSharding(Mesh(np.array(devices), ("rows",)), PartitionSpec("rows"))
x = jr.normal(jr.key(1), (4, SIZE_IN))
for name, (row, *_) in TABLE.items():
    run = eqx.filter_jit(jax.vmap(row.make(jr.key(0))))
    apart, together = run(jax.device_put(x, rows)), run(x)
    assert len(apart.sharding.device_set) == 2, name
    assert np.allclose(apart, together, rtol=1e-10, atol=1e-12), name
"""


@pytest.mark.slow
def test_two_devices():
    environment = {**os.environ, "XLA_FLAGS": "--xla_force_host_platform_device_count=2"}
    subprocess.run([sys.executable, "-c", TWO_DEVICES], check=True, env=environment)


@over_models
def test_inputs_of_another_shape_are_refused(row):
    model = made(row)
    with pytest.raises((ValueError, TypeError), match=r"one input of size 8|shape|size"):
        model(jnp.zeros((2, SIZE_IN)))


@pytest.mark.parametrize(
    "given, said",
    [
        (
            ("2*T(1)", T(0), O(3)),
            r"`rep_in` must be a type\. Got '2\*T\(1\)'\. Write scalaremlp\.reps\.parse\('2\*T\(1\)'\)",
        ),
        ((T(1), 3, O(3)), r"`rep_out` must be a type\. Got 3\. Write it as T\(0\)"),
        ((T(1), T(0), "O(3)"), r"`group` must be a group\. Got 'O\(3\)'\. Write scalaremlp\.groups\.parse\('O\(3\)'\)"),
    ],
)
def test_what_is_no_type_and_no_key_is_refused_in_words(given, said):
    with pytest.raises(TypeError, match=said):
        check_types(*given)


def test_a_number_is_no_key():
    with pytest.raises(TypeError, match=r"`key` must be a random key of JAX\. Got 0\. Write jax\.random\.key\(0\)"):
        check_key(0)


def test_a_list_is_no_input():
    with pytest.raises(TypeError, match=r"an array of shape \(8,\)\. Got a list\. Write jax\.numpy\.array"):
        Types(*TYPES).check_one_input([0.0] * SIZE_IN)


class Duck(eqx.Module):
    """A user's module with some of the methods, and no `AbstractModel`."""

    weight: jax.Array
    permutation: bool = eqx.field(static=True, default=True)

    def __call__(self, x):
        return self.weight * x

    def calibrate(self, x, y=None):
        return Duck(jnp.asarray(7.0))


def test_a_callable_is_asked_what_it_can_answer():
    duck, plain = as_model(Duck(jnp.ones(()))), as_model(jnp.sin)
    x = jnp.ones((2, 1))
    assert float(duck.calibrate(x).weight) == 7 and float(duck.calibrate_unshifted(x, x).weight) == 7
    assert type(duck.calibrate(x)) is Duck and duck.identical_particles and not duck.takes_key
    assert plain.calibrate(x) is jnp.sin and plain.alternatives(x, x) == [] and plain.types is None
    assert plain.refined(None, key=jr.key(0)) is None and plain(0.0) == 0 and plain.summary == ""
