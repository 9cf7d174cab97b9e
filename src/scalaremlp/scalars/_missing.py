"""A warning where generators may be missing."""

import warnings

from ..contractions.generating_set import GeneratingSet


def warn_of_missing(found: GeneratingSet, degree: int | None, what: str) -> None:
    """Warn if a search for all ended where more are likely: without two degrees at its end that have no new ones."""
    if degree is None and not found.complete and found.checked < found.highest + 2:
        warnings.warn(
            f"All generators of {what} should be found. Got {found.reason}. Functions of those found may not be all: "
            "raise `effort`, or say `degree` to have it so.",
            stacklevel=3,
        )
