"""Nothing that a page of the site needs lies elsewhere: a hook of MkDocs that looks through what was built."""

import re
from html.parser import HTMLParser
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError

FETCHED = {("link", "href")}  # beside all `src`, `srcset`, `poster` and `data`; an `<a href>` is fetched by its reader
REMOTE = re.compile(r"^\s*(https?:)?//", re.IGNORECASE)
IN_STYLES = re.compile(r"(?:url\(|@import)\s*[\"']?\s*((?:https?:)?//[^\"')\s]+)", re.IGNORECASE)


def on_post_build(config: MkDocsConfig) -> None:
    """Called by MkDocs when the site is there.

    Raises:
        PluginError: if a page or a style asks for something from the network.
    """
    site = Path(config.site_dir)
    pages = [(path, remote_in_page(path.read_text(encoding="utf-8"))) for path in site.rglob("*.html")]
    styles = [(path, IN_STYLES.findall(path.read_text(encoding="utf-8"))) for path in site.rglob("*.css")]
    found = [f"{path.relative_to(site)}: {address}" for path, many in pages + styles for address in many]
    if found:
        raise PluginError(
            f"The site must be read without a network. Got {'; '.join(found)}. Put copies into docs/assets."
        )


def remote_in_page(html: str) -> list[str]:
    """The addresses elsewhere that a browser fetches for this page, but not those it may be led to.

    >>> remote_in_page('<script src="https://a.b/c.js"></script><a href="https://a.b"></a><img src="d.png">')
    ['https://a.b/c.js']
    >>> remote_in_page('<style>@import "//a.b/c.css"; p { background: url(d.png) }</style>')
    ['//a.b/c.css']
    """
    reader = _Reader()
    reader.feed(html)
    return reader.remote


class _Reader(HTMLParser):
    """Collects what lies elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.remote: list[str] = []
        self._in_style = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at the attributes of an element."""
        self._in_style = tag == "style"
        for name, value in attrs:
            fetched = name in ("src", "srcset", "poster", "data") or (tag, name) in FETCHED
            self.remote += [value or ""] * bool(fetched and REMOTE.match(value or ""))
            self.remote += IN_STYLES.findall(value or "") if name == "style" else []

    def handle_data(self, data: str) -> None:
        """Look at styles."""
        self.remote += IN_STYLES.findall(data) if self._in_style else []
