"""Devices that JAX is asked for by the environment."""

import os

from scalaremlp.cli._errors import BadInput, one_line


def check_devices() -> None:
    """Refuse a command whose `JAX_PLATFORMS` names devices that are not there; JAX tells it by a traceback."""
    asked = os.environ.get("JAX_PLATFORMS", "")
    if asked in ("", "cpu"):
        return
    import jax

    try:
        jax.devices()
    except (RuntimeError, AssertionError) as error:
        said = f": {error}" if str(error) else ""
        raise BadInput(
            one_line(
                f"JAX_PLATFORMS must name devices that are there. Got {asked!r}{said}. Leave it out for the best "
                "there are, or install JAX for these"
            )
        ) from error
