"""What a command prints: words for people, and one JSON object for programs."""

import json
import sys
from collections.abc import Mapping
from typing import Any

from scalaremlp._files import finite


def say(text: str) -> None:
    """A line about progress, on standard error."""
    print(text, file=sys.stderr, flush=True)


def show_numbers(numbers: Mapping[str, Any]) -> None:
    """Names and values, one a line, on standard output."""
    width = max(map(len, numbers))
    for name, value in numbers.items():
        text = f"{value:.3g}" if isinstance(value, float) else str(value)
        print(f"{name.replace('_', ' '):{width}}  {text}")


def show_json(numbers: Mapping[str, Any]) -> None:
    """One JSON object on one line."""
    print(json.dumps(finite(numbers)), flush=True)
