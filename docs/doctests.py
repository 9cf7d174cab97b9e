"""Docstrings as the site reads them: what is typed to Python stands in blocks of its own.

Google style, as Griffe reads it, has a section "Examples:" and takes our "Example:" for a remark, whose `>>>` Markdown
would read as quotations; and so with an example that stands in no section.
"""

import re
from typing import Any

import griffe


class Doctests(griffe.Extension):
    """Turns the examples of every docstring into blocks of code, before it is parsed."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Called by Griffe for everything that it has read."""
        if obj.docstring is not None:
            obj.docstring.value = as_blocks(obj.docstring.value)


def as_blocks(docstring: str) -> str:
    r"""The docstring with "Example:" as "Examples:", and with fences around an example outside of any section.

    >>> print(as_blocks("Twice.\n\n>>> 2 * 3\n6"))
    Twice.
    <BLANKLINE>
    ```pycon
    >>> 2 * 3
    6
    ```
    """
    named = re.sub(r"^Example:$", "Examples:", docstring, flags=re.MULTILINE)
    return re.sub(r"^(>>> .*(?:\n(?!\n).+)*)", r"```pycon\n\1\n```", named, flags=re.MULTILINE)
