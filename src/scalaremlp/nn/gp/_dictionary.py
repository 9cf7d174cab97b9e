"""The scalars that a Gaussian process may depend on: more than of a network, since it drops what it does not need."""

import numpy as np
from jaxtyping import Float

from ..._arrays import on_device
from ...groups import Group
from ...reps import Rep
from ...scalars import Concatenate, Decades, Differences, Invariants, Scalars, spans_decades
from .._features import scalar_features
from .._logs import Logs

_MOST_DIFFERENCES = 60  # beside the products of many vectors those of all differences would be too many
_DECADES, _ONE_SIGN = 3.0, 3e2  # from which range on logarithms are offered as well


def dictionary(
    rep_in: Rep,
    group: Group,
    decades: tuple[int, ...] = (),
    least: Float[np.ndarray, " decades"] | None = None,
    near: Float[np.ndarray, " differences"] | None = None,
) -> Scalars:
    """Invariants, norms, cosines, scalars of differences; logarithms, ratios and shares of the invariants `decades`.

    Where forms are positive the squares of differences come with their logarithms: what two bodies do to each other
    changes fast when they are close, and slowly when they are far.

    Args:
        rep_in: of the inputs.
        group: the group.
        decades: positions of the invariants.
        least: the modulus of each of these below which it counts as zero.
        near: the square of each difference below which its logarithm bends to zero.
    """
    invariants = Invariants(rep_in, group)
    parts: list[Scalars] = [scalar_features(rep_in, group, norms=True)]
    positive = parts[0].size > invariants.size  # norms are there
    differences = Differences(invariants)
    if 0 < differences.size <= _MOST_DIFFERENCES:
        parts.append(differences)
        if positive:
            threshold = on_device(np.ones(differences.size) if near is None else near)
            parts += [Differences(invariants, roots=True), Logs(differences, threshold)]
    if decades:
        parts.append(Decades(invariants, decades, on_device(np.ones(len(decades)) if least is None else least)))
    return Concatenate(*parts)


def decades_of(values: Float[np.ndarray, "n invariants"]) -> tuple[int, ...]:
    """Which invariants span so many powers of ten that their logarithms are worth a look."""
    return tuple(i for i, column in enumerate(values.T) if _spans(column))


def _spans(column: Float[np.ndarray, " n"]) -> bool:
    if spans_decades(column, _DECADES):
        return True
    low, high = np.sort(np.abs(column[[column.argmin(), column.argmax()]]))
    one_sign = column.min() > 0 or column.max() < 0
    return bool(one_sign and high / _ONE_SIGN > low)
