"""The programs that JAX compiles, by name."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import jax

_SAYS = "Finished XLA compilation of "  # also where it is read from disk


@contextmanager
def compiled() -> Iterator[list[str]]:
    """The names of what is compiled inside the block, as if nothing had been compiled before."""
    names: list[str] = []

    class Names(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if (text := record.getMessage()).startswith(_SAYS):
                names.append(text.removeprefix(_SAYS).split()[0])

    jax.clear_caches()
    logger, handler = logging.getLogger("jax"), Names()
    logger.addHandler(handler)
    try:
        with jax.log_compiles():
            yield names
    finally:
        logger.removeHandler(handler)
