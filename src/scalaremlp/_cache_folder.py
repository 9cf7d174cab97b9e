"""Where files are kept between runs."""

import os
from pathlib import Path


def cache_folder(cache: bool | str | os.PathLike[str]) -> Path | None:
    """The folder to keep files in: the one given; for `True` the user's; for `False` none.

    The user's is what the environment variable SCALAREMLP_CACHE says, else scalaremlp in XDG_CACHE_HOME or ~/.cache; a
    user without a home has none.
    """
    if isinstance(cache, bool):
        if not cache:
            return None
        own = os.environ.get("SCALAREMLP_CACHE")
        return Path(own) if own else _of_user()
    return Path(cache)


def _of_user() -> Path | None:
    """The user's own folder; `None` for one without a home."""
    try:
        home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    except RuntimeError:
        return None
    return home / "scalaremlp" if home.is_absolute() else None
