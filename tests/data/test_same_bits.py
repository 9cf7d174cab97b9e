"""The published tasks are drawn by few programs, and keep the bits of their first form, operation by operation."""

import jax
import jax.numpy as jnp
import jax.random as jr
import numpy as np
import pytest
from programs import compiled

from scalaremlp.data import DATASETS


def o5(n, key):
    x = jr.normal(key, (n, 2, 5))
    first, second = jnp.linalg.norm(x, axis=-1).T
    cosine = jnp.sum(x[:, 0] * x[:, 1], axis=-1) / (first * second)
    y = jnp.sin(first) - second**3 / 2 + cosine
    return x.reshape(n, 10), y[:, None]


def inertia(n, key):
    mass_key, position_key = jr.split(key)
    masses = jax.nn.softplus(jr.normal(mass_key, (n, 5)))
    positions = jr.normal(position_key, (n, 5, 3))
    second_moment = jnp.einsum("ni,nia,nib->nab", masses, positions, positions)
    y = jnp.trace(second_moment, axis1=1, axis2=2)[:, None, None] * jnp.eye(3) - second_moment
    return jnp.concatenate([masses, positions.reshape(n, 15)], axis=1), y.reshape(n, 9)


def particle(n, key):
    p = jr.normal(key, (n, 4, 4)) / 4
    signs = jnp.array([1.0, -1.0, -1.0, -1.0])
    products = jnp.einsum("nia,a,nja->nij", p, signs, p)
    lowered = p * signs
    electron = jnp.einsum("na,nb->nab", p[:, 0], p[:, 2])
    electron -= (products[:, 0, 2] - products[:, 0, 0])[:, None, None] * jnp.diag(signs)
    muon = jnp.einsum("na,nb->nab", lowered[:, 1], lowered[:, 3])
    muon -= (products[:, 1, 3] - products[:, 1, 1])[:, None, None] * jnp.diag(signs)
    y = 4 * jnp.einsum("nab,nab->n", electron, muon)
    return p.reshape(n, 16), y[:, None]


@pytest.mark.parametrize("n", [1, 7, 100, 1000, 5000])
@pytest.mark.parametrize("law", [o5, inertia, particle], ids=lambda law: law.__name__)
def test_the_samples_are_the_same_to_the_bit(law, n):
    for seed in range(3):
        data, (x, y) = DATASETS[law.__name__](n, key=jr.key(seed)), law(n, jr.key(seed))
        assert np.asarray(data.x).tobytes() == np.asarray(x).tobytes()
        assert np.asarray(data.y).tobytes() == np.asarray(y).tobytes()


@pytest.mark.parametrize("name, most", [("o5", 4), ("inertia", 6), ("particle", 3)])
def test_by_few_programs(name, most, key):
    """The draw and what NumPy does not compute to the same bits."""
    with compiled() as names:
        DATASETS[name](50, key=key)
    assert 0 < len(names) <= most, names


def test_another_number_of_samples_is_drawn_by_the_same_program(key):
    with compiled() as names:
        DATASETS["o5"](50, key=key)
        DATASETS["o5"](60, key=key)
    assert sum("normal" in name for name in names) == 1
