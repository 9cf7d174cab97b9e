"""Every kind of model by every kind of features: shapes, symmetry, statistics, saving."""

import equinox as eqx
import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

import scalaremlp as se
from scalaremlp.groups import DkeR3, O2eR3
from scalaremlp.pendulum import FEATURES, KINDS, Pendulum, first_inputs, samples, symmetry_error, vector_field
from scalaremlp.train._parameters import split_parameters

SMALL = {"width": 6, "depth": 1}


@pytest.fixture(scope="module")
def data():
    return samples(4, ntest=4, horizon=2.0, gravity=(0.5, 2.5), constants=(0.5, 1.5), cache=False)


@eqx.filter_jit
def over(function, *arrays):
    return jax.vmap(function)(*arrays)


def every(test):
    for name, values in (
        ("kind", KINDS),
        ("features", FEATURES),
        ("constants", [False, pytest.param(True, marks=pytest.mark.slow)]),
    ):
        test = pytest.mark.parametrize(name, values)(test)
    return test


def drawn(model):
    """With random parameters: some of a new model are zero."""
    parameters, rest = split_parameters(model)
    keys = iter(jr.split(jr.key(3), len(jax.tree.leaves(parameters))))
    return eqx.combine(jax.tree.map(lambda p: p + 0.3 * jr.normal(next(keys), p.shape), parameters), rest)


@every
def test_contract(kind, features, constants, data, tmp_path):
    model = drawn(Pendulum(kind, features, constants=constants, key=jr.key(0), **SMALL).calibrated_for(data.train))
    z, parameters = data.test.z[:, 0], data.test.parameters
    values = over(model, z, parameters)
    assert values.shape == (4, KINDS[kind](model.group).size)
    assert over(vector_field(model), z, parameters).shape == (4, 12)
    error = symmetry_error(model, first_inputs(data.test), key=jr.key(1))
    assert error > 1e-3 if features == "mlp" else error < 1e-10
    changed = parameters.at[:, 0].add(0.1)
    assert bool((over(model, z, changed) != values).any()) == constants
    se.save(tmp_path, model)
    np.testing.assert_array_equal(over(se.load(tmp_path), z, parameters), values)


def test_the_true_hamiltonian_is_linear_in_the_scalars_with_norms():
    """As the docstring says; without norms it is not."""
    pieces = samples(40, ntest=4, horizon=2.0, cache=False)
    hamiltonian = se.dynamics.SpringPendulum(published_potential=True)
    z, parameters = (array.reshape(-1, size) for array, size in _flat(pieces.train))
    energy = over(hamiltonian, z, parameters)
    model = Pendulum("hnn", "scalars", key=jr.key(0))
    x = over(model.inputs, z, parameters)
    phi = se.scalars.Invariants(model.network.rep_in, model.network.group)
    for maps, least, most in ((phi, 1e-3, 1.0), (se.scalars.Concatenate(phi, se.scalars.Norms(phi)), 0.0, 1e-9)):
        columns = np.asarray(jnp.column_stack([over(maps, x), jnp.ones(len(x))]))
        rest = energy - columns @ np.linalg.lstsq(columns, np.asarray(energy), rcond=None)[0]
        assert least <= np.std(rest) / np.std(energy) <= most


def _flat(train):
    repeated = jnp.repeat(train.parameters[:, None], train.z.shape[1], axis=1)
    return (train.z, 12), (repeated, 9)


def test_groups_are_for_emlp():
    assert Pendulum("hnn", "emlp", key=jr.key(0), **SMALL).group == O2eR3()
    assert Pendulum("hnn", "emlp", group=DkeR3(6), key=jr.key(0), **SMALL).group == DkeR3(6)
    with pytest.raises(ValueError, match=r"for EMLP alone\. Got O2eR3\(\) for scalars\. Leave it out\."):
        Pendulum("hnn", "scalars", group=O2eR3(), key=jr.key(0))


@pytest.mark.parametrize("words", [("hmm", "scalars"), ("hnn", "vectors")])
def test_unknown_names(words):
    with pytest.raises(ValueError, match=r"must be one of .*\. Got '(hmm|vectors)'\. Start with (hnn|scalars)\."):
        Pendulum(*words, key=jr.key(0))
