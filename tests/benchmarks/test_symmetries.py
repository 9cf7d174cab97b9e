"""The laws of the benchmark `compare_groups` have the group that is called right, and none of the larger ones."""

import jax.random as jr
import numpy as np
import pytest
from benchmarks.intervals import told
from benchmarks.intervals_cell import noisy
from benchmarks.laws import law
from benchmarks.symmetries import CASES

from scalaremlp.symmetries import size_of


def deviation(case, group):
    """How far the law is from equivariance, beside its outputs."""
    x = case.inputs(20, 5)
    rho_in, rho_out = (rep(group).rho for rep in (case.rep_in, case.rep_out))
    found = []
    for g in group.sample(jr.key(0), 6):
        turned = x.reshape(20, -1) @ np.asarray(rho_in(g)).T
        found.append(case.outputs(turned.reshape(x.shape)) - case.outputs(x) @ np.asarray(rho_out(g)).T)
    return np.max(np.abs(found)) / np.max(np.abs(case.outputs(x)))


@pytest.mark.parametrize("name", CASES)
def test_the_right_group_is_the_largest(name):
    case = CASES[name]
    assert deviation(case, case.right) < 1e-10
    larger = [group for group in case.groups if size_of(group) > size_of(case.right)]
    assert all(deviation(case, group) > 1e-2 for group in larger)


@pytest.mark.parametrize("name", ["stress", "spinor"])
def test_noise_is_a_part_of_the_spread(name):
    data = law(name, 2000, 0)
    found, size = noisy(data, 0.2, 1)
    spread = np.sqrt(np.mean(np.abs(data.y - data.y.mean(axis=0)) ** 2))
    assert size == pytest.approx(0.2 * spread)
    assert np.sqrt(np.mean(np.abs(found.y - data.y) ** 2)) == pytest.approx(size, rel=0.05)


def test_shares_are_means_over_seeds():
    row = {"name": "twist", "n": 100, "noise": 0.05, "inside50": 0.5, "inside99": 1.0, "error": 1.0, "std": 1.0}
    row["model"] = "ScalarGP"
    text = told([{**row, "inside90": share} for share in (0.99, 0.91)] + [{**row, "n": 300, "inside90": 0.6}])
    assert "95.0 %" in text and text.endswith("1 of 2 cells have 80 to 97 % inside the 90 % intervals, 1 below 70 %")
