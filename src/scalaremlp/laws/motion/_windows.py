r"""Pieces of trajectories of equal length, and integrals along them from the values at their states alone.

A law that is linear in its constants, ż = Σ c F(z), gives linear equations without any derivative of the states,

$$z_j - \bar z = \sum_k c_k (S F_k)_j, \qquad (S F)_j = \int_{t_0}^{t_j} F\,dt - \text{the mean over } j,$$

with the integral of the polynomial through the states next to each interval. Noise that is independent from state to
state then weighs as it should: z₀ is any state, and not the one that was measured.
"""

from typing import NamedTuple

import numpy as np

from ...data import Trajectories

LONGEST = 32  # states of a window
FEWEST = 3
_SHORT = 6
_ENOUGH = 20  # windows
_THROUGH = 6  # states that a polynomial goes through


class Windows(NamedTuple):
    """Pieces of equal length.

    Attributes:
        t: times, (w, m).
        z: states, (w, m, d).
        more: what the motion depends on besides, (w, p).
        held: which windows are held out, (w,).
    """

    t: np.ndarray
    z: np.ndarray
    more: np.ndarray
    held: np.ndarray

    @property
    def x(self) -> np.ndarray:
        """States, each with what the motion depends on, (w·m, d + p)."""
        w, m, _ = self.z.shape
        more = np.broadcast_to(self.more[:, None], (w, m, self.more.shape[1]))
        return np.concatenate([self.z, more], axis=2).reshape(w * m, -1)

    def rows(self, which: np.ndarray) -> "Windows":
        """Some of them."""
        return Windows(*(part[which] for part in self))


def cut(data: Trajectories) -> Windows:
    """The windows of trajectories, next to each other, the last one of each shifted back; none is held out.

    They are as long as the shortest trajectory that has enough states, but not longer than `LONGEST`, and shorter where
    there would be too few of them.
    """
    pieces = [(number, *piece) for number, piece in enumerate(data.pieces()) if len(piece[0]) >= FEWEST]
    enough = max(_SHORT, sum(len(t) for _, t, _ in pieces) // _ENOUGH)
    length = min(LONGEST, enough, *(len(t) for _, t, _ in pieces))
    more = np.zeros((len(data), 0)) if data.parameters is None else np.asarray(data.parameters)
    found_t, found_z, of = [], [], []
    for number, t, z in pieces:
        last = len(t) - length
        for start in sorted({*range(0, last + 1, length - 1), last}):
            found_t.append(t[start : start + length])
            found_z.append(z[start : start + length])
            of.append(number)
    return Windows(np.array(found_t), np.array(found_z), more[of], np.zeros(len(of), bool))


def integrals(t: np.ndarray, through: int = _THROUGH) -> np.ndarray:
    """S for each window, (w, m, m), by polynomials through at most so many states."""
    w, m = t.shape
    through = min(through, m)
    each, powers = np.zeros((w, m, m)), np.arange(through)
    for j in range(m - 1):
        start = min(max(j + 1 - through // 2, 0), m - through)
        step = t[:, j + 1] - t[:, j]
        u = (t[:, start : start + through] - t[:, j : j + 1]) / step[:, None]
        moments = np.broadcast_to((1 / (powers + 1))[:, None], (w, through, 1))
        weights = np.linalg.solve(u[:, None, :] ** powers[:, None], moments)[..., 0]
        each[:, j + 1, start : start + through] = weights * step[:, None]
    whole = np.cumsum(each, axis=1)
    return np.asarray(whole - whole.mean(axis=1, keepdims=True))
