"""Sums over many particles and pairs keep to a memory, and say what was not looked at."""

import tracemalloc

import jax.random as jr
import numpy as np
import pytest

import scalaremlp as se
from scalaremlp.groups import O
from scalaremlp.laws import _bodies, _of_data, _sums
from scalaremlp.laws._prepare import problems
from scalaremlp.reps import T


def coulomb(samples, particles, *, of_pairs=True):
    """Charges in the plane and half their energy; or, by the same, the sum of q² |x|²."""
    rng = np.random.default_rng(0)
    q, x = rng.uniform(1, 2, (samples, particles)), rng.normal(size=(samples, particles, 2))
    apart = np.linalg.norm(x[:, :, None] - x[:, None], axis=-1) + np.eye(particles)
    energy = (q[:, :, None] * q[:, None] / apart).sum((1, 2)) - (q * q).sum(1)
    y = energy / 2 if of_pairs else (q**2 * (x**2).sum(2)).sum(1)
    rep = particles * T(0) + particles * T(1)
    return se.data.Dataset(np.hstack([q, x.reshape(samples, -1)]), y[:, None], rep, T(0), O(2))


def test_a_dictionary_takes_little_memory_beside_itself(monkeypatch):
    (prepared,) = problems(coulomb(60, 16), np.zeros(60, bool), None, "pairs")
    tracemalloc.start()
    made = _sums.dictionary(prepared.problem, prepared.problem.table, 2000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert (
        made.columns.shape[1] > 1000 and peak < 500e6
    )  # at once they were 14400 rows x 2000 terms, four times: 0.9 GB
    monkeypatch.setattr(_sums, "_BLOCK", 200_000)
    again = _sums.dictionary(prepared.problem, prepared.problem.table, 2000)
    np.testing.assert_allclose(again.columns, made.columns, atol=1e-14)


def test_of_many_bodies_fewer_samples_are_searched(monkeypatch):
    monkeypatch.setattr(_of_data, "_MOST_BODIES", 200)
    law = se.laws.discover(coulomb(100, 5, of_pairs=False), permutation=True, key=jr.key(0))  # 40 of the samples
    assert str(law) == "y = Σ_particles (s1^2 |x1|^2)"


def test_pairs_that_are_too_many_are_told(monkeypatch):
    monkeypatch.setattr(_of_data, "_MOST_BODIES", 399)
    with pytest.warns(UserWarning, match=r"sum over pairs have at most 399 terms. Got 20 pairs in each: .* Give fewer"):
        law = se.laws.discover(coulomb(79, 5), permutation=True, key=jr.key(0))
    assert law.over == "particles"


def test_particles_that_are_too_many_are_refused():
    data = se.data.Dataset(np.ones((20, 25_001)), np.ones((20, 1)), 25_001 * T(0), T(0), O(2))
    with pytest.raises(ValueError, match=r"at most 500000 terms. Got 25001 particles in each. Take fewer"):
        se.laws.discover(data, permutation=True, key=jr.key(0))


def test_the_number_of_bodies_is_that_of_their_columns():
    for over in ("", "particles", "pairs"):
        bodies = _bodies.Bodies(4 * T(0) + 4 * T(1), O(2), over)
        assert bodies.number == len(bodies.columns)


def test_pairs_are_looked_at_where_single_particles_leave_what_may_be_noise():
    """A sum over particles says seven tenths of this energy; as the first, it was handed out as a law with noise."""
    law = se.laws.discover(coulomb(79, 5), permutation=True, key=jr.key(0))
    assert str(law) == "y = Σ_pairs (1/2 s1 s2 |x1-x2|^-1)" and law.verdict == "at rounding"
