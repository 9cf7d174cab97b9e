"""Samples of every group, drawn once."""

from functools import cache

import jax.random as jr
import numpy as np
import pytest

from scalaremlp.groups import Group


@cache
def draw(group: Group, times: int = 1) -> np.ndarray:
    """64 random elements, or `times` that many; in lots of one size, which JAX compiles once."""
    return np.concatenate([np.asarray(group.sample(jr.key(seed), 64)) for seed in range(times)])


@pytest.fixture
def elements(group):
    """64 random elements of the group that the test is run for."""
    return draw(group)


@pytest.fixture(name="draw")
def _draw():
    return draw
