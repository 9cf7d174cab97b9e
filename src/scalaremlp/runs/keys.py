"""The random keys of a run, by what they are for."""

from typing import NamedTuple, Self

import jax
import jax.random as jr

_TEST = 0x7E57  # no seed leads there: the test samples of a task are the same for all


class FitKeys(NamedTuple):
    """For the fit, and for the group elements that the fitted model is measured with."""

    fit: jax.Array
    measure: jax.Array

    @classmethod
    def of(cls, key: jax.Array) -> Self:
        """Both, from one."""
        return cls(*jr.split(key))


class Keys(NamedTuple):
    """For the training and validation samples, the initial model, and what `FitKeys` are made of."""

    data: jax.Array
    validation: jax.Array
    model: jax.Array
    run: jax.Array

    @classmethod
    def of(cls, seed: int) -> Self:
        """All, from the seed of a run."""
        data, model, run = jr.split(jr.key(seed), 3)
        return cls(data, jr.fold_in(data, 1), model, run)


class PendulumKeys(NamedTuple):
    """For the initial model of a pendulum, and what `FitKeys` are made of; its samples are made from the seed."""

    model: jax.Array
    run: jax.Array

    @classmethod
    def of(cls, seed: int) -> Self:
        """Both, from the seed of a run."""
        key = jr.key(seed)
        return cls(key, jr.fold_in(key, 1))


def key_of_tests() -> jax.Array:
    """For the test samples of a task."""
    return jr.fold_in(jr.key(_TEST), 0)
