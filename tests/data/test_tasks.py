"""The synthetic tasks follow their laws, checked against slow and explicit forms of them."""

import json
from functools import cache
from importlib.resources import files

import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest

from scalaremlp.data import DATASETS
from scalaremlp.groups import Lorentz, O
from scalaremlp.reps import Alt, Sym, Sym0, Symmetric, T

from .tensor_laws import TENSOR_LAWS

EXACT = 1e-12
TYPES = {
    "o5": (2 * T(1), T(0), O(5), False),
    "inertia": (5 * T(0) + 5 * T(1), T(2), O(3), True),
    "particle": (4 * T(1), T(0), Lorentz(), False),
    "neo_hookean": (Sym(2), Sym(2), O(3), False),
    "fibre": (Sym(2) + T(1), Sym(2), O(3), False),
    "fibre_energy": (Sym(2) + T(1), T(0), O(3), False),
    "reynolds": (Sym0(2) + Alt(2), Sym0(2), O(3), False),
    "magnetic": (2 * T(1) + Alt(2), T(1), O(3), False),
    "polarisability": (3 * T(0) + 3 * T(1), Sym(2), O(3), True),
    "elasticity": (Symmetric(T(4), "ijkl=jikl=klij"), 2 * T(0), O(3), False),
}
PUBLISHED = ("o5", "inertia", "particle")  # with a variance that takes many samples to see


@cache
def large(name, seed=0):
    """One number of samples of a task for all tests, so that each is compiled once."""
    return DATASETS[name](200_000 if name in PUBLISHED else 4000, key=jr.key(seed))


@pytest.mark.parametrize("name", DATASETS)
def test_contract(name):
    data = large(name)
    assert (data.rep_in, data.rep_out, data.group, data.permutations) == TYPES[name]
    assert DATASETS[name].permutations == data.permutations, "known before a sample is drawn"
    assert data.name == name and len(data) >= 4000 and data.x.dtype == jnp.float64
    again, other = large.__wrapped__(name), large(name, seed=1)
    np.testing.assert_array_equal(data.x, again.x)
    assert np.mean(np.asarray(data.x) == np.asarray(other.x)) < 1e-5


@pytest.mark.parametrize("name", DATASETS)
def test_symmetry(name):
    """y(ρ(g) x) = ρ(g) y(x): the group of a data set is a symmetry of its law."""
    data = large(name)[:20]
    law = LAWS[name]
    for g in np.asarray(data.group.sample(jr.key(1), 5)):
        moved = np.asarray(data.x) @ np.asarray(data.rep_in(data.group).rho(g)).T
        expected = np.asarray(data.y) @ np.asarray(data.rep_out(data.group).rho(g)).T
        np.testing.assert_allclose([law(x) for x in moved], expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("n", [0, -3])
@pytest.mark.parametrize("name", DATASETS)
def test_number_of_samples(name, n, key):
    with pytest.raises(ValueError, match=rf"`n` must be a whole number of at least 1\. Got {n}\. Try 1000"):
        DATASETS[name](n, key=key)


def o5_law(x):
    a, b = x[:5], x[5:]
    lengths = [sum(c * c for c in v) ** 0.5 for v in (a, b)]
    cosine = sum(p * q for p, q in zip(a, b, strict=True)) / (lengths[0] * lengths[1])
    return [np.sin(lengths[0]) - lengths[1] ** 3 / 2 + cosine]


def inertia_law(x):
    total = np.zeros((3, 3))
    for i in range(5):
        r = x[5 + 3 * i : 8 + 3 * i]
        for a in range(3):
            for b in range(3):
                total[a, b] += x[i] * ((r @ r if a == b else 0.0) - r[a] * r[b])
    return total.ravel()


def particle_law(x):
    eta = [[(1 if m == 0 else -1) if m == n else 0 for n in range(4)] for m in range(4)]
    p1, p2, p3, p4 = x.reshape(4, 4)

    def dot(a, b):
        return sum(eta[m][n] * a[m] * b[n] for m in range(4) for n in range(4))

    def lower(a):
        return [sum(eta[m][n] * a[n] for n in range(4)) for m in range(4)]

    total = 0.0
    for m in range(4):
        for n in range(4):
            upper = p1[m] * p3[n] - (dot(p1, p3) - dot(p1, p1)) * eta[m][n]
            total += upper * (lower(p2)[m] * lower(p4)[n] - (dot(p2, p4) - dot(p2, p2)) * eta[m][n])
    return [4 * total]


LAWS = {"o5": o5_law, "inertia": inertia_law, "particle": particle_law, **TENSOR_LAWS}


@pytest.mark.parametrize("name", DATASETS)
def test_law(name):
    data, law = large(name)[:20], LAWS[name]
    np.testing.assert_allclose(data.y, [law(x) for x in np.asarray(data.x)], rtol=EXACT, atol=EXACT)


@pytest.mark.parametrize("name, published", [("o5", "o5"), ("inertia", "inertia_per_entry"), ("particle", "particle")])
def test_target_variance(name, published):
    """The published variances come from a sample (the exact one of inertia is 11.02), and so does this one."""
    figures = json.loads((files("scalaremlp") / "published.json").read_text(encoding="utf-8"))
    expected = figures["regression_test_mse"]["target_variance"][published]
    variance = np.var(large(name).y, axis=0).mean()
    assert variance == pytest.approx(expected, rel=0.02)


def test_input_distributions():
    assert np.std(large("o5").x) == pytest.approx(1, rel=0.01)
    assert np.std(large("particle").x) == pytest.approx(0.25, rel=0.01)
    masses, positions = TYPES["inertia"][0](O(3)).split(np.asarray(large("inertia").x))
    assert np.std(positions) == pytest.approx(1, rel=0.01)
    undone = np.log(np.expm1(masses))  # the inverse of softplus
    assert float(jnp.mean(undone)) == pytest.approx(0, abs=0.01) and float(jnp.std(undone)) == pytest.approx(
        1, rel=0.01
    )
    correlation = np.corrcoef(np.concatenate([undone, positions.reshape(-1, 15)], axis=1).T)
    assert np.abs(correlation - np.eye(20)).max() < 0.02


def test_reynolds_in_a_plane_flow():
    """The published closed form of flows in a plane, which the three-dimensional equation has to give."""
    rep_in, rep_out, group, _ = TYPES["reynolds"]
    strain = np.array([[0.2, 0.1, 0], [0.1, -0.2, 0], [0, 0, 0]])
    rotation = np.array([[0, 0.3, 0], [-0.3, 0, 0], [0, 0, 0]])
    eta, xi = np.trace(strain @ strain), -np.trace(rotation @ rotation)
    expected = strain + strain @ rotation - rotation @ strain - 2 * (strain @ strain - eta / 3 * np.eye(3))
    expected *= -3 / (3 - 2 * eta + 6 * xi)
    found = LAWS["reynolds"](rep_in(group).merge([strain[None], rotation[None]]))
    np.testing.assert_allclose(rep_out(group).split(found)[0][0], expected, atol=1e-14)


def test_stress_of_the_fibres_is_the_gradient_of_their_energy(key):
    """Samples of one key have the same inputs, so that the two tasks are one material."""
    np.testing.assert_array_equal(DATASETS["fibre"](4000, key=key).x, DATASETS["fibre_energy"](4000, key=key).x)


def test_polarisability_of_two_far_atoms_is_that_of_silberstein():
    """α∥ = 2α/(1 − 2α/r³) along the axis, α⊥ = 2α/(1 + α/r³) across it; a third atom is away."""
    x = np.concatenate([np.ones(3), [0, 0, 0], [0, 0, 4], [1e6, 0, 0]])
    found = TYPES["polarisability"][1](O(3)).split(np.asarray(LAWS["polarisability"](x)))[0][0]
    across, along = 2 / (1 + 4.0**-3) + 1, 2 / (1 - 2 * 4.0**-3) + 1
    np.testing.assert_allclose(np.diag(found), [across, across, along], rtol=1e-8)
