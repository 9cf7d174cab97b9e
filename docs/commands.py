"""The options of the commands on the page of the command line: a hook of MkDocs that reads what `--help` prints."""

import contextlib
import io
import os
import re
from itertools import groupby
from typing import Any
from unittest import mock

from scalaremlp.cli import main

MARK = "<!-- commands -->"
NOTHING = ("False", "None", "''", "")  # defaults that say no more than that an option was left out


def on_page_markdown(markdown: str, **_: Any) -> str:
    """Called by MkDocs for each page."""
    return markdown.replace(MARK, "\n\n".join(map(section, names()))) if MARK in markdown else markdown


def names() -> list[str]:
    """The commands, in the order of `scalaremlp --help`."""
    usage = helped("--help").partition("\n\n")[0]
    return re.findall(r"[\w-]+", usage[usage.index("{") :])


def helped(*words: str) -> str:
    """What `scalaremlp WORDS` prints; to a stream without an encoding, frames are rules of dashes."""
    printed = io.StringIO()
    with mock.patch.dict(os.environ, COLUMNS="500"), contextlib.redirect_stdout(printed):
        main(words)
    return printed.getvalue()


def section(name: str) -> str:
    """A command: a heading, the usage, what it does, and a list of its arguments and options."""
    text, *parts = re.split(r"\n (?:positional arguments|options) *\n -+ *\n", helped(name, "--help"))
    usage, _, told = text.partition("\n\n")
    usage = usage.removeprefix("usage: ").replace("[-h] ", "").replace(f"[{name.upper()} OPTIONS]", "[OPTIONS]")
    rows = [row for part in parts for row in items(part) if not row.startswith("`-h")]
    return "\n\n".join([f"### scalaremlp {name}", f"```text\n{usage}\n```", *paragraphs(told), *rows])


def paragraphs(told: str) -> list[str]:
    """The paragraphs of a text; of commands that stand one below the other one block is made."""
    found = []
    for typed, group in groupby(told.strip().split("\n\n"), lambda paragraph: paragraph.startswith("scalaremlp ")):
        several = list(group)
        found += ["```sh\n" + "\n".join(several) + "\n```"] if typed else map(escaped, several)
    return found


def items(part: str) -> list[str]:
    r"""The rows of one part of a `--help` as a list of definitions: the name and the default, then the text.

    >>> items("  --seed INT  Seed of all. (default: 0)\n  --model {a,b}\n              One of two. (required)\n")
    ['`--seed INT` (default `0`)\n:   Seed of all.', '`--model {a,b}`\n:   One of two. (required)']
    """
    found = []
    for row in re.split(r"\n  (?=\S)", "\n" + part.rstrip())[1:]:
        name, text = re.split(r"\s{2,}", row, maxsplit=1)
        text, _, default = " ".join(text.split()).partition(" (default: ")
        stated = f" (default `{default[:-1]}`)" if default[:-1] not in NOTHING else ""
        found.append(f"`{name}`{stated}\n:   {escaped(text)}")
    return found


def escaped(text: str) -> str:
    """Text without marks of Markdown, but for code between backticks."""
    return re.sub(r"([*_<])", r"\\\1", text)
