"""Text of others in Markdown."""

import re

from scalaremlp._text import printable


def literal(text: object) -> str:
    r"""Text that Markdown shows as it is written, on one line: no heading, picture, link, table or HTML comes of it.

    >>> literal("ValueError: <b>a</b>\n\n# ![x](y.png) | 2")
    'ValueError: \\<b\\>a\\</b\\> \\# !\\[x\\](y.png) \\| 2'
    """
    return re.sub(r"([\\`*_\[\]<>|&#~])", r"\\\1", printable(" ".join(str(text).split())))
