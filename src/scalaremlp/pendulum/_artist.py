"""A double spring pendulum in space, seen from above and aside, at one moment after the other."""

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.colors import to_rgba

_TRAIL = 25  # states
_TURNS, _RADIUS = 9, 0.09
_ASIDE, _ABOVE = np.radians([30, 14])
_RIGHT = np.array([np.cos(_ASIDE), np.sin(_ASIDE), 0])
_UP = np.array([np.sin(_ASIDE) * np.sin(_ABOVE), -np.cos(_ASIDE) * np.sin(_ABOVE), np.cos(_ABOVE)])


def seen(places: Any) -> np.ndarray:
    """Where places in space, shape (…, 3), are on the picture, shape (…, 2): a parallel projection, to scale."""
    return np.asarray(places @ np.stack([_RIGHT, _UP], axis=1))


class Pendulum:
    """The artists of one pendulum; a pale one leaves no trail.

    Args:
        axes: what to draw on.
        places: of both masses, shape (times, 2, 3).
        colour: of the masses, the springs and the trails.
        pale: whether it stands behind another.
    """

    def __init__(self, axes: Axes, places: np.ndarray, colour: str, *, pale: bool = False):
        self._places = places
        strength = 0.35 if pale else 1.0
        self._trails = [LineCollection([], linewidths=1.5) for _ in range(0 if pale else 2)]
        for trail in self._trails:
            axes.add_collection(trail, autolim=False)
        self._fading = [to_rgba(colour, 0.7 * part) for part in np.linspace(0, 1, _TRAIL)]
        self._springs = [axes.plot([], [], color=colour, linewidth=1.2, alpha=strength)[0] for _ in range(2)]
        (self._masses,) = axes.plot([], [], "o", color=colour, markersize=11, markeredgewidth=0, alpha=strength)

    def show(self, at: int) -> None:
        """Move to a state, or stay in the last one there is."""
        at = min(at, len(self._places) - 1)
        points = np.concatenate([np.zeros((1, 3)), self._places[at]])
        self._masses.set_data(*seen(points[1:]).T)
        for spring, start, end in zip(self._springs, points[:-1], points[1:], strict=True):
            spring.set_data(*seen(_coil(start, end)).T)
        for mass, trail in enumerate(self._trails):
            past = seen(self._places[max(0, at - _TRAIL) : at + 1, mass])
            trail.set_segments(list(np.stack([past[:-1], past[1:]], axis=1)))
            trail.set_color(self._fading[_TRAIL + 1 - len(past) :])


def _coil(start: np.ndarray, end: np.ndarray) -> np.ndarray:
    """Points of a spring from one place to another, shape (points, 3)."""
    along = end - start
    across = np.cross(along, [1.0, 0, 0])  # zero for a spring along x, which is drawn as a line
    across = across / max(np.linalg.norm(across), 1e-9)
    upward = np.cross(along, across) / max(np.linalg.norm(along), 1e-9)
    part = np.linspace(0, 1, 12 * _TURNS + 1)[:, None]
    angle = 2 * np.pi * _TURNS * part
    radius = _RADIUS * np.clip(8 * np.minimum(part, 1 - part) - 0.5, 0, 1)  # straight at both ends
    return np.asarray(start + part * along + radius * (np.cos(angle) * across + np.sin(angle) * upward))
