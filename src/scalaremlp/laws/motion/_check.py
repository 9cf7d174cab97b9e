"""Which trajectories and questions are refused."""

from typing import Any

import jax.numpy as jnp
import numpy as np

from ..._check import one_of
from ...data import Trajectories
from .._law import FIELD, HAMILTONIAN
from ._windows import FEWEST

_FEWEST_INTERVALS = 20
_LARGEST = 1e100


def checked(data: Trajectories, motion: Any) -> None:
    """Raise `ValueError` unless a law can be looked for in these trajectories."""
    if motion is not None:
        one_of("motion", motion, (HAMILTONIAN, FIELD), remedy="Leave it out for whichever the states obey.")
    if data.group.field != "real":
        raise ValueError(f"Laws are found for real groups. Got {data.group}. Take real and imaginary parts as scalars.")
    if data.z.dtype != jnp.float64:
        raise ValueError(f"Formulas are judged by float64. Got {data.z.dtype}. Call scalaremlp.enable_x64() first.")
    if motion == HAMILTONIAN and data.z.shape[2] % 2:
        raise ValueError(
            "A Hamiltonian is of states (q, p), of even size. "
            f'Got states of size {data.z.shape[2]}. Ask for motion="field".'
        )
    _check_lengths(data.lengths)
    _check_numbers(np.asarray(data.t), np.asarray(data.z))


def _check_lengths(lengths: np.ndarray) -> None:
    if lengths.max() < FEWEST:
        raise ValueError(
            f"A law of motion needs at least {FEWEST} states of a trajectory. Got {lengths.max()}. Take longer ones."
        )
    intervals = int(np.sum(lengths[lengths >= FEWEST] - 1))
    if intervals < _FEWEST_INTERVALS:
        raise ValueError(
            f"A law of motion needs at least {_FEWEST_INTERVALS} steps from state to state, in trajectories of "
            f"{FEWEST} states and more. Got {intervals}. Take more trajectories or longer ones."
        )


def _check_numbers(t: np.ndarray, z: np.ndarray) -> None:
    steps = np.diff(t, axis=1)
    for name, values in (("z", z), ("t", steps[steps > 0])):
        largest = float(np.abs(values).max(initial=0.0))
        if largest and not 1 / _LARGEST < largest < _LARGEST:
            raise ValueError(
                f"Powers of the numbers of a law must be numbers: the largest of `{name}` lies between "
                f"{1 / _LARGEST:.0e} and {_LARGEST:.0e}. Got {largest:.1e}. Choose units of nearer size."
            )
