"""How far predicted trajectories are from true ones."""

from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Array, Float, Int

Arrays = Array | np.ndarray


class RolloutError(NamedTuple):
    """Geometric means of relative errors: over all, without the first time, and at each time with their spread.

    The spread is the standard deviation of the natural logarithm of the error over the trajectories. What is given for
    each time knows no floor but rounding, 2e-16: the errors of a good model are seen as they are.
    """

    published: float
    without_start: float
    by_time: Float[np.ndarray, " times"]
    log_spread: Float[np.ndarray, " times"]


def relative_errors(
    predicted: Float[Arrays, "*batch d"],
    true: Float[Arrays, "*batch d"],
    *,
    scale: Float[Arrays, " d"] | None = None,
) -> Float[np.ndarray, "*batch"]:
    r"""The error of each state, between 0 and 1.

    $$\frac{|a - b|}{|a| + |b|}, \qquad |a|^2 = \frac1d \sum_{i=1}^d \left(\frac{a_i}{s_i}\right)^2$$

    It is 1 for a prediction that is missing (NaN or infinite), as if it were infinitely far away, and 0 if both are 0.
    Published figures are without `scale`, s = 1: positions and momenta are added up as numbers, which depends on the
    units; of an atom in SI units, with momenta of 1e-23, only the position is seen.

    Args:
        predicted: states of shape (…, d).
        true: the same.
        scale: the size s of each component, so that the error is the same in all units: `sizes(true)`.

    Raises:
        ValueError: if the shapes differ, true states are not finite, or sizes are not above 0.

    Example:
        >>> import numpy as np
        >>> print(relative_errors(np.array([[3.0, 4.0], [np.nan, 0.0]]), np.array([[3.0, 4.0], [1.0, 0.0]])))
        [0. 1.]
    """
    a, b = np.asarray(predicted, float), np.asarray(true, float)
    if a.shape != b.shape or not a.ndim:
        raise ValueError(
            f"Predicted and true states must have one shape. Got {a.shape} and {b.shape}. Roll both out to equal times."
        )
    if not np.isfinite(b).all():
        raise ValueError(
            f"True states must be finite. Got {np.sum(~np.isfinite(b))} numbers that are not. Leave them out."
        )
    if scale is not None:
        a, b = (part / _scale(scale, b.shape[-1]) for part in (a, b))
    missing = ~np.isfinite(a).all(axis=-1)
    distance, sizes = (_rms(part) for part in (np.where(missing[..., None], 0, a) - b, b))
    total = sizes + _rms(np.where(missing[..., None], 0, a))
    return np.where(missing, 1.0, np.divide(distance, total, out=np.zeros_like(total), where=total > 0))


def rollout_error(
    predicted: Float[Arrays, "n times d"],
    true: Float[Arrays, "n times d"],
    *,
    floor: float = 1e-7,
    scale: Float[Arrays, " d"] | None = None,
    lengths: Int[Arrays, " n"] | None = None,
) -> RolloutError:
    r"""The error of rollouts, the geometric mean of the relative errors over initial states and times.

    $$\exp \frac{1}{nT} \sum_{i=1}^n \sum_{t=1}^T \log \max\left(\frac{|a_{it} - b_{it}|}{|a_{it}| + |b_{it}|},\;
    10^{-7}\right)$$

    The published figures count the first time, at which the error is that of the floor: with 150 times this lowers them
    by some per cent. `without_start` is the mean without it.

    Args:
        predicted: states of shape (n, times, d); missing ones (NaN) have the error 1.
        true: the same, from the same initial states.
        floor: what smaller errors are raised to in the means over all times.
        scale: the size of each component, see `relative_errors`; `sizes(true)` for errors that are the same in all
            units.
        lengths: how many times each trajectory has, where they differ; what follows does not count.

    Raises:
        ValueError: as of `relative_errors`, and if there is no time after the first.

    References:
        Finzi et al., arXiv:2104.09459, section 7.2; Yao et al., arXiv:2110.03761, section 4.

    Example:
        >>> import numpy as np
        >>> true = np.ones((1, 3, 2))
        >>> error = rollout_error(true * np.array([1.0, 1.1, 1.1])[:, None], true)
        >>> print(round(error.without_start, 6), round(error.published, 6))
        0.047619 0.00061
    """
    if np.ndim(true) != 3 or np.shape(true)[1] < 2:
        raise ValueError(
            "Rollouts have shape (n, times, d), with at least two times. "
            f"Got {np.shape(true)}. For one trajectory add an axis: states[None]."
        )
    errors = relative_errors(predicted, true, scale=scale)
    logs, seen = (np.log(np.maximum(errors, least)) for least in (floor, np.finfo(float).eps))
    if lengths is not None:
        over = np.arange(logs.shape[1]) >= np.broadcast_to(np.asarray(lengths), len(logs))[:, None]
        logs, seen = (np.ma.masked_array(part, over) for part in (logs, seen))
    return RolloutError(
        float(np.exp(logs.mean())),
        float(np.exp(logs[:, 1:].mean())),
        _plain(np.exp(seen.mean(axis=0))),
        _plain(seen.std(axis=0)),
    )


def _plain(values: Any) -> np.ndarray:
    """Without a mask: NaN where no trajectory has that many times."""
    return np.asarray(values.filled(np.nan) if isinstance(values, np.ma.MaskedArray) else values)


def _scale(scale: Any, size: int) -> np.ndarray:
    s = np.asarray(scale, float)
    if s.shape not in ((), (size,)) or not (np.isfinite(s) & (s > 0)).all():
        raise ValueError(
            f"`scale` must be the sizes of the {size} components of a state, above 0. Got {s.tolist()}. "
            "Try scalaremlp.dynamics.sizes(true)."
        )
    return s


def _rms(states: np.ndarray) -> np.ndarray:
    return np.asarray(np.sqrt(np.mean(states**2, axis=-1)))
