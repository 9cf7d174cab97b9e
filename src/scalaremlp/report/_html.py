"""A Markdown report as one HTML file with the pictures inside."""

import base64
import re
from html import escape, unescape
from pathlib import Path
from urllib.parse import unquote

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 64rem; margin: 2rem auto; padding: 0 1rem; color: #222 }
table { border-collapse: collapse; font-size: 14px; display: block; overflow-x: auto }
th, td { padding: .25rem .6rem; border-bottom: 1px solid #ddd; text-align: left }
td:not(:first-child) { text-align: right; white-space: nowrap }
img { max-width: min(100%, 52rem) }
code { background: #f3f3f3; padding: 0 .2rem }
"""


def as_html(markdown: str, folder: Path) -> str:
    """The page; pictures are looked up in `folder`, and nowhere else. HTML in the text is shown as it is written."""
    from markdown_it import MarkdownIt

    body = MarkdownIt("commonmark", {"html": False}).enable("table").render(markdown)
    body = re.sub(r'src="([^"]+\.png)"', lambda match: _embedded(match[1], folder) or match[0], body)
    title = escape(markdown.splitlines()[0].lstrip("# "))
    head = f'<meta charset="utf-8">\n<title>{title}</title>\n<style>{_STYLE}</style>'
    return f'<!doctype html>\n<html lang="en">\n<head>\n{head}\n</head>\n<body>\n{body}</body>\n</html>\n'


def _embedded(source: str, folder: Path) -> str:
    """The picture as a part of the page; nothing if it is not there, or not in the folder."""
    path = picture(folder, unquote(unescape(source)))
    return "" if path is None else f'src="data:image/png;base64,{base64.b64encode(path.read_bytes()).decode()}"'


def picture(folder: Path, name: str) -> Path | None:
    """The file of this name in a folder or below; `None` if there is none, or it lies elsewhere."""
    path = (folder / name).resolve()
    return path if path.is_relative_to(folder.resolve()) and path.is_file() else None
