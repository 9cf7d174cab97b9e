"""The hooks of the documentation site: formulas, the page of the command line, nothing fetched from elsewhere."""

import dataclasses
import doctest
import re
import shlex
from pathlib import Path
from types import SimpleNamespace

import pytest
from docs import commands, formulas, offline
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import PluginError

from scalaremlp.cli import COMMANDS

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("hook", [commands, formulas, offline], ids=lambda hook: hook.__name__)
def test_examples_of_the_hooks_run(hook):
    assert not doctest.testmod(hook).failed


def test_a_formula_becomes_mathml_with_its_signs():
    inline, block = (
        r'<span class="arithmatex">\(|x_1| &lt; \hat y\)</span>',
        r'<div class="arithmatex">\[\frac12\]</div>',
    )
    html = formulas.with_mathml(f"<p>Of {inline}:</p>{block}", "page.md")
    assert html.startswith('<p>Of <span class="arithmatex"><math>')
    assert "<mo>&lt;</mo>" in html and '<math display="block"><mfrac>' in html


@pytest.mark.parametrize("latex", [r"\nosuchcommand", r"\left( x", "a$$\n$$b"])
def test_what_is_no_latex_ends_the_build(latex):
    with pytest.raises(PluginError, match=r"A formula must be LaTeX. Got .* in page.md: "):
        formulas.with_mathml(rf'<div class="arithmatex">\[{latex}\]</div>', "page.md")


def test_every_command_is_on_its_page_with_every_option_default_and_help():
    page = commands.on_page_markdown(f"# The command line\n\n{commands.MARK}")
    sections = re.split(r"^### scalaremlp ([\w-]+)$", page, flags=re.MULTILINE)[1:]
    assert sections[::2] == list(COMMANDS)
    for cls, section in zip(COMMANDS.values(), sections[1::2], strict=True):
        rows = re.findall(r"^`(.*?)`(?: \(default `(.*)`\))?\n:   (\S.*)$", section, re.MULTILINE)
        options = {name.split()[0]: (default, text) for name, default, text in rows if name.startswith("--")}
        fields = {f"--{field.name.replace('_', '-')}": field for field in dataclasses.fields(cls)}
        assert len(rows) == len(fields) and options.keys() <= fields.keys(), cls
        for name, (default, text) in options.items():
            assert default == shown(fields[name].default) and len(text) > 5, f"{cls}: {name}"


def shown(value):
    if value in (None, "", ()) or value is False:
        return ""
    return shlex.join(map(str, value)) if isinstance(value, tuple) else shlex.quote(str(value))


@pytest.mark.parametrize(
    "html",
    [
        '<script src="https://a.b/c.js"></script>',
        '<link rel="stylesheet" href="//a.b/c.css">',
        '<img src="a.png" srcset="http://a.b/c.png 2x">',
        "<style>@import 'https://a.b/c.css';</style>",
        '<p style="background: url(https://a.b/c.png)">',
    ],
)
def test_what_a_page_would_fetch_from_elsewhere_is_found(html):
    (found,) = offline.remote_in_page(html)
    assert "//a.b/c" in found


def test_a_site_that_fetches_something_is_refused(tmp_path):
    (tmp_path / "a.css").write_text("p { color: red }")
    (tmp_path / "a.html").write_text('<a href="https://a.b">there</a><script>"https://a.b"</script>')
    offline.on_post_build(SimpleNamespace(site_dir=str(tmp_path)))
    (tmp_path / "a.css").write_text("@font-face { src: url('https://a.b/c.woff') }")
    with pytest.raises(PluginError, match=r"without a network. Got a.css: https://a.b/c.woff"):
        offline.on_post_build(SimpleNamespace(site_dir=str(tmp_path)))


@pytest.mark.slow
def test_the_site_has_its_search_its_formulas_and_its_scripts(tmp_path, monkeypatch):
    monkeypatch.chdir(ROOT)
    build(load_config(str(ROOT / "mkdocs.yml"), site_dir=str(tmp_path)))
    index = (tmp_path / "search" / "search_index.js").read_text(encoding="utf-8")
    assert index.startswith("var __index = {") and "--permutation" in index
    pages = {path: path.read_text(encoding="utf-8") for path in tmp_path.rglob("*.html") if path.name != "404.html"}
    for path, html in pages.items():
        scripts = re.findall(r'<script src="([^"]+)"', html)
        assert any("iframe-worker" in script for script in scripts)
        assert all((path.parent / script).is_file() for script in scripts), path
        assert 'class="arithmatex">\\' not in html, path
    assert sum(html.count("<math") for html in pages.values()) > 50
