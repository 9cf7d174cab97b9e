"""States that look like those of a double pendulum."""

import numpy as np


def swinging(times, strength=1.0):
    """Shape (times, 12): the masses swing about where they hang, each component at its own frequency."""
    phase = 0.2 * np.arange(times)[:, None] * np.linspace(1, 2, 6) + np.arange(6)
    hanging = np.array([0, 0, -1.5, 0, 0, -3])
    return np.hstack([hanging + strength * 0.5 * np.sin(phase), strength * 0.5 * np.cos(phase)])
