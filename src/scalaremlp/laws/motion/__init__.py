"""Laws of motion: formulas of trajectories."""

from ._discover import of_trajectories as of_trajectories
