"""What an iteration sees of the data."""

from typing import NamedTuple


class Share(NamedTuple):
    """What an iteration sees: so many samples, and so many directions of the residuals of each."""

    samples: int
    residuals: int
