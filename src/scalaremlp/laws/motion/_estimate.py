r"""The constants of a law of noisy states: those of least squares together with the first state of each window.

The residuals of a window, less their combinations that a change of its first state brings about, are those of variable
projection (Golub and Pereyra 1973): with them constants have standard errors that hold the truth.
"""

from typing import NamedTuple

import numpy as np

from ._flow import Flow, Starts
from ._windows import Windows

_CLOSE = 1e-5  # of the scale of the states: how far off the integration may be
_STEPS = 12
_CONVERGED = 1e-6
_HALVINGS = 6
_MOST_STEPS = 8
_SHARE = 0.98
_WHOLE = 0.9  # of the windows can be predicted


class Path(NamedTuple):
    """Predicted states of windows, (w, m, d), with derivatives by constants, (…, k), and by the first state, (…, d)."""

    z: np.ndarray
    by_constants: np.ndarray
    by_start: np.ndarray


class Estimated(NamedTuple):
    """What was found.

    Attributes:
        constants: of least squares.
        errors: their standard errors.
        path: predicted states, from the estimated first ones.
        windows: those that could be predicted.
        scale: of the components of a state: how much is left of them.
        rest: what is left in each window, by the scale, beside what first states can do, (w, m·d).
        slopes: the derivatives by the constants, likewise, (w, m·d, k).
        basis: what first states can do: orthonormal columns, (w, m·d, d).
        free: how many numbers are left to tell the noise by.
    """

    constants: np.ndarray
    errors: np.ndarray
    path: np.ndarray
    windows: Windows
    scale: np.ndarray
    rest: np.ndarray
    slopes: np.ndarray
    basis: np.ndarray
    free: int


def estimated(
    flow: Flow, windows: Windows, blocks: list[slice], scale: np.ndarray, constants: np.ndarray
) -> Estimated | None:
    """Constants of least squares; `None` if the law cannot be integrated along the windows."""
    steps = _steps(flow, windows, scale, constants)
    first = windows.z[:, 0]
    path = _path(flow, windows, steps, constants, first)
    kept = np.isfinite(path.z).all(axis=(1, 2))
    if kept.mean() < _WHOLE:
        return None
    windows, first = windows.rows(kept), first[kept]
    rough = _descended(flow, windows, steps, scale, constants, first)
    scale = _left(rough, windows, blocks, scale)
    best = _descended(flow, windows, steps, scale, rough.constants, rough.first)
    return _told(best, windows, scale)


class _Fit(NamedTuple):
    constants: np.ndarray
    first: np.ndarray
    path: Path
    rest: np.ndarray
    slopes: np.ndarray
    basis: np.ndarray


def _steps(flow: Flow, windows: Windows, scale: np.ndarray, constants: np.ndarray) -> int:
    """How many an interval needs; what few of them need besides is lost in noise."""
    w, m, d = windows.z.shape
    starts = Starts(windows.z[:, :-1].reshape(-1, d), np.diff(windows.t, axis=1).ravel(),
                    np.repeat(windows.more, m - 1, axis=0), np.ones(w * (m - 1), int))  # fmt: skip
    steps = flow.resolved(constants, starts, scale, _CLOSE).steps
    steps = np.where(steps, steps, _MOST_STEPS)
    return min(_MOST_STEPS, int(np.quantile(steps, _SHARE)) // 2)


def _path(flow: Flow, windows: Windows, steps: int, constants: np.ndarray, first: np.ndarray) -> Path:
    """From first states, by the chain rule from interval to interval."""
    w, m, d = windows.z.shape
    states, by, by_start = [first], [np.zeros((w, d, len(constants)))], [np.broadcast_to(np.eye(d), (w, d, d))]
    for j in range(m - 1):
        time = windows.t[:, j + 1] - windows.t[:, j]
        ends = flow.sensitive(constants, Starts(states[-1], time, windows.more, np.full(w, steps)))
        states.append(ends.z)
        by.append(ends.by_start @ by[-1] + ends.by_constants)
        by_start.append(ends.by_start @ by_start[-1])
    return Path(*(np.stack(part, axis=1) for part in (states, by, by_start)))


def _projected(path: Path, windows: Windows, scale: np.ndarray, constants: np.ndarray, first: np.ndarray) -> _Fit:
    """What is left, and how it depends on the constants, beside what first states can do."""
    w, m, d = path.z.shape
    rest = ((path.z - windows.z) / scale).reshape(w, m * d)
    starts = (path.by_start / scale[:, None]).reshape(w, m * d, d)
    slopes = (path.by_constants / scale[:, None]).reshape(w, m * d, -1)
    basis = np.linalg.qr(starts)[0]
    rest = rest - np.einsum("wrd,wd->wr", basis, np.einsum("wrd,wr->wd", basis, rest))
    slopes = slopes - basis @ (basis.transpose(0, 2, 1) @ slopes)
    return _Fit(constants, first, path, rest, slopes, basis)


def _descended(
    flow: Flow, windows: Windows, steps: int, scale: np.ndarray, constants: np.ndarray, first: np.ndarray
) -> _Fit:
    """By the steps of Gauss and Newton in constants and first states together, halved where they lead upward."""
    best: _Fit | None = None
    loss, share, move = np.inf, 1.0, (0 * constants, 0 * first)
    halved = 0
    for _ in range(_STEPS):
        trial = constants + share * move[0], first + share * move[1]
        path = _path(flow, windows, steps, *trial)
        new = float(np.sum(((path.z - windows.z) / scale) ** 2))
        if not new < loss:
            halved, share = halved + 1, share / 2
            if halved > _HALVINGS or best is None:
                break
            continue
        small = bool(np.isfinite(loss)) and loss - new <= _CONVERGED * loss
        (constants, first), loss, share = trial, new, 1.0
        best = _projected(path, windows, scale, constants, first)
        if small:
            break
        move = _move(best, windows, scale)
    assert best is not None
    return best


def _move(fit: _Fit, windows: Windows, scale: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The step of constants and of first states."""
    w, m, d = fit.path.z.shape
    slopes = fit.slopes.reshape(w * m * d, -1)
    size = np.linalg.norm(slopes, axis=0)
    by = -np.linalg.lstsq(slopes / size, fit.rest.ravel(), rcond=1e-12)[0] / size
    whole = ((fit.path.z - windows.z) / scale).reshape(w, m * d)
    after = whole + (fit.path.by_constants / scale[:, None]).reshape(w, m * d, -1) @ by
    starts = (fit.path.by_start / scale[:, None]).reshape(w, m * d, d)
    across = starts.transpose(0, 2, 1)
    return by, -np.linalg.solve(across @ starts, across @ after[..., None])[..., 0]


def _left(fit: _Fit, windows: Windows, blocks: list[slice], scale: np.ndarray) -> np.ndarray:
    """The size of what is left of each tensor of the state, in the place of its scale."""
    rest = fit.path.z - windows.z
    found = scale.copy()
    for at in blocks:
        found[at] = max(float(np.sqrt(np.mean(rest[:, :, at] ** 2))), 1e-12 * float(scale[at].max()))
    return found


def _told(fit: _Fit, windows: Windows, scale: np.ndarray) -> Estimated:
    slopes = fit.slopes.reshape(fit.rest.size, -1)
    free = fit.rest.size - fit.first.size - len(fit.constants)
    size = np.linalg.norm(slopes, axis=0)
    inverse = np.linalg.pinv((slopes / size).T @ (slopes / size))
    errors = np.sqrt(np.diag(inverse) * float(np.sum(fit.rest**2)) / max(free, 1)) / size
    return Estimated(fit.constants, errors, fit.path.z, windows, scale, fit.rest, fit.slopes, fit.basis, free)
