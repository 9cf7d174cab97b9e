"""The laws are equivariant, and drawn row by row."""

import jax.random as jr
import numpy as np
import pytest
from benchmarks.laws import EXTRAS, LAWS, OMEGA, law


@pytest.mark.parametrize("name", LAWS)
def test_a_law_is_equivariant(name):
    chosen = LAWS[name]
    x, rep_out = chosen.inputs(20, seed=1), chosen.rep_out(chosen.group)
    for g in np.asarray(chosen.group.sample(jr.key(0), 8)):
        expected = chosen.outputs(x) @ np.asarray(rep_out.rho(g)).T
        size = np.linalg.norm(rep_out.rho(g), 2) * np.abs(expected).max()
        np.testing.assert_allclose(chosen.outputs(x @ g.T), expected, rtol=0, atol=1e-12 * size)


@pytest.mark.parametrize("name", LAWS)
def test_a_law_is_drawn_as_specified(name):
    chosen, data = LAWS[name], law(name, 4, seed=100)
    dim = chosen.group.dim
    rng = np.random.default_rng(100)
    x = chosen.scale * rng.standard_normal((4, 3, dim))
    if name == "spinor":
        x = x + 1j / np.sqrt(2) * rng.standard_normal((4, 3, 2))
    np.testing.assert_allclose(data.x, x.reshape(4, 3 * dim), rtol=1e-15)
    assert (len(data), data.y.shape[1]) == (4, chosen.rep_out(chosen.group).size)


def test_values_computed_by_hand():
    a, b, c = np.eye(3)
    by_hand = {
        "central": (a - b) / 3**1.5 + c,
        "twist": np.tanh(1.0) * c,
        "stress": ((np.outer(a, b) + np.outer(b, a)) / 2 + np.eye(3)).ravel(),
    }
    for name, expected in by_hand.items():
        np.testing.assert_allclose(LAWS[name].outputs(np.stack([a, b, c])[None])[0], expected, atol=1e-15)
    t, z, _, _ = np.eye(4)
    forms = {
        "scatter": (t, t + z, z, [0.5 + np.exp(-1.0)]),
        "current": (t, t + z, z, np.pi / 4 * z + t / 2),
        "flow": (np.eye(4)[0], np.eye(4)[2], np.eye(4)[1], np.tanh(1.0) * np.eye(4)[1] + np.eye(4)[0]),
    }
    for name, (*vectors, expected) in forms.items():
        np.testing.assert_allclose(LAWS[name].outputs(np.stack(vectors)[None])[0], expected, atol=1e-15)
    up, down = np.eye(2)
    value = LAWS["spinor"].outputs(np.stack([up, 1j * up + down, 1j * down])[None])[0]
    np.testing.assert_allclose(value, np.exp(-1) * 1j * down + (1j * up + down) / 2, atol=1e-15)


def test_softened_coulomb():
    data = law("coulomb", 5, seed=100)
    rng = np.random.default_rng(100)
    q, places = rng.uniform(0.5, 2, (5, 2)), 1.5 * rng.standard_normal((5, 2, 3))
    np.testing.assert_array_equal(data.x, np.concatenate([q, places.reshape(5, 6)], axis=1))
    by_hand = EXTRAS["coulomb"].outputs(np.array([[2.0, 0.5, 3.0, 0, 0, 1.0, 0, 0]]))
    np.testing.assert_allclose(by_hand, [[2 / 4.3**1.5, 0, 0]], rtol=1e-15)
    rep_in, rep_out = data.rep_in(data.group), data.rep_out(data.group)
    for g in np.asarray(data.group.sample(jr.key(0), 8)):
        turned = EXTRAS["coulomb"].outputs(np.asarray(data.x) @ np.asarray(rep_in.rho(g)).T)
        np.testing.assert_allclose(turned, np.asarray(data.y) @ np.asarray(rep_out.rho(g)).T, rtol=0, atol=1e-13)


def test_the_symplectic_form():
    np.testing.assert_array_equal(OMEGA, [[0, 0, 1, 0], [0, 0, 0, 1], [-1, 0, 0, 0], [0, -1, 0, 0]])
