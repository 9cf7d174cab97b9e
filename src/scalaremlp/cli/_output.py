"""What a command prints: words for people, and one JSON object for programs."""

import json
import sys
import textwrap
from collections.abc import Callable, Mapping
from typing import Any

from scalaremlp._files import finite
from scalaremlp._text import printable

_BELOW = ("terms", "dependencies", "in the law", "verdict", "hints")


def say(text: str) -> None:
    """A line about progress, on standard error."""
    print(printable(text), file=sys.stderr, flush=True)


def progress_lines() -> list[Callable[[Any], None]]:
    """What tells how far a fit is, where standard error is no terminal, on which a bar does."""
    from scalaremlp.train import ProgressLines  # not by those who only print

    return [] if sys.stderr.isatty() else [ProgressLines(say)]


def show(text: str) -> None:
    """A line on standard output, whatever names are in it."""
    print(printable(text))


def show_numbers(numbers: Mapping[str, Any]) -> None:
    """Names and values, one a line, on standard output; below them what is of terms, the dependencies, the verdict."""
    lines = {name: value for name, value in numbers.items() if name not in _BELOW}
    for each in numbers.get("terms", ()):
        lines[f"relative mse of {each['term']}"] = each["relative_mse"]
    width = max(map(len, lines))
    for name, value in lines.items():
        text = f"{value:.3g}" if isinstance(value, float) else str(value)
        show(f"{name.replace('_', ' '):{width}}  {text}")
    show_dependencies(numbers)
    if "verdict" in numbers:
        print(textwrap.fill(printable(numbers["verdict"]), 100))


def show_dependencies(numbers: Mapping[str, Any]) -> None:
    """What the coefficient of each covariant depends on, one a line, if that is among the numbers."""
    if "in the law" in numbers:
        show(f"in the law: {', '.join(numbers['in the law'])}")
    for covariant, scalars in numbers.get("dependencies", {}).items():
        show(f"the coefficient of {covariant} depends on {', '.join(scalars) or 'nothing'}")


def show_json(numbers: Mapping[str, Any]) -> None:
    """One JSON object on one line."""
    print(json.dumps(finite(numbers)), flush=True)
