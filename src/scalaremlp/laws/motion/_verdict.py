"""Whether what a law of motion leaves is noise, or something that the data still say."""

from collections.abc import Iterator, Sequence

import numpy as np
from scipy import stats

from .._verdict import ABOVE, NOISE
from ._estimate import Estimated
from ._kind import Kind
from ._nodes import at_other_states
from ._weak import Weak
from ._windows import Windows, integrals

_PROBES = 60
_SIGNIFICANT = 1e-3


def verdict(kind: Kind, found: Estimated, weaks: Sequence[Weak]) -> str:
    """By an F test of what is left against the shortest terms that the law might have besides.

    These are taken along the predicted states, in which there is no noise, and beside what first states can do.
    """
    windows = Windows(found.windows.t, found.path, found.windows.more, found.windows.held)
    there = at_other_states(weaks[0].nodes, windows.x)
    whole, columns = integrals(windows.t), []
    terms = [term for weak in weaks for term in weak.terms(weak.nodes.table, _PROBES // len(weaks))]
    rates = [there.moved(term) for term in terms]
    for moved in [*rates, *_linear(kind, windows.z.reshape(-1, kind.size))]:
        with np.errstate(all="ignore"):
            column = (whole @ moved.reshape(*windows.t.shape, -1) / found.scale).reshape(len(windows.t), -1)
        if np.isfinite(column).all():
            columns.append(column)
    if not columns:
        return ABOVE
    probes = np.stack(columns, axis=2)
    probes = probes - found.basis @ (found.basis.transpose(0, 2, 1) @ probes)
    rest, own = found.rest.ravel(), _unit(found.slopes.reshape(found.rest.size, -1))
    before, less = _left(own, rest, found.free + own.shape[1])
    after, least = _left(np.column_stack([own, _unit(probes.reshape(len(rest), -1))]), rest, found.free + own.shape[1])
    if least <= 0 or after >= before:
        return ABOVE if least <= 0 else NOISE
    ratio = (before - after) / max(less - least, 1) / (after / least)
    return NOISE if stats.f.sf(ratio, max(less - least, 1), least) > _SIGNIFICANT else ABOVE


def _linear(kind: Kind, z: np.ndarray) -> Iterator[np.ndarray]:
    """Rates of a tensor of the state that are another one, as of drag, which no Hamiltonian has."""
    for moving in kind.blocks:
        for other in kind.blocks:
            if moving.stop - moving.start == other.stop - other.start:
                rate = np.zeros_like(z)
                rate[:, moving] = z[:, other]
                yield rate


def _unit(columns: np.ndarray) -> np.ndarray:
    size = np.linalg.norm(columns, axis=0)
    good = np.isfinite(size) & (size > 0)
    return columns[:, good] / size[good]


def _left(columns: np.ndarray, rest: np.ndarray, free: int) -> tuple[float, int]:
    weights, _, rank, _ = np.linalg.lstsq(columns, rest, rcond=1e-8)
    left = rest - columns @ weights
    return float(left @ left), free - int(rank)
