"""States of the double pendulum, as its figures take them."""

from typing import Any

import numpy as np


def places_and_momenta(true: Any, predicted: Any) -> tuple[np.ndarray, np.ndarray]:
    """Both trajectories as (times, 4, 3) = q₁, q₂, p₁, p₂, each up to its first missing state."""
    both = np.asarray(true, float), np.asarray(predicted, float)
    if both[0].shape != both[1].shape or both[0].ndim != 2 or both[0].shape[1] != 12 or not len(both[0]):
        raise ValueError(
            "`true` and `predicted` must be one trajectory each, states (q1, q2, p1, p2) of shape (times, 12). "
            f"Got shapes {both[0].shape} and {both[1].shape}. Of a batch give one: states[0]."
        )
    for states, name in zip(both, ("true", "predicted"), strict=True):
        if not np.isfinite(states[0]).all():
            raise ValueError(
                f"A trajectory must begin with a finite state. Got {states[0].tolist()} in `{name}`. "
                "Begin it with the initial state."
            )
    return _until_missing(both[0]), _until_missing(both[1])


def _until_missing(states: np.ndarray) -> np.ndarray:
    missing = ~np.isfinite(states).all(axis=1)
    return states[: missing.argmax() if missing.any() else len(states)].reshape(-1, 4, 3)
