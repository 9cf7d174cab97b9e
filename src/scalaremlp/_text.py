"""Text that others wrote, such as names of files and of columns, where it is shown or becomes a name."""

import hashlib
import re

_LONGEST = 120  # bytes of a part of a file's name: most systems take 255


def printable(text: str) -> str:
    r"""The text with escapes for all that is no printable character: it is one line, and moves no cursor.

    >>> print(printable("a\x1b[31m\nb\udcff → c"))
    a\x1b[31m\nb\udcff → c
    """
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode() for sign in text)


def file_name(text: str) -> str:
    r"""The text as a part of the name of a file: the text itself, unless it is long or some system would not take it.

    >>> file_name("price $ vs. $"), file_name("../a\nb"), len(file_name("a" * 500))
    ('price $ vs. $', '.._a_b-1236883d', 129)
    """
    name = re.sub(r'[/\\:*?"<>|]', "_", "".join(sign if sign.isprintable() else "_" for sign in text))
    short = name.encode()[:_LONGEST].decode(errors="ignore")
    if short == text:
        return text
    return f"{short}-{hashlib.sha256(text.encode(errors='surrogatepass')).hexdigest()[:8]}"
