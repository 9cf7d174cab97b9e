"""The constants of a law of exact states, which predicts each from the one before."""

from typing import NamedTuple

import numpy as np

from ._flow import Flow, Starts
from ._windows import Windows

_CLOSE = 1e-12  # of the scale of the states: how far off the integration may be
_FITTED = 128  # intervals that constants are fitted to
_SEEN = 500  # intervals that they are judged by
_STEPS = 8
_CONVERGED = 1e-14
_FEWEST = 0.9  # of the intervals are resolved


class Matched(NamedTuple):
    """Constants, and the intervals that tell how good they are.

    Attributes:
        constants: of least squares.
        starts: states to go on from, with the steps that each needs.
        ends: the next states.
    """

    constants: np.ndarray
    starts: Starts
    ends: np.ndarray

    def left(self, flow: Flow, scale: np.ndarray, constants: np.ndarray) -> np.ndarray:
        """The mean square of what some constants leave of each component, by its scale, (d,)."""
        return np.asarray(np.mean(((flow.ends(constants, self.starts) - self.ends) / scale) ** 2, axis=0))


def matched(flow: Flow, windows: Windows, scale: np.ndarray, constants: np.ndarray) -> Matched | None:
    """Constants of least squares; `None` if the law cannot be integrated between most states."""
    starts, ends = intervals(windows)
    starts = flow.resolved(constants, starts, scale, _CLOSE)
    good = np.flatnonzero(starts.steps)
    if len(good) < _FEWEST * len(ends):
        return None
    starts, ends = starts.rows(good), ends[good]
    easy = np.argsort(starts.steps, kind="stable")[:_FITTED]
    return Matched(_fitted(flow, starts.rows(easy), ends[easy], scale, constants), starts, ends)


def intervals(windows: Windows) -> tuple[Starts, np.ndarray]:
    """Every two consecutive states: where they start, and where they end; some of them if there are many."""
    _, m, d = windows.z.shape
    more = np.repeat(windows.more, m - 1, axis=0)
    time = np.diff(windows.t, axis=1).ravel()
    starts = Starts(windows.z[:, :-1].reshape(-1, d), time, more, np.ones(len(time), int))
    some = np.random.default_rng(0).permutation(len(time))[:_SEEN]
    return starts.rows(some), windows.z[:, 1:].reshape(-1, d)[some]


def _fitted(flow: Flow, starts: Starts, ends: np.ndarray, scale: np.ndarray, constants: np.ndarray) -> np.ndarray:
    """By the steps of Gauss and Newton, as long as they lead downward."""
    best, loss = constants, np.inf
    for _ in range(_STEPS):
        found = flow.sensitive(constants, starts, by_start=False)
        rest = ((found.z - ends) / scale).ravel()
        new = float(rest @ rest)
        if not new < loss:
            break
        best, loss = constants, new
        slopes = (found.by_constants / scale[:, None]).reshape(len(rest), -1)
        size = np.linalg.norm(slopes, axis=0)
        size = np.where((size > 0) & np.isfinite(size), size, 1.0)
        step = np.linalg.lstsq(slopes / size, rest, rcond=1e-13)[0] / size
        constants = constants - step
        if np.all(np.abs(step) <= _CONVERGED * np.abs(constants)):
            break
    return best
