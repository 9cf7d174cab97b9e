"""Times of trajectories, as the figures take them."""

from typing import Any

import numpy as np


def checked_times(times: Any, count: int) -> np.ndarray:
    """`times` as an array, if there is one for each of `count` states."""
    array = np.asarray(times, float)
    if array.shape != (count,) or not np.isfinite(array).all():
        raise ValueError(
            f"`times` must be {count} finite numbers, one for each value along the trajectories. "
            f"Got shape {array.shape}. Give those of the rollout."
        )
    return array
