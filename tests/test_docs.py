"""The Python in README.md and docs/ runs as it stands, file by file, in an empty folder."""

import re
from pathlib import Path

import jax
import pytest

ROOT = Path(__file__).parent.parent
SLOW = ("learning-dynamics.md",)
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def blocks(page):
    return re.findall(r"^```python\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)


def runnable(page):
    return pytest.param(page, marks=[pytest.mark.slow] if page.name in SLOW else [], id=page.name)


@pytest.mark.parametrize("page", [runnable(page) for page in PAGES if blocks(page)])
def test_code_blocks_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "example"}
    with jax.enable_x64(True):
        for number, block in enumerate(blocks(page), 1):
            exec(compile(block, f"{page.name}, block {number}", "exec"), names)


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md"], ids=lambda page: page.name)
def test_links_and_pictures_are_there(page):
    links = re.findall(r"\]\((?!https?://|#)([^)#]+)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if not (page.parent / link).exists()]
    assert not missing
