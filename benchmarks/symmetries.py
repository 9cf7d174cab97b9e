"""Twelve laws whose largest group is known, and the groups to choose it from: of the benchmark `compare_groups`."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from benchmarks.laws import LAWS, dot
from scalaremlp.data import Dataset
from scalaremlp.groups import SO, SU, Group, Lorentz, O, O2eR3, S, SO2eR3, Sp, Trivial, U
from scalaremlp.reps import Rep, T

_SPACE = (O(3), SO(3), SO2eR3(), Trivial(3))
_AXIS = (O(3), O2eR3(), SO2eR3(), Trivial(3))
_TIME = (O(4), Lorentz(), SO(1, 3), Trivial(4))
Z = np.array([0.0, 0.0, 1.0])


@dataclass(frozen=True)
class Case:
    """A law, the groups that it may have, and the largest of these that it has."""

    groups: tuple[Group, ...]
    right: Group
    rep_in: Rep
    rep_out: Rep
    inputs: Callable[[int, int], np.ndarray]
    outputs: Callable[[np.ndarray], np.ndarray]

    def samples(self, n: int, seed: int) -> Dataset:
        """`n` samples without noise."""
        x = self.inputs(n, seed)
        return Dataset(x.reshape(n, -1), self.outputs(x), self.rep_in, self.rep_out, self.groups[0])


def _of_law(name: str, groups: tuple[Group, ...]) -> Case:
    law = LAWS[name]
    return Case(groups, law.group, law.rep_in, law.rep_out, law.inputs, law.outputs)


def _normal(size: int) -> Callable[[int, int], np.ndarray]:
    return lambda n, seed: np.random.default_rng(seed).standard_normal((n, size))


def lorentz_force(x: np.ndarray) -> np.ndarray:
    """q (E + v × B)."""
    charge, field, velocity, magnetic = x[:, :1], x[:, 1:4], x[:, 4:7], x[:, 7:]
    return charge * (field + np.cross(velocity, magnetic))


def falling(x: np.ndarray) -> np.ndarray:
    """Weight, drag and a spring, of a mass at a place with a velocity."""
    mass, place, velocity = 1 + x[:, :1] ** 2, x[:, 1:4], x[:, 4:]
    return -mass * Z - np.sqrt(dot(velocity, velocity)) * velocity - place


def in_field(x: np.ndarray) -> np.ndarray:
    """A charge in a field along z that weakens outwards, with drag."""
    place, velocity = x[:, :3], x[:, 3:]
    return np.cross(velocity, Z) / (1 + dot(place, place)) - 0.5 * velocity + 0.5 * Z


def of_four(x: np.ndarray) -> np.ndarray:
    """Four neighbours: each follows its own number and the mean of others."""
    a, b = x[:, :4], x[:, 4:]
    return np.tanh(a) * b.mean(axis=1, keepdims=True) + a * b


def of_none(x: np.ndarray) -> np.ndarray:
    """Components that have nothing in common."""
    a, b = x[:, :3], x[:, 3:]
    return np.stack([a[:, 0] * b[:, 1], np.sin(a[:, 2]) + b[:, 0], a[:, 1] - 0.5 * b[:, 2] ** 2], axis=1)


_PAIR = 2 * T(1), T(1), _normal(6)
CASES: dict[str, Case] = {
    "central": _of_law("central", _SPACE),
    "twist": _of_law("twist", _SPACE),
    "stress": _of_law("stress", _SPACE),
    "scatter": _of_law("scatter", _TIME),
    "current": _of_law("current", _TIME),
    "flow": _of_law("flow", (O(4), Sp(2), Trivial(4))),
    "spinor": _of_law("spinor", (U(2), SU(2))),
    "lorentz force": Case(_SPACE, SO(3), T(0) + 3 * T(1), T(1), _normal(10), lorentz_force),
    "falling": Case(_AXIS, O2eR3(), T(0) + 2 * T(1), T(1), _normal(7), falling),
    "in a field": Case(_AXIS, SO2eR3(), *_PAIR, in_field),
    "of four": Case((O(4), S(4), Trivial(4)), S(4), 2 * T(1), T(1), _normal(8), of_four),
    "of none": Case(_SPACE, Trivial(3), *_PAIR, of_none),
}
