"""From an output to the process that stands for it: as it is, its logarithm, or in units of a product of powers."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ...scalars import spans_decades

_WIDE = 2.5  # decades of an output beyond which others than the identity are tried
_TAIL = 1e3  # likewise, how many times the least of outputs of one sign the largest is
_ROUND = 12  # binary digits of the range of the outputs to which their offset is rounded


@dataclass(frozen=True)
class Link:
    """y = (offset + shift + process) · Π |s_i|^exponent_i, or y = sign · exp(offset + shift + process).

    Attributes:
        offset: of an invariant output, a round number near the mean; zero for tensors.
        log: whether the process is the logarithm.
        sign: of the output, where it is.
        exponents: of the scalars that span decades.
        shift: from the round number to the mean. What is round depends on the unit of the outputs; the mean does not.
    """

    offset: float
    log: bool
    sign: float
    exponents: Float[np.ndarray, " decades"]
    shift: float = 0.0

    @property
    def plain(self) -> bool:
        """Whether the process is the output itself, but for the offset."""
        return not self.log and not self.exponents.any()

    @property
    def arrays(self) -> tuple[np.ndarray, ...]:
        """What a model keeps."""
        return np.asarray(self.offset + self.shift), np.asarray(self.sign), self.exponents

    def process(self, y: Float[np.ndarray, "n m"], logs: Float[np.ndarray, "n decades"]) -> Float[np.ndarray, "n m"]:
        """The process of these outputs, from the logarithms of the scalars that span decades."""
        inside = np.log(np.abs(y)) if self.log else y * np.exp(-logs @ self.exponents)[:, None]
        return (inside - self.offset) - self.shift

    def output(
        self, process: Float[np.ndarray, "n m"], logs: Float[np.ndarray, "n decades"]
    ) -> Float[np.ndarray, "n m"]:
        """The outputs of these values of the process."""
        inside = self.offset + self.shift + process
        return self.sign * np.exp(inside) if self.log else inside * np.exp(logs @ self.exponents)[:, None]


def links(y: Float[np.ndarray, "n m"], logs: Float[np.ndarray, "n decades"], *, invariant: bool) -> Iterator[Link]:
    """The links worth trying for these outputs, the identity first."""
    none = np.zeros(logs.shape[1])
    offset = _offset(y) if invariant else 0.0
    yield Link(offset, False, 1.0, none, float((y - offset).mean()) if invariant else 0.0)
    if not invariant or not y.all():
        return
    sizes, wide = np.log(np.abs(y)), spans_decades(y[:, 0], _WIDE)
    if (y > 0).all() or (y < 0).all():
        if wide or np.ptp(sizes) > np.log(_TAIL):
            yield Link(float(sizes.mean()), True, float(np.sign(y[0, 0])), none)
    elif wide and logs.shape[1]:
        exponents = _powers(sizes[:, 0], logs)
        if exponents.any():
            yield Link(float((y[:, 0] * np.exp(-logs @ exponents)).mean()), False, 1.0, exponents)


def _offset(y: Float[np.ndarray, "n m"]) -> float:
    """The mean, so round that taking it off is exact: then outputs on top of a constant have the very same process."""
    unit = 2.0 ** max(int(np.frexp(np.ptp(y))[1]) - _ROUND, -1022)
    return float(np.round(y.mean() / unit) * unit) if np.ptp(y) > 0 else float(y[0, 0])


def _powers(sizes: Float[np.ndarray, " n"], logs: Float[np.ndarray, "n decades"]) -> Float[np.ndarray, " decades"]:
    """By which powers of the scalars the outputs grow, in halves."""
    design = np.column_stack([logs, np.ones(len(logs))])
    return np.round(2 * np.linalg.lstsq(design, sizes, rcond=None)[0][:-1]) / 2
