"""The signs that SO⁺(1,q) keeps: invariant, odd under time reversal, and smooth enough to learn from."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from scalaremlp.groups import SOp
from scalaremlp.reps import T
from scalaremlp.scalars import Invariants, orientations

from .oracles import draw, element

GROUP = SOp(1, 3)
run = jax.jit(orientations)
SETS = {
    "time-like": [[2.0, 1.0, 0, 0], [1.5, 0, 1.0, 0], [0, 0, 0, 1.0]],
    "space-like with time-like span": [[0.5, 1.0, 0, 0], [0.5, -1.0, 0, 0], [0.2, 0, 0, 1.0]],
    "time-like cross product": [[0.1, 1.0, 0, 0], [0, 0, 1.0, 0.3], [0, 0.2, 0, 1.0]],
}


@pytest.mark.parametrize("vectors", SETS.values(), ids=SETS)
def test_a_set_is_told_from_its_mirror_image_in_time(vectors):
    """The polynomials cannot: −1, and the reversal of time and one axis, have determinant 1 and keep all products."""
    v = jnp.array(vectors)
    assert np.abs(run(v)).max() > 0.1
    assert np.allclose(run(-v), -run(v), rtol=0, atol=1e-14)
    assert np.allclose(run(v * jnp.array([-1.0, -1, 1, 1])), -run(v), rtol=0, atol=1e-14)
    for seed in range(5):
        assert np.allclose(run(v @ element(GROUP, seed).T), run(v), rtol=1e-11, atol=1e-11)


def test_one_vector_is_its_square_with_the_sign_of_its_time():
    for vector, value in (([2.0, 1, 1, 0], 2.0), ([-2.0, 1, 1, 0], -2.0), ([1.0, 1, 1, 0], 0.0), ([1.0, 1, 0, 0], 0.0)):
        assert float(orientations(jnp.array([vector]))[0]) == pytest.approx(value)


def test_energies_for_the_observer_along_the_eigenvector():
    """Against the definition, with NumPy: sign(u⁰) λ cᵢ with u = Σ cᵢ vᵢ."""
    eta = np.diag([1.0, -1, -1, -1])
    for seed in range(8):
        v = draw(GROUP, 3, 4, seed=seed)
        values, vectors = np.linalg.eigh(v @ eta @ v.T)
        c, largest = vectors[:, -1], max(values[-1], 0.0)
        assert np.allclose(run(jnp.asarray(v))[:3], np.sign(c @ v[:, 0]) * largest * c, atol=1e-12)
        n = np.array([np.linalg.det(np.stack([*v, e])) for e in np.eye(4)])
        assert float(run(jnp.asarray(v))[3]) == pytest.approx(np.sign(n[0]) * max(n @ eta @ n, 0.0), abs=1e-12)


def test_derivatives_are_those_of_the_function():
    slope = jax.jit(lambda v, change: jax.jvp(orientations, (v,), (change,))[1])
    for name, vectors in SETS.items():
        v, change = jnp.array(vectors), jnp.asarray(draw(GROUP, 3, 4, seed=1))
        step = 1e-6
        difference = (run(v + step * change) - run(v - step * change)) / (2 * step)
        assert np.allclose(slope(v, change), difference, rtol=1e-6, atol=1e-7), name


def test_they_are_the_last_of_the_invariants_and_go_with_a_cut_in_degree():
    phi = Invariants(3 * T(1), GROUP)
    assert phi.names[-4:] == ["τ(x1)", "τ(x2)", "τ(x3)", "τ[x1,x2,x3]"]
    x = draw(GROUP, 12)
    assert np.allclose(phi(jnp.asarray(x))[-4:], run(jnp.asarray(x.reshape(3, 4))))
    with pytest.warns(UserWarning, match="degree=4 drops orientations"):
        assert not any("τ" in name for name in Invariants(3 * T(1), GROUP, degree=4).names)


def test_single_precision_stays():
    vectors = jax.ShapeDtypeStruct((3, 4), np.float32)
    assert jax.eval_shape(orientations, vectors).dtype == np.float32
