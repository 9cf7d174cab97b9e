"""Warnings of the library as lines on the terminal."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from scalaremlp.cli._errors import one_line, with_options
from scalaremlp.cli._output import say


@contextmanager
def warnings_said(command: Any) -> Iterator[None]:
    """What is meant for the person is said on one line each, with the options of the command; the rest as ever."""
    with warnings.catch_warnings():
        shown = warnings.showwarning

        def show(message: Warning | str, category: type[Warning], *place: Any, **options: Any) -> None:
            if issubclass(category, UserWarning):
                say(f"warning: {with_options(one_line(str(message)), command)}")
            else:
                shown(message, category, *place, **options)

        warnings.showwarning = show
        yield
