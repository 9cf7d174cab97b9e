"""What is wrong with words that make no command, on one line."""

import re
from collections.abc import Sequence
from difflib import get_close_matches

_ELSEWHERE = {
    ("train", "--data"): "what train fits comes without an option. Got --data. Type: scalaremlp train FILE …",
    ("study", "--tasks"): "the tasks of a study are its --data. Got --tasks. Type: scalaremlp study --data o5,inertia",
}


def mistyped(argv: Sequence[str], framed: str) -> str:
    """What is wrong, from what tyro said of the words in a frame of several lines."""
    options = {word.split("=")[0] for word in argv[1:]}
    told = (text for (command, option), text in _ELSEWHERE.items() if argv[0] == command and option in options)
    return next(told, None) or with_near(one_line(framed))


def with_near(line: str) -> str:
    """The line, with the choice that is near to what was typed, if that was no choice and one is.

    >>> with_near("invalid choice 'inertai' for argument '--tasks'. Expected one of ('o5', 'inertia'). See --help")
    "invalid choice 'inertai' for argument '--tasks'. Expected one of ('o5', 'inertia'). Did you mean inertia? See
    --help"
    """
    found = re.match(r"invalid choice '(.*?)' for argument .*? Expected one of \((.*?)\)\. ", line)
    near = get_close_matches(found[1], re.findall(r"'(.*?)'", found[2]), 1) if found else []
    return f"{line[: found.end()]}Did you mean {near[0]}? {line[found.end() :]}" if found and near else line


def one_line(framed: str) -> str:
    r"""A framed message on one line: what is wrong, what was perhaps meant, where to read on.

    >>> one_line("╭─ Error ─╮\n│ No -x. │\n│ ────── │\n│ Long text │\n│ ────── │\n│ See --help │\n╰───────╯")
    'No -x. See --help'
    >>> one_line(" Error\n -----\n  No -x.\n  -----\n  See --help")
    'No -x. See --help'
    """
    lines = framed.splitlines()
    inside = [line.strip("│ ") for line in lines if line.startswith("│")]
    if not inside and lines[1:] and set(lines[1].strip()) == {"-"}:  # a title over a rule, where there is no UTF-8
        inside = lines[2:]
    paragraphs = [" ".join(part.split()) for part in re.split(r"[─-]{4,}", "\n".join(inside)) if part.strip()]
    if not paragraphs:
        return " ".join(framed.split())
    shown = [paragraphs[0], *(hint for part in paragraphs[1:-1] if (hint := _hint(part))), *paragraphs[1:][-1:]]
    return ". ".join(paragraph.rstrip(". ") for paragraph in shown)


def _hint(paragraph: str) -> str:
    if paragraph.startswith("Perhaps you meant"):
        options = dict.fromkeys(re.findall(r"(?<!\S)--[a-z-]+", paragraph))
        return "Perhaps you meant " + " or ".join(option for option in options if option != "--help")
    return paragraph if paragraph.startswith("Available subcommands") else ""
