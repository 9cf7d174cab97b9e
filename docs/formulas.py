"""Formulas as MathML, which browsers draw without a script: a hook of MkDocs."""

import re
from html import unescape
from typing import Any

from math_core import LatexError, LatexToMathML
from mkdocs.exceptions import PluginError

# What the extension arithmatex makes of $…$ and $$…$$.
FORMULA = re.compile(r'<(span|div) class="arithmatex">\\[(\[](.*?)\\[)\]]</\1>', re.DOTALL)
CONVERTER = LatexToMathML(fancy_error=False)


def on_page_content(html: str, page: Any, **_: Any) -> str:
    """Called by MkDocs for the text of each page, docstrings among it."""
    return with_mathml(html, page.file.src_uri)


def with_mathml(html: str, where: str) -> str:
    r"""The text of a page with its formulas in MathML.

    Raises:
        PluginError: for a formula that is not LaTeX, which ends the build.
    """

    def converted(formula: re.Match[str]) -> str:
        tag, latex = formula[1], unescape(formula[2])
        try:
            mathml = CONVERTER.convert_with_local_state(latex, displaystyle=tag == "div")
        except LatexError as error:
            message = " ".join(str(error).split())
            raise PluginError(f"A formula must be LaTeX. Got {latex!r} in {where}: {message} Mend it there.") from error
        return f'<{tag} class="arithmatex">{mathml}</{tag}>'

    return FORMULA.sub(converted, html)
