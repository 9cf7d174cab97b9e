"""Where the library was called from, for warnings that point at a person's own line."""

import sys

_INSIDE = ("scalaremlp", "equinox")  # which makes our modules


def outside() -> int:
    """The `stacklevel` of `warnings.warn`, in the function that calls this one, for the first code that is not ours."""
    frame, level = sys._getframe(1), 1
    while frame.f_back is not None and frame.f_globals.get("__name__", "").partition(".")[0] in _INSIDE:
        frame, level = frame.f_back, level + 1
    return level
