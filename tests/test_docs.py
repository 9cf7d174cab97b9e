"""The Python in README.md and docs/ runs as it stands, page by page, in an empty folder; the commands parse."""

import doctest
import re
import shlex
from importlib import import_module
from pathlib import Path

import jax
import pytest

from scalaremlp import groups, reps
from scalaremlp.cli import parse

ROOT = Path(__file__).parent.parent
SLOW = ("learning-dynamics.md", "solar-system.md")
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
LAYERS = (
    "groups", "reps", "scalars", "nn", "dynamics", "data", "measure", "train", "laws", "plot", "pendulum",
    "study", "estimators",
)  # fmt: skip
FLAGS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def name(page):
    return str(page.relative_to(ROOT))


def blocks(page, *languages):
    """The fenced blocks of a page: (language, text)."""
    fenced = re.findall(r"^```(\w*)\n(.*?)^```", page.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [(language, text) for language, text in fenced if language in languages]


def commands(page):
    lines = (line for _, text in blocks(page, "", "sh") for line in text.splitlines())
    return [line for line in lines if line.startswith("scalaremlp ")]


def runnable(page):
    return pytest.param(page, marks=[pytest.mark.slow] if page.name in SLOW else [])


@pytest.mark.parametrize("page", [runnable(p) for p in PAGES if blocks(p, "python", "pycon")], ids=name)
def test_code_blocks_run(page, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    names = {"__name__": "example"}
    with jax.enable_x64(True):
        for number, (language, block) in enumerate(blocks(page, "python", "pycon"), 1):
            where = f"{name(page)}, block {number}"
            if language == "python":
                exec(compile(block, where, "exec"), names)
            else:
                session = doctest.DocTestParser().get_doctest(block, names, where, name(page), 0)
                doctest.DebugRunner(optionflags=FLAGS).run(session, clear_globs=False)
                names = session.globs


@pytest.mark.parametrize("page", [page for page in PAGES if commands(page)], ids=name)
def test_commandsparse(page):
    for line in commands(page):
        command = parse(shlex.split(line, comments=True)[1:])
        if getattr(command, "group", ""):
            types = [getattr(command, name) for name in ("rep", "rep_in", "rep_out") if hasattr(command, name)]
            assert all(reps.parse(rep)(groups.parse(command.group)).size > 0 for rep in types), line


@pytest.mark.parametrize("page", [*PAGES, ROOT / "CONTRIBUTING.md"], ids=name)
def test_links_and_pictures_are_there(page):
    links = re.findall(r"\]\(<?(?!https?://|#)([^)#>]+)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if not (page.parent / link).exists()]
    assert not missing


@pytest.mark.parametrize("layer", LAYERS)
def test_every_public_name_is_on_the_page_of_its_layer(layer):
    module = import_module(f"scalaremlp.{layer}")
    text = (ROOT / "docs" / "api" / f"{layer}.md").read_text(encoding="utf-8")
    told = re.findall(rf"^::: scalaremlp\.{layer}\.(\w+)$", text, re.MULTILINE)
    assert sorted(told) == sorted(public(module))


def public(module):
    """What a layer offers: if a folder, the names its file takes in, and its tables; if a file, what it defines."""
    file = Path(module.__file__)
    if file.name == "__init__.py":
        names = r"^(?: {4})?from .* import ([A-Za-z]\w*) as \1(?:  #.*)?$|^([A-Z]+)(?:: .*)? = "
        found = re.findall(names, file.read_text(encoding="utf-8"), re.MULTILINE)
        return {name for pair in found for name in pair if name}
    defined = {name for name, value in vars(module).items() if getattr(value, "__module__", "") == module.__name__}
    return {name for name in defined if not name.startswith("_")}
