"""Steps downhill inside bounds, by gradients, for a value that rounding makes uneven.

Source:
    Nocedal and Wright, *Numerical Optimization* (2006), algorithm 7.4; Lewis and Overton, Math. Program. 141, 135
    (2013), on the search along a line; Bertsekas, SIAM J. Control Optim. 20, 221 (1982), on bounds.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

Vector = Float[np.ndarray, " numbers"]
_LESS, _LEVEL = 1e-4, 0.9  # of the slope: what a step has to bring, and how much of it may be left after it
_STILL = 2e-9  # relative change of the value below which it is the least
_CURVED = 1e-10  # of the squared change of the gradient: below it a step tells nothing of the curvature
_KEPT = 12  # steps: what older ones told of the curvature misleads


class Place(NamedTuple):
    """Where a descent is."""

    numbers: Vector
    value: float
    slopes: Vector


@dataclass(frozen=True)
class Downhill:
    """What the last steps tell of the curvature.

    Attributes:
        steps: and by how much each changed the gradient.
    """

    steps: list[tuple[Vector, Vector]] = field(default_factory=list)

    def direction(self, slopes: Vector, free: Bool[np.ndarray, " numbers"]) -> Vector:
        """−H · slopes of the free numbers, where H is the inverse of the curvature; the others stay."""
        found, amounts = np.where(free, -slopes, 0.0), []
        for step, change in reversed(self.steps):
            amounts.append(step @ found / (step @ change))
            found = found - amounts[-1] * change
        if self.steps:
            step, change = self.steps[-1]
            found = found * ((step @ change) / (change @ change))
        else:
            found = found * min(1.0, 1.0 / max(float(np.abs(slopes).sum()), 1e-300))
        for (step, change), amount in zip(self.steps, reversed(amounts), strict=True):
            found = found + (amount - change @ found / (step @ change)) * step
        return np.where(free, found, 0.0)

    def learn(self, step: Vector, change: Vector) -> None:
        """From a step and how it changed the gradient."""
        if step @ change > _CURVED * (change @ change):
            self.steps.append((step, change))
            del self.steps[:-_KEPT]


def descend(
    function: Callable[[Vector], tuple[float, Vector]],
    start: Vector,
    bounds: tuple[Vector, Vector],
    *,
    steps: int,
    trials: int,
) -> Place:
    """The least value within so many steps from `start`, and where it is.

    Args:
        function: value and slopes.
        start: the first numbers.
        bounds: the least and the largest numbers.
        steps: after which it ends.
        trials: evaluations along one direction; if none of them is lower, rounding decides, and it ends.
    """
    numbers = np.clip(start, *bounds)
    here, known = Place(numbers, *function(numbers)), Downhill()
    for _ in range(steps):
        low, high = (here.numbers <= bounds[0]) & (here.slopes > 0), (here.numbers >= bounds[1]) & (here.slopes < 0)
        direction = known.direction(here.slopes, ~(low | high))
        if not direction @ here.slopes < 0:
            break
        there = _along(function, here, direction, bounds, trials)
        if there is None:
            break
        known.learn(there.numbers - here.numbers, there.slopes - here.slopes)
        gain, here = here.value - there.value, there
        if gain <= _STILL * max(abs(here.value), 1.0):
            break
    return here


def _along(
    function: Callable[[Vector], tuple[float, Vector]],
    here: Place,
    direction: Vector,
    bounds: tuple[Vector, Vector],
    trials: int,
) -> Place | None:
    """A lower place along a direction, where the slope is much less; the lowest one seen after so many trials."""
    low, high, length, best = 0.0, np.inf, 1.0, None
    for _ in range(trials):
        numbers = np.clip(here.numbers + length * direction, *bounds)
        there, foreseen = Place(numbers, *function(numbers)), here.slopes @ (numbers - here.numbers)
        if not there.value <= here.value + _LESS * foreseen:
            high = length
            curve = there.value - here.value - foreseen
            shorter = -0.5 * foreseen / curve if curve > 0 else 0.5
            length = low + (high - low) * float(np.clip(shorter, 0.1, 0.5))
            continue
        best = there if best is None or there.value < best.value else best
        if there.slopes @ direction >= _LEVEL * (here.slopes @ direction):
            return there
        low = length
        length = 0.5 * (low + high) if np.isfinite(high) else 2.0 * low
    return best
