"""Warnings of the library as lines on the terminal."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from scalaremlp.cli._errors import one_line
from scalaremlp.cli._output import say


@contextmanager
def warnings_said() -> Iterator[None]:
    """What is meant for the person is said on one line each, without the place in the code; the rest as ever."""
    with warnings.catch_warnings():
        shown = warnings.showwarning

        def show(message: Warning | str, category: type[Warning], *place: Any, **options: Any) -> None:
            if issubclass(category, UserWarning):
                say(f"warning: {one_line(str(message))}")
            else:
                shown(message, category, *place, **options)

        warnings.showwarning = show
        yield
